"""What the audits of a theme ask others to do."""

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
