"""The calendar of a year: every entry has its place, nothing lies on anything, and days come in order."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.calendar import CouncilYear
from auditapp.domain.programme import Entry, Plan, checked
from auditapp.domain.programme_calendar import days_of, lanes
from auditapp.domain.vocabulary import ProgrammeKind, ProgrammeState

YEAR = CouncilYear(2026)


def entry(name: str, kind: ProgrammeKind, starts_on: date, days: int = 0, report: date | None = None) -> Entry:
    ends_on = starts_on + timedelta(days)
    return Entry(
        public_id=name, plan=checked(Plan(kind=kind, starts_on=starts_on, ends_on=ends_on, report_due_on=report))
    )


@given(
    st.lists(
        st.tuples(st.sampled_from(ProgrammeKind), st.dates(YEAR.first_day, YEAR.last_day), st.integers(0, 200)),
        max_size=15,
    )
)
def test_every_entry_has_one_place_in_twelve_months(drawn: list[tuple[ProgrammeKind, date, int]]) -> None:
    entries = [entry(f"e{at}", *each) for at, each in enumerate(drawn)]
    shown = []
    for kind, found in lanes(entries, YEAR):
        for lane in found:
            assert sum(cell.months for cell in lane) == 12
            assert [cell.first for cell in lane] == sorted({cell.first for cell in lane})
            placed = [cell.entry for cell in lane if cell.entry]
            assert all(each.plan.kind is kind for each in placed)
            shown += [each.public_id for each in placed]
    assert sorted(shown) == sorted(each.public_id for each in entries)


def test_what_comes_from_last_year_or_goes_into_the_next_is_cut_at_the_edges() -> None:
    before = entry("before", ProgrammeKind.THEMATIC, date(2026, 3, 2), 60)
    after = entry("after", ProgrammeKind.THEMATIC, date(2027, 3, 1), 60)
    ((_, (lane,)),) = lanes([before, after], YEAR)
    assert [(cell.first, cell.months) for cell in lane if cell.entry] == [(0, 2), (11, 1)]


def test_the_days_of_a_year_are_in_order_and_within_it() -> None:
    round_ = entry("round", ProgrammeKind.MULTI_AGENCY, date(2027, 1, 4))
    theme = entry("theme", ProgrammeKind.THEMATIC, date(2027, 1, 11), 11, date(2027, 2, 1))
    monthly = entry("month", ProgrammeKind.QOP_MONTH, date(2027, 1, 1))
    gone = Entry(public_id="gone", plan=theme.plan, state=ProgrammeState.CANCELLED)
    days = days_of([round_, theme, monthly, gone], YEAR)
    assert [due.day for due in days] == sorted(due.day for due in days)
    assert {due.entry.public_id for due in days} == {"round", "theme"}
    assert [(due.day, due.what) for due in days if due.entry is theme] == [
        (date(2027, 1, 11), "Starts"),
        (date(2027, 1, 22), "Audits done"),
        (date(2027, 2, 1), "Report due"),
    ]
    assert "Re-check" not in {due.what for due in days}, "it falls into the next year"
