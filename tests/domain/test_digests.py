"""The words of the one message a day."""

from datetime import date

from auditapp.domain.digests import Line, compose
from auditapp.domain.vocabulary import NoticeKind
from auditapp.domain.working_days import announced_until


def test_what_presses_most_comes_first_and_each_thing_is_told_once() -> None:
    today, due = date(2026, 11, 2), date(2026, 11, 16)
    late = Line(NoticeKind.MANAGER, "QOP-2026-10-01", date(2026, 10, 30))
    text = compose([Line(NoticeKind.ASSIGNED, "QOP-2026-11-01", due), late, late], today=today)
    assert text.subject == "2 things for you to look at"
    assert [part.splitlines()[0] for part in text.body.split("\n\n")] == ["Late in your team:", "Given to you:"]


def test_of_the_steps_of_one_thing_the_most_pressing_speaks_under_what_is_true_today() -> None:
    today, due, step = date(2026, 12, 15), date(2026, 12, 8), date(2026, 12, 4)
    one, other = "THE-2026-T06-06", "QOP-2026-12-01"
    lines = [
        Line(NoticeKind.ASSIGNED, one, due),
        Line(NoticeKind.SOON, one, due),
        Line(NoticeKind.DUE, one, due),
        Line(NoticeKind.MANAGER, one, due),
        Line(NoticeKind.SOON, other, due),
        Line(NoticeKind.SOON, "QOP-2026-12-02", today),
        Line(NoticeKind.PROGRAMME, "Round: Agreed grades", step),
        Line(NoticeKind.PROGRAMME_LATE, "Round: Agreed grades", step),
        Line(NoticeKind.MONTH_WAITS, "2026-12", None),
        Line(NoticeKind.QUOTA_IN_DANGER, "2026-12", None),
    ]
    text = compose(lines, today=today)
    assert text.subject == "6 things for you to look at"
    parts = dict(part.split(":\n", 1) for part in text.body.split("\n\n"))
    assert list(parts) == [
        "Late in your team",
        "Late",
        "Due today",
        "A month that could not be opened",
        "The average is in danger",
        "Dates of the programme that are past, with nothing marked as done",
    ]
    assert text.body.count(one) == text.body.count("Agreed grades") == 1
    assert parts["Late"] == f"- {other}, due 8 December 2026 (late by 5 working days)"


def test_days_of_a_year_without_announced_bank_holidays_are_said_to_be_so() -> None:
    last = announced_until()
    known, unknown = (
        compose([Line(NoticeKind.ASSIGNED, "QOP-2026-11-01", due)], today=date(2026, 11, 2)).body
        for due in (last, last.replace(year=last.year + 1))
    )
    assert "announced" not in known
    assert unknown.endswith(
        f"Bank holidays are announced up to 31 December {last.year}: after that, only weekends are left out where "
        "working days are counted."
    )
