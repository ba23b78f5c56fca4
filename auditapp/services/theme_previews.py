"""What starting a theme would do, as its page shows it before: the cases, who would audit them, what to know first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditapp.domain.case_lists import Entry
from auditapp.domain.programme import Plan
from auditapp.domain.themes import ThemePlan
from auditapp.persistence.cases import CaseList
from auditapp.persistence.people import Person
from auditapp.persistence.tools import ToolVersion
from auditapp.services.assignments import ListNames
from auditapp.services.sharing import Given

OTHER_TYPE = "Not one of the planned case types"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A case that would be audited, by whom, and what is to be known of it.

    `remarks` are of a case that was named: that it was audited of late, that it is of another type than planned.
    `is_checked` says whether it is known that the auditor is independent of it.
    """

    entry: Entry
    auditor: Person | None
    remarks: tuple[str, ...]
    is_checked: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """What starting a theme would do now. `fingerprint` tells it from anything else that it might do later.

    `shortfall` says why fewer cases may be drawn than are planned, and nothing where all of them may.
    """

    plan: ThemePlan
    rows: tuple[PreviewRow, ...]
    case_list: CaseList
    tool: ToolVersion
    shortfall: str
    fingerprint: str

    @property
    def unassigned(self) -> int:
        """How many cases nobody independent has room for."""
        return sum(row.auditor is None for row in self.rows)

    @property
    def unmatched(self) -> int:
        """How many cases are of a team that is not matched to one of the service's."""
        return sum(bool(row.entry.team) and not row.is_checked for row in self.rows)

    @property
    def without_team(self) -> int:
        """How many cases the list gives no team: of these nobody can check it."""
        return sum(not row.entry.team and not row.is_checked for row in self.rows)


def preview_rows(
    entries: Iterable[Entry], given: Given, known: ListNames, *, planned: Plan, lately: Mapping[str, str]
) -> Iterator[PreviewRow]:
    """Yield the rows of some cases. `lately` names those that were audited of late, with why that matters."""
    for entry in entries:
        remarks = []
        if entry.case_reference in lately:
            remarks.append(lately[entry.case_reference])
        if planned.case_types and entry.case_type not in planned.case_types:
            remarks.append(OTHER_TYPE)
        case = known.to_assign(entry.case_reference, team_name=entry.team, worker_code=entry.worker)
        yield PreviewRow(entry, given[entry.case_reference], tuple(remarks), case.is_mapped)
