"""Annex A, the workbook that every council can produce: what its tabs, headings and codes mean."""

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum, unique

from auditapp.domain.vocabulary import CaseType


@unique
class Field(StrEnum):
    """What is read from a list. Everything else in it is dropped unread."""

    REFERENCE = "Child Unique ID"
    STATUS = "Case Status"
    TEAM = "Allocated Team"
    WORKER = "Allocated Worker"
    ENDED = "the date it ended"


NAMES: Mapping[int, str] = {
    6: "Children in need",
    7: "Child protection",
    8: "Children in care",
    9: "Care leavers",
}
"""The lists that are read. List 6 is the frame; the others say more."""

TYPES: Mapping[int, CaseType] = {8: CaseType.LAC, 7: CaseType.CP, 9: CaseType.CL}
"""The type of a child whom list 6 does not name, in the order of precedence."""

NEEDED = (Field.REFERENCE, Field.TEAM, Field.WORKER)

_HEADINGS: Mapping[Field, tuple[str, ...]] = {
    Field.REFERENCE: ("child unique id", "child unique identifier", "case reference", "child id", "identifier"),
    Field.STATUS: ("case status", "status", "list"),
    Field.TEAM: ("allocated team", "team"),
    Field.WORKER: ("allocated worker", "worker"),
    Field.ENDED: (
        "child protection plan end date",
        "date ceased to be looked after",
        "date ceased",
        "end date",
    ),
}

STATUSES: Mapping[CaseType, str] = {
    CaseType.LAC: "a) Looked after child",
    CaseType.CP: "b) Child Protection plan",
    CaseType.CIN: "c) Child in need plan",
    CaseType.OA: "d) Open assessment",
    CaseType.X: "e) Closed episode",
    CaseType.CL: "Care leaver",
}
"""The status of each type, as a person should write it. Only a file that is one list names care leavers so."""

_TAB = re.compile(r"list[\s_.-]*0?([6-9])")


def list_number(tab: str) -> int | None:
    """Give the number of the list that a tab is named after, whatever stands between word and number."""
    named = _TAB.fullmatch(tab.strip().casefold())
    return int(named[1]) if named else None


def tidy_heading(text: str) -> str:
    """Bring a heading to one spelling: small letters, single spaces, no remark in brackets behind it."""
    spaced = " ".join(text.replace("_", " ").casefold().split())
    return re.sub(r"\s*\([^)]*\)$", "", spaced)


def headings_of(field: Field) -> tuple[str, ...]:
    """Give the tidy headings under which a field may stand, the usual one first."""
    return _HEADINGS[field]


def case_type(status: str) -> CaseType | None:
    """Give the type that a status stands for; None when it is unknown or its letter and words disagree."""
    tidy = " ".join(status.casefold().split())
    return _SPELLINGS.get(tidy.replace(" )", ")").replace(") ", ")"))


def _spellings(case_type: CaseType) -> Iterator[str]:
    """Yield every way to write a type: 'a', 'a)', 'a) words', 'words', where words may be its code or label."""
    letter, bracket, usual = STATUSES[case_type].casefold().rpartition(") ")
    yield from {letter, letter + bracket.strip()} - {""}
    for words in {usual, case_type.value.casefold(), case_type.label.casefold()}:
        yield words
        yield letter + bracket.strip() + words


_SPELLINGS = {spelling: case_type for case_type in CaseType for spelling in _spellings(case_type)}
