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
