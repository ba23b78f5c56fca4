"""A demonstration: a year of an invented council, made by walking the services as its people would.

No state is set by hand: people are invited and accept, lists are imported and mapped, months are opened, audits are
written section by section and submitted, returned, refused, handed on. `build` is all that others need.
"""

from auditapp.demonstration.year import build, build_if_new

__all__ = ["build", "build_if_new"]
