"""The ladder of an open audit and of an immediate concern, counted in working days."""

from datetime import UTC, date, datetime

import pytest

from auditapp.domain.ladder import concern_steps, steps, to_take
from auditapp.domain.programme_settings import ProgrammeSettings
from auditapp.domain.vocabulary import NoticeKind
from auditapp.domain.working_days import add_working_days

GIVEN, DUE = date(2026, 12, 1), date(2026, 12, 15)
GUIDE = ProgrammeSettings()
LADDER = steps(GIVEN, DUE, GUIDE)
ASSIGNED, SOON, ON_THE_DAY = NoticeKind.ASSIGNED, NoticeKind.SOON, NoticeKind.DUE


def test_the_steps_of_the_guide_stand_on_their_working_days() -> None:
    assert [(step.kind.value, step.day) for step in LADDER] == [
        ("assigned", date(2026, 12, 1)),
        ("soon", date(2026, 12, 10)),
        ("due", date(2026, 12, 15)),
        ("manager", date(2026, 12, 16)),
        ("head", date(2026, 12, 17)),
        ("offered", date(2026, 12, 22)),
        ("director", date(2026, 12, 29)),  # Christmas Day, Boxing Day's substitute and a weekend lie between
    ]


def test_amber_is_the_seventh_red_the_tenth_and_offered_the_fifteenth_working_day() -> None:
    days = {step.kind: step.day for step in LADDER}
    assert days[SOON] == add_working_days(GIVEN, 7)
    assert days[ON_THE_DAY] == add_working_days(GIVEN, 10)
    assert days[NoticeKind.OFFERED] == add_working_days(GIVEN, 15)


def test_each_day_takes_the_step_that_is_its_own() -> None:
    taken: set[NoticeKind] = set()
    told = []
    day = GIVEN
    while day <= date(2027, 1, 5):
        for step in to_take(LADDER, today=day, taken=taken):
            taken.add(step.kind)
            told.append((step.kind, day))
        day = add_working_days(day, 1)
    assert told == [(step.kind, step.day) for step in LADDER]


def test_whoever_was_not_told_for_a_while_is_reminded_once_and_the_ladder_is_climbed_whole() -> None:
    kinds = [step.kind for step in to_take(LADDER, today=date(2026, 12, 18), taken=())]
    assert kinds == [ON_THE_DAY, NoticeKind.MANAGER, NoticeKind.HEAD]


def test_an_audit_with_less_time_than_the_reminder_needs_is_reminded_at_once() -> None:
    short = steps(date(2026, 12, 14), DUE, GUIDE)
    assert [step.day for step in short if step.kind in {ASSIGNED, SOON}] == [date(2026, 12, 14)] * 2
    assert [step.kind for step in to_take(short, today=date(2026, 12, 14), taken=())] == [SOON]


@pytest.mark.parametrize(
    ("raised", "first", "second"),
    [
        # A Tuesday morning in winter; after hours; a Saturday; after hours on the day before Good Friday.
        ("2026-12-01T10:00", "2026-12-01T16:00", "2026-12-02T12:00"),
        ("2026-12-01T16:00", "2026-12-02T16:00", "2026-12-03T12:00"),
        ("2026-12-05T10:00", "2026-12-07T16:00", "2026-12-08T12:00"),
        ("2027-03-25T16:30", "2027-03-30T15:00", "2027-03-31T11:00"),
    ],
)
def test_a_concern_climbs_on_its_day_and_on_the_next(raised: str, first: str, second: str) -> None:
    moments = concern_steps(datetime.fromisoformat(raised).replace(tzinfo=UTC))
    assert [f"{moment:%Y-%m-%dT%H:%M}" for moment in moments] == [first, second]
