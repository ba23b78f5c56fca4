"""What the paper of a theme says beside its figures: what was asked, and what its audits ask others to do."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class ThemeAction:
    """One action that a submitted audit of a theme asks for: by whom and until when, and of which audit and team."""

    audit_public_id: str
    reference: str
    team: str
    number: int
    action: str
    success_measure: str
    owner: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class OfTheme:
    """What the findings of a theme alone have: how it was done, in sentences of its record's notes, and its actions."""

    method: tuple[str, ...]
    actions: tuple[ThemeAction, ...]
