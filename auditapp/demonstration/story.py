"""What everybody in a demonstration has in common: who they are, the diary, the tools, and chance of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from auditapp.demonstration.chance import Chance
from auditapp.demonstration.diary import Diary
from auditapp.demonstration.people import DIRECTOR, HEADS, QUALITY, SERVICES, Council
from auditapp.domain.grading import Scale
from auditapp.domain.permissions import Viewer
from auditapp.domain.tools import ToolDefinition
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListTeam


@dataclass(frozen=True, slots=True)
class Given:
    """An audit as its auditor finds it on 'My audits'."""

    public_id: str
    reference: str
    case_type: CaseType | None
    team: str
    auditor: Viewer
    is_of_file: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """The setting: `seed` is the day of the demonstration, so that every chance is set by it."""

    seed: str
    council: Council
    diary: Diary
    tool: ToolDefinition
    scale: Scale
    supervision: ToolDefinition

    def chance(self, *about: object) -> Chance:
        """Return a chance that is the same for the same day and the same matter, whatever came before."""
        return Chance("|".join((self.seed, *map(str, about))))

    def progress(self, at: datetime) -> float:
        """Return how far the story has come at a moment, from 0 to 1."""
        return (at - self.diary.begins) / (self.diary.ends - self.diary.begins)

    def quality(self, chance: Chance) -> Viewer:
        """Return one of the quality assurance team."""
        return self.council.who(chance.choice(QUALITY))

    def head_of(self, team: str) -> Viewer:
        """Return who leads the service of a team as the case lists name it: the director where nobody is known to."""
        service = next((service for service, names in SERVICES.items() if team in names), None)
        heads = {grant.service: person for person in HEADS for grant in person.grants}
        return self.council.who(heads.get(service, DIRECTOR))


def find_given(session: Session, council: Council, *conditions: ColumnElement[bool]) -> Sequence[Given]:
    """Return some of the audits that somebody was given, in the order drawn."""
    query = (
        select(Audit.public_id, Audit.reference, Audit.case_type, ListTeam.name, Audit.auditor_id, Audit.case_id)
        .outerjoin(ListTeam, ListTeam.id == Audit.list_team_id)
        .where(*conditions, Audit.auditor_id.is_not(None))
        .order_by(Audit.id)
    )
    return [
        Given(public_id, reference, case_type, team or "", council.auditor(auditor_id or 0), is_of_file=case_id is None)
        for public_id, reference, case_type, team, auditor_id, case_id in session.execute(query)
    ]
