"""What is said of a case list before it is accepted: another day in its name, many children more or fewer."""

from datetime import date

import pytest

from auditapp.domain.case_lists import CaseList, Changes, Entry
from auditapp.domain.list_doubts import dates_in, doubts
from auditapp.domain.vocabulary import CaseType

DAY, BEFORE = date(2026, 10, 31), date(2026, 9, 30)


def listed(size: int) -> CaseList:
    return CaseList(DAY, tuple(Entry(str(number), CaseType.CIN, "North", "W1") for number in range(size)))


def changes(*, joined: int = 0, left: int = 0) -> Changes:
    return Changes(joined, left, changed_type=5, changed_team=5, changed_worker=5)


@pytest.mark.parametrize(
    "name",
    [
        "annex_a_2026-10-31.xlsx",
        "20261031 Annex A.xlsx",
        "Annex A 31.10.2026.csv",
        "annex-a-31-10-2026.csv",
        "Annex A, 31 October 2026 (final).xlsx",
        "31Oct2026.csv",
        "List of 31st Oct 2026.csv",
    ],
)
def test_a_day_is_read_out_of_a_name(name: str) -> None:
    assert dates_in(name) == (DAY,)
    assert doubts(listed(1), file_name=name, before=None, changes=None) == ()


@pytest.mark.parametrize(
    "name",
    [
        "annex-a.xlsx",
        "list 6.csv",
        "2026-02-30.csv",
        "31-10.csv",
        "October 2026.csv",
        "1202610311.csv",
        "v2.10.2.csv",
        "",
    ],
)
def test_a_name_without_a_day_says_nothing(name: str) -> None:
    assert dates_in(name) == ()
    assert doubts(listed(1), file_name=name, before=None, changes=None) == ()


def test_another_day_in_the_name_is_said() -> None:
    (said,) = doubts(listed(1), file_name="annex_a_2026-09-30.xlsx", before=None, changes=None)
    assert said == (
        "The file's name says 30 September 2026, and you gave 31 October 2026. Check which day the list shows."
    )


def test_one_of_two_days_in_the_name_is_enough() -> None:
    name = "annex_a_2026-10-31_made_2026-11-02.xlsx"
    assert doubts(listed(1), file_name=name, before=None, changes=None) == ()


@pytest.mark.parametrize(
    ("joined", "left", "said"),
    [
        (10, 10, []),
        (11, 0, ["11 children joined"]),
        (0, 11, ["11 children left"]),
        (40, 30, ["40 children joined", "30 children left"]),
    ],
)
def test_more_than_a_tenth_who_joined_or_left_are_said(joined: int, left: int, said: list[str]) -> None:
    found = doubts(
        listed(100 + joined - left), file_name="a.csv", before=BEFORE, changes=changes(joined=joined, left=left)
    )
    assert [words.partition(",")[0] for words in found] == said
    assert all("a tenth of the 100 children on the list of 30 September 2026." in words for words in found)


def test_a_list_after_one_of_a_single_child_is_spoken_of_in_the_singular() -> None:
    (said,) = doubts(listed(2), file_name="a.csv", before=BEFORE, changes=changes(joined=1))
    assert said.startswith("1 child joined, more than a tenth of the 1 child on the list")
