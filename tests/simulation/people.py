"""Who audits in a simulated year: hired, away, leaving, coming back; and what becomes of their audits then."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

from auditapp.domain.absences import Asked
from auditapp.domain.calendar import london_day
from auditapp.domain.people import Grant
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import AbsenceKind, CycleKind, Role
from auditapp.domain.working_days import add_working_days
from auditapp.persistence.queries.absences import find_absence
from auditapp.persistence.queries.handovers import find_handover
from auditapp.services import absences, accounts, audits, handovers, ways_back
from auditapp.services.handovers import Preview
from tests.council import TEAMS
from tests.simulation.book import DUE_DAYS, LEAST_TIME, NOBODY, Auditor, Given, Habit, Leave
from tests.simulation.life import Life

AUDITORS = 14
HABITS = (Habit(2, 0.35), Habit(4, 0.25), Habit(7, 0.2), Habit(9, 0.1))
REASON = "Something that is nobody else's business"
TWO_MINUTES = timedelta(minutes=2)
A_WHILE = timedelta(days=60)


def hire(life: Life, at: datetime) -> None:
    """Add auditors to the two that the council has, in both teams."""
    for name, team in (("nora", "North"), ("sol", "South")):
        person = life.council.people[name]
        life.book.auditors[person.id] = Auditor(person, team, life.chance.choice(HABITS), came=at)
    for number in range(AUDITORS):
        start(life, at, team=TEAMS[number % 2])


def start(life: Life, at: datetime, *, team: str) -> None:
    """Let somebody new begin."""
    number = len(life.book.auditors)
    with life.database.transaction() as session:
        person = accounts.add_person(
            session,
            f"auditor{number}@demo.example",
            name=f"Auditor {number}",
            grants=[Grant(Role.AUDITOR, team=team)],
            by=COMMAND_LINE,
            at=at,
        )
    life.book.auditors[person.id] = Auditor(person, team, life.chance.choice(HABITS), came=at)


def ask_for_leave(life: Life, at: datetime, *, kind: AbsenceKind, begins_in: int, lasts: int) -> None:
    """Let whoever has most to do ask for leave, in working days from today; somebody else decides a day later.

    Who is ill from today on does not ask themselves, and is not waited for.
    """
    auditor, today = _busiest(life, at), london_day(at)
    first = add_working_days(today, begins_in)
    last = add_working_days(first, lasts - 1)
    by = life.viewer(auditor.person.id) if begins_in else life.council.viewer("quinn")
    with life.database.transaction() as session:
        asked = Asked(kind, first, last, REASON)
        public_id = absences.enter(session, auditor.person.public_id, asked=asked, by=by, at=at).public_id
    decide = partial(approve_and_spread, public_id=public_id, auditor=auditor, asked=asked)
    if begins_in:
        life.diary[add_working_days(today, 1)].append(decide)
    else:
        decide(life, at)


def approve_and_spread(life: Life, at: datetime, *, public_id: str, auditor: Auditor, asked: Asked) -> None:
    """Let the head of service approve an absence, or the assistant director an exemption; QA spreads the share."""
    who = "hope" if asked.kind is AbsenceKind.ABSENCE else "asha"
    assert asked.starts_on is not None
    assert asked.ends_on is not None
    with life.database.transaction() as session:
        absences.approve(session, public_id, by=life.council.viewer(who), at=at)
    auditor.leaves.append(Leave(asked.kind, asked.starts_on, asked.ends_on, at))
    quinn, later = life.council.viewer("quinn"), at + TWO_MINUTES
    with life.database.reading() as session:
        absence = find_absence(session, public_id, viewer=quinn)
        preview = handovers.preview_absence(session, absence, chosen=None, today=london_day(at))
    assert _chosen(preview) == {
        given.audit for given in life.book.open_of(auditor.person.id) if _hinders(auditor, given, at)
    }
    if preview.moving:
        with life.database.transaction() as session:
            handovers.spread_absence(
                session, public_id, chosen=_chosen(preview), seen=preview.fingerprint, by=quinn, at=later
            )
        _note_handed_on(life, preview, later)


def leave(life: Life, at: datetime, *, comes_back: bool) -> None:
    """Let whoever has most to do leave; their audits are handed on a day later. Some come back after all."""
    auditor, today = _busiest(life, at), london_day(at)
    _change(life, auditor, is_active=False, at=at)
    auditor.gone.append((at, None))
    life.diary[add_working_days(today, 1)].append(partial(hand_on_all, auditor=auditor, comes_back=comes_back))
    if not comes_back:
        life.diary[add_working_days(today, 4)].append(partial(start, team=auditor.team))


def hand_on_all(life: Life, at: datetime, *, auditor: Auditor, comes_back: bool) -> None:
    """Hand on together what somebody who left had, as it was shown."""
    quinn, public_id = life.council.viewer("quinn"), auditor.person.public_id
    with life.database.reading() as session:
        preview = handovers.preview_person(session, public_id, chosen=None, today=london_day(at))
    own = life.book.open_of(auditor.person.id)
    assert _chosen(preview) == {given.audit for given in own}
    with life.database.transaction() as session:
        handover = handovers.hand_on_all(
            session, public_id, chosen=_chosen(preview), seen=preview.fingerprint, by=quinn, at=at
        )
    _note_handed_on(life, preview, at)
    if comes_back:
        back = partial(come_back, auditor=auditor, handover=handover.public_id, before=own)
        life.diary[add_working_days(london_day(at), 2)].append(back)


def come_back(life: Life, at: datetime, *, auditor: Auditor, handover: str, before: Iterable[Given]) -> None:
    """Let somebody who left come back, and what is not submitted meanwhile go back to them."""
    _change(life, auditor, is_active=True, at=at)
    auditor.gone[-1] = (auditor.gone[-1][0], at)
    later = at + TWO_MINUTES
    with life.database.reading() as session:
        seen = ways_back.way_back(session, find_handover(session, handover)).fingerprint
    with life.database.transaction() as session:
        n = ways_back.move_back(session, handover, seen=seen, by=life.council.viewer("quinn"), at=later)
    to_do = [(given, life.book.holds(given.audit)) for given in before if life.book.holds(given.audit).until is None]
    assert n == len(to_do)
    for had, has in to_do:
        life.book.move_back(has, had, at=later)


def reassign(life: Life, given: Given, at: datetime) -> None:
    """Give one audit to somebody of another team who will not be away for a while, as anybody would by hand."""
    team, today = life.team_of_audit(given.audit), london_day(at)
    until = today + A_WHILE
    others = [
        each
        for each in life.book.auditors.values()
        if each.is_here(at) and each.person.id != given.person and each.team != team
        if each.time_left(today, until, at=at) == 1
    ]
    to = life.chance.choice(others)
    with life.database.transaction() as session:
        audits.reassign(session, given.audit, to=to.person.public_id, by=life.council.viewer("quinn"), at=at)
    life.book.hand_on(given, to.person.id, at=at)


def give_what_waits(life: Life, at: datetime) -> None:
    """Give what nobody had room for to somebody who is independent of it."""
    for given in life.book.open_of(NOBODY):
        reassign(life, given, at)


def _busiest(life: Life, at: datetime) -> Auditor:
    """Return who has most to do of the months' audits, of those who are here with nothing planned."""

    def to_do(auditor: Auditor) -> tuple[int, int]:
        mine = life.book.open_of(auditor.person.id)
        return sum(given.kind is CycleKind.QOP for given in mine), -auditor.person.id

    free = [each for each in life.book.auditors.values() if each.is_here(at) and not each.leaves and not each.gone]
    return max(free, key=to_do)


def _hinders(auditor: Auditor, given: Given, at: datetime) -> bool:
    """Say whether leave takes more than three quarters of the working days that are left for an audit."""
    today = london_day(at)
    until = given.due_on if given.due_on >= today else add_working_days(today, DUE_DAYS)
    return auditor.time_left(today, until, at=at) < LEAST_TIME


def _chosen(preview: Preview) -> set[str]:
    return {line.public_id for line in preview.lines if line.is_chosen}


def _note_handed_on(life: Life, preview: Preview, at: datetime) -> None:
    """Write down who has what now. Somebody could be found for everything: the council is large enough."""
    assert not preview.left_over
    for line in preview.moving:
        life.book.hand_on(life.book.holds(line.public_id), life.id_of(line.to), at=at)


def _change(life: Life, auditor: Auditor, *, is_active: bool, at: datetime) -> None:
    with life.database.transaction() as session:
        person = accounts.find_person(session, auditor.person.public_id)
        accounts.change_person(session, person, is_active=is_active, by=life.council.viewer("adam"), at=at)
