"""What the product says when it cannot do what was asked.

The class says the kind; the message speaks to the person at the screen: what happened, and what to do.
The docstring of each kind is its default message. `web` maps kinds to statuses, `cli` to exit codes.
"""

import inspect


class DomainError(Exception):
    """This could not be done. Nothing was changed."""

    def __init__(self, message: str | None = None) -> None:
        self.message = message or inspect.cleandoc(type(self).__doc__ or "")
        super().__init__(self.message)


class NotFound(DomainError):
    """There is nothing here that you can open. Check the address, or go back and choose from the list."""


class NotAllowed(DomainError):
    """Your role does not allow this. Ask the quality assurance team if you think it should."""


class NotNow(DomainError):
    """This can no longer be done: somebody moved it on. Go back to see where it stands."""


class Refused(DomainError):
    """This was not accepted. Read what is wrong, correct it and try again."""


class Stale(DomainError):
    """Somebody saved this after you opened it. Read both texts and choose."""


class Unavailable(DomainError):
    """The service is busy. What you sent was not stored: wait a moment and send it again."""


class SettingsError(DomainError):
    """The service cannot start with these settings."""


class InvalidFile(Refused):
    """The file was not accepted. Nothing was changed.

    `problems` names every thing that is wrong, each with its place in the file, in the order of the file.
    """

    def __init__(self, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems
