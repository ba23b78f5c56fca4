"""Handing on somebody's open audits together: shown first, done exactly as shown, and moved back."""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.domain.absences import Asked
from auditapp.domain.calendar import Month
from auditapp.domain.errors import NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import AbsenceKind, AuditState, CycleKind
from auditapp.persistence import trail
from auditapp.persistence.absences import Absence
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.people import Person
from auditapp.persistence.queries.absences import find_absence
from auditapp.persistence.queries.cycles import waiting
from auditapp.persistence.queries.handovers import count_open, find_handover, leavers, people_away
from auditapp.persistence.trail import TrailEvent
from auditapp.services import absences, accounts, answers, audits, handovers, supervision, ways_back
from auditapp.services.answers import Typed
from auditapp.services.handovers import NOBODY, Preview, PreviewChanged
from auditapp.services.ways_back import WayBack
from tests.absences import ASKED, SECRET, add_auditors, enter, enter_approved
from tests.council import Council, audits_of, submitted_audit
from tests.faults import contents, every_statement_fails
from tests.meanwhile import meanwhile

TODAY = date(2026, 10, 15)
EXEMPT = Asked(AbsenceKind.EXEMPTION, date(2026, 10, 15), date(2026, 10, 30), SECRET)


@pytest.fixture
def many(month: Council) -> Council:
    """Return the council with an open month and three more auditors, who are independent of every case."""
    return add_auditors(month, "wes", "wanda", "willa")


def begin(council: Council, audit: Audit, *, by: str, at: datetime | None = None) -> None:
    """Write one word into an audit."""
    with council.database.transaction() as session:
        writing = answers.audit_to_write(session, audit.public_id, by=council.viewer(by))
        typed = {"D1.grade": Typed("good", f"As {by} sees it.", 1 if at else 0)}
        answers.save(session, writing, typed=typed, sitting=f"sitting-{by}", by=council.viewer(by), at=at or council.at)


def of_absence(council: Council, public_id: str, chosen: Collection[str] | None = None) -> Preview:
    with council.database.reading() as session:
        absence = find_absence(session, public_id, viewer=council.viewer("quinn"))
        return handovers.preview_absence(session, absence, chosen=chosen, today=TODAY)


def of_person(council: Council, name: str, chosen: Collection[str] | None = None) -> Preview:
    with council.database.reading() as session:
        return handovers.preview_person(session, council.people[name].public_id, chosen=chosen, today=TODAY)


def ids(preview: Preview) -> list[str]:
    return [line.public_id for line in preview.lines if line.is_chosen]


def spread(council: Council, public_id: str, preview: Preview, *, by: str = "quinn") -> str:
    with council.database.transaction() as session:
        done = handovers.spread_absence(
            session, public_id, chosen=ids(preview), seen=preview.fingerprint, by=council.viewer(by), at=council.at
        )
        return done.public_id


def hand_on(council: Council, name: str, preview: Preview, *, at: datetime | None = None) -> str:
    with council.database.transaction() as session:
        person = council.people[name].public_id
        done = handovers.hand_on_all(
            session,
            person,
            chosen=ids(preview),
            seen=preview.fingerprint,
            by=council.viewer("quinn"),
            at=at or council.at,
        )
        return done.public_id


def back(council: Council, public_id: str) -> WayBack:
    with council.database.reading() as session:
        return ways_back.way_back(session, find_handover(session, public_id))


def move_back(council: Council, public_id: str, *, at: datetime | None = None) -> int:
    seen = back(council, public_id).fingerprint
    with council.database.transaction() as session:
        return ways_back.move_back(session, public_id, seen=seen, by=council.viewer("quinn"), at=at or council.at)


def leave(council: Council, name: str, *, is_active: bool = False) -> None:
    with council.database.transaction() as session:
        person = accounts.find_person(session, council.people[name].public_id)
        accounts.change_person(session, person, is_active=is_active, by=council.viewer("adam"), at=council.at)


class TestSpreading:
    def test_what_is_not_begun_moves_to_those_with_room_by_the_rules_of_a_month(self, many: Council) -> None:
        begun = audits_of(many, "nora")[0]
        begin(many, begun, by="nora")
        preview = of_absence(many, enter_approved(many, "nora", asked=EXEMPT))
        assert len(preview.lines) == 10
        assert [line.public_id for line in preview.lines if not line.is_chosen] == [begun.public_id]
        assert len(preview.moving) == 9
        assert preview.left_over == ()
        to = {line.to_name for line in preview.moving}
        # Sol holds ten already: what moves goes to those who hold none, three each.
        assert sorted(to) == ["Wanda", "Wes", "Willa"]
        assert {line.reason for line in preview.moving} >= {
            "Independent of the case. With it they hold 1 of the same month or theme, of a share of 5."
        }

    def test_it_is_done_exactly_as_shown_and_running_again_changes_nothing(self, many: Council) -> None:
        public_id = enter_approved(many, "nora", asked=EXEMPT)
        preview = of_absence(many, public_id)
        spread(many, public_id, preview)
        with many.database.reading() as session:
            people = dict(session.execute(select(Person.id, Person.public_id)).all())
            now = {audit.public_id: audit for audit in session.scalars(select(Audit))}
        assert {line.public_id: line.to for line in preview.moving} == {
            line.public_id: people[now[line.public_id].auditor_id or 0] for line in preview.moving
        }
        assert {now[line.public_id].due_on for line in preview.moving} == {date(2026, 10, 29)}
        assert audits_of(many, "nora") == []
        before = contents(many.database)
        with pytest.raises(PreviewChanged):
            spread(many, public_id, preview)
        with pytest.raises(Refused, match="Choose at least one"):
            spread(many, public_id, of_absence(many, public_id))
        assert contents(many.database) == before

    def test_it_is_done_whole_or_not_at_all(self, many: Council) -> None:
        for audit in audits_of(many, "nora")[2:]:
            submitted_audit(many, audit.public_id, by="nora", at=many.at)
        public_id = enter_approved(many, "nora", asked=EXEMPT)
        preview = of_absence(many, public_id)
        assert len(preview.moving) == 2
        chosen, seen = ids(preview), preview.fingerprint
        every_statement_fails(
            many.database,
            lambda session: handovers.spread_absence(
                session, public_id, chosen=chosen, seen=seen, by=many.viewer("quinn"), at=many.at
            ),
        )

    def test_the_trail_tells_of_each_audit_and_of_all(self, many: Council) -> None:
        public_id = enter_approved(many, "nora", asked=EXEMPT)
        spread(many, public_id, of_absence(many, public_id))
        with many.database.reading() as session:
            told = list(trail.events(session))
        assert sum(event.name == "audit.reassigned" for event in told) == 10
        (whole,) = [event for event in told if event.name == "audits.handed_on"]
        assert (whole.subject, whole.details) == (many.people["nora"].public_id, {"audits": 10})

    def test_who_is_away_or_exempt_themselves_gets_nothing(self, many: Council) -> None:
        enter_approved(many, "wes", asked=EXEMPT)
        enter_approved(many, "wanda", asked=Asked(AbsenceKind.ABSENCE, TODAY, date(2026, 11, 2), SECRET))
        preview = of_absence(many, enter_approved(many, "nora", asked=EXEMPT))
        assert {line.to_name for line in preview.moving} == {"Willa"}

    def test_nobody_gets_a_case_of_their_own_team(self, month: Council) -> None:
        preview = of_absence(month, enter_approved(month, "nora", asked=EXEMPT))
        with month.database.reading() as session:
            unmapped = {line.public_id for line in preview.moving}
            known = session.scalars(select(Audit).where(Audit.public_id.in_(unmapped))).all()
            assert all(not audit.is_independence_known for audit in known)
        assert preview.left_over
        assert {line.reason for line in preview.left_over} == {NOBODY}

    def test_a_short_absence_moves_nothing_by_itself(self, many: Council) -> None:
        short = Asked(AbsenceKind.ABSENCE, date(2026, 10, 19), date(2026, 10, 23), SECRET)
        preview = of_absence(many, enter_approved(many, "nora", asked=short))
        assert preview.moving == ()
        chosen = [line.public_id for line in preview.lines[:2]]
        assert [line.public_id for line in of_absence(many, preview_id(many), chosen=chosen).moving] == chosen

    def test_what_is_begun_moves_along_when_it_is_chosen(self, many: Council) -> None:
        begun = audits_of(many, "nora")[0]
        begin(many, begun, by="nora")
        public_id = enter_approved(many, "nora", asked=EXEMPT)
        spread(many, public_id, of_absence(many, public_id, chosen=[begun.public_id]))
        with many.database.reading() as session:
            moved = session.scalars(select(Audit).where(Audit.id == begun.id)).one()
        assert (moved.state, moved.auditor_id == many.people["nora"].id) == (AuditState.BEGUN, False)

    def test_what_was_not_approved_spreads_nothing(self, many: Council) -> None:
        public_id = enter(many, "nora", asked=EXEMPT)
        with pytest.raises(NotNow, match="This is now: To be approved"):
            of_absence(many, public_id)

    def test_only_quality_assurance_hands_on(self, many: Council) -> None:
        public_id = enter_approved(many, "nora", asked=EXEMPT)
        preview = of_absence(many, public_id)
        for name in ("nora", "hope", "dara", "adam"):
            with pytest.raises(NotAllowed):
                spread(many, public_id, preview, by=name)


def preview_id(council: Council) -> str:
    """Return the one absence that there is."""
    with council.database.reading() as session:
        return session.scalars(select(Absence.public_id)).one()


Change = Callable[[Council, Session], object]


def touch_one(council: Council, session: Session) -> None:
    audit = audits_of(council, "nora")[0]
    session.execute(select(Audit.id).where(Audit.id == audit.id).with_for_update())
    session.get_one(Audit, audit.id).version += 1


def lose_a_receiver(council: Council, session: Session) -> None:
    asked = Asked(AbsenceKind.EXEMPTION, TODAY, TODAY, SECRET)
    willa = council.people["willa"].public_id
    absence = absences.enter(session, willa, asked=asked, by=council.viewer("willa"), at=council.at)
    absences.approve(session, absence.public_id, by=council.viewer("dara"), at=council.at)


def hand_one_on(council: Council, session: Session) -> None:
    audit, wes = audits_of(council, "nora")[0], council.people["wes"].public_id
    audits.reassign(session, audit.public_id, to=wes, by=council.viewer("quentin"), at=council.at)


@pytest.mark.parametrize("change", [touch_one, lose_a_receiver, hand_one_on])
def test_when_something_changed_meanwhile_nothing_moves(many: Council, change: Change) -> None:
    public_id = enter_approved(many, "nora", asked=EXEMPT)
    preview = of_absence(many, public_id)
    with many.database.transaction() as session:
        change(many, session)
    before = contents(many.database)
    with pytest.raises(PreviewChanged):
        spread(many, public_id, preview)
    assert contents(many.database) == before
    spread(many, public_id, of_absence(many, public_id))


def test_of_two_who_hand_on_audits_of_one_month_at_once_one_is_told(many: Council) -> None:
    """What the first gives out is no longer free for the second."""
    nora, sol = of_person(many, "nora"), of_person(many, "sol")

    def work(session: Session) -> None:
        person, by = many.people["nora"].public_id, many.viewer("quentin")
        handovers.hand_on_all(session, person, chosen=ids(nora), seen=nora.fingerprint, by=by, at=many.at)

    with meanwhile(many.database, work), pytest.raises(PreviewChanged):
        hand_on(many, "sol", sol)
    hand_on(many, "sol", of_person(many, "sol"))


def test_an_audit_that_is_submitted_meanwhile_is_not_taken_away(many: Council) -> None:
    audit = audits_of(many, "nora")[0]
    begin(many, audit, by="nora")
    preview = of_person(many, "nora")

    def work(session: Session) -> None:
        wes, by = many.people["wes"].public_id, many.viewer("quentin")
        audits.reassign(session, audit.public_id, to=wes, by=by, at=many.at)

    with meanwhile(many.database, work), pytest.raises(PreviewChanged):
        hand_on(many, "nora", preview)


class TestLeavers:
    def test_their_audits_are_counted_and_named_until_they_are_handed_on(self, many: Council) -> None:
        leave(many, "nora")
        with many.database.reading() as session:
            assert waiting(session, today=TODAY).left == 10
            assert [(holder.name, holder.open) for holder in leavers(session)] == [("Nora", 10)]
        hand_on(many, "nora", of_person(many, "nora"))
        with many.database.reading() as session:
            assert waiting(session, today=TODAY).left == 0
            assert leavers(session) == ()

    def test_all_move_those_that_are_begun_too(self, many: Council) -> None:
        begin(many, audits_of(many, "nora")[0], by="nora")
        leave(many, "nora")
        assert len(of_person(many, "nora").moving) == 10

    def test_it_is_done_whole_or_not_at_all(self, many: Council) -> None:
        for audit in audits_of(many, "nora")[2:]:
            submitted_audit(many, audit.public_id, by="nora", at=many.at)
        leave(many, "nora")
        preview, nora = of_person(many, "nora"), many.people["nora"].public_id
        every_statement_fails(
            many.database,
            lambda session: handovers.hand_on_all(
                session, nora, chosen=ids(preview), seen=preview.fingerprint, by=many.viewer("quinn"), at=many.at
            ),
        )

    def test_supervision_files_move_with_the_rest(self, many: Council) -> None:
        with many.database.transaction() as session:
            supervision.open_supervision(session, Month(2026, 10), seed="s", by=many.viewer("quinn"), at=many.at)
            files = select(Audit).join(Audit.cycle).where(Cycle.kind == CycleKind.SUPERVISION).order_by(Audit.id)
            for audit in session.scalars(files):
                audit.auditor_id = many.people["nora"].id
        leave(many, "nora")
        preview = of_person(many, "nora")
        moving = [line for line in preview.moving if line.cycle == "Supervision, October 2026"]
        assert len(moving) == 4
        assert len({line.to for line in moving}) > 1, "they are shared out, not heaped on one"
        hand_on(many, "nora", preview)
        with many.database.reading() as session:
            assert count_open(session, many.people["nora"].id) == 0

    def test_nobody_who_is_not_there_is_handed_on(self, many: Council) -> None:
        with many.database.writing() as session, pytest.raises(NotFound):
            handovers.hand_on_all(session, "nobody", chosen=(), seen="x", by=COMMAND_LINE, at=many.at)
        with many.database.reading() as session, pytest.raises(NotFound):
            handovers.preview_person(session, "nobody", chosen=None, today=TODAY)

    def test_people_who_are_away_today_are_named(self, many: Council) -> None:
        enter_approved(many, "nora", asked=EXEMPT)
        enter_approved(many, "sol", asked=ASKED)
        with many.database.reading() as session:
            assert [holder.name for holder in people_away(session, today=TODAY)] == ["Nora"]
            assert waiting(session, today=TODAY).away == 10
            assert waiting(session, today=date(2026, 10, 19)).away == 20


class TestMovingBack:
    def test_it_is_done_whole_or_not_at_all_and_then_everything_is_as_it_was(self, many: Council) -> None:
        for audit in audits_of(many, "nora")[2:]:
            submitted_audit(many, audit.public_id, by="nora", at=many.at)
        leave(many, "nora")
        before = [(audit.id, audit.due_on, audit.assigned_at, audit.state) for audit in audits_of(many, "nora")]
        public_id = hand_on(many, "nora", of_person(many, "nora"), at=many.at + timedelta(hours=1))
        seen, at = back(many, public_id).fingerprint, many.at + timedelta(hours=2)
        every_statement_fails(
            many.database,
            lambda session: ways_back.move_back(session, public_id, seen=seen, by=many.viewer("quinn"), at=at),
        )
        assert [(audit.id, audit.due_on, audit.assigned_at, audit.state) for audit in audits_of(many, "nora")] == before
        assert {each.why_not for each in back(many, public_id).returns} == {"Moved back"}
        with pytest.raises(Refused, match="Nothing of this"):
            move_back(many, public_id)
        with many.database.reading() as session:
            told = session.scalars(select(TrailEvent.details).where(TrailEvent.name == "audits.moved_back")).all()
        assert told == [{"audits": 2}]

    def test_what_somebody_has_begun_stays_with_them(self, many: Council) -> None:
        written = audits_of(many, "nora")[0]
        begin(many, written, by="nora")
        public_id = hand_on(many, "nora", of_person(many, "nora"))
        lines = {line.audit.public_id: line for line in back(many, public_id).handover.lines}
        fresh, taken, passed_on, *_ = [line for key, line in lines.items() if key != written.public_id]
        names = {person.id: name for name, person in many.people.items()}
        begin(many, fresh.audit, by=names[fresh.to_id])
        submitted_audit(many, taken.audit.public_id, by=names[taken.to_id])
        with many.database.transaction() as session:
            other = next(name for name in ("wes", "wanda") if many.people[name].id != passed_on.to_id)
            to, at = many.people[other].public_id, many.at + timedelta(minutes=1)
            audits.reassign(session, passed_on.audit.public_id, to=to, by=many.viewer("quinn"), at=at)
        why = {each.line.audit_id: each.why_not for each in back(many, public_id).returns}
        assert why[fresh.audit_id] == f"{fresh.to.name} has begun it"
        assert why[taken.audit_id] == "Submitted"
        assert why[passed_on.audit_id] == "Reassigned again since"
        assert why[written.id] == "", "it was begun before it came to them"
        assert move_back(many, public_id) == 7
        assert {audit.id for audit in audits_of(many, "nora")} == {
            line.audit_id for line in lines.values() if line not in (fresh, taken, passed_on)
        }

    def test_what_was_begun_before_and_is_written_on_since_stays(self, many: Council) -> None:
        written = audits_of(many, "nora")[0]
        begin(many, written, by="nora")
        public_id = hand_on(many, "nora", of_person(many, "nora", chosen=[written.public_id]))
        (line,) = back(many, public_id).handover.lines
        names = {person.id: name for name, person in many.people.items()}
        begin(many, written, by=names[line.to_id], at=many.at + timedelta(minutes=5))
        assert [each.why_not for each in back(many, public_id).returns] == [f"{line.to.name} has begun it"]

    def test_dates_that_are_over_are_set_anew(self, many: Council) -> None:
        public_id = hand_on(many, "nora", of_person(many, "nora"))
        later = many.at + timedelta(days=30)
        move_back(many, public_id, at=later)
        assert {audit.due_on for audit in audits_of(many, "nora")} == {date(2026, 11, 27)}

    def test_dates_that_are_still_to_come_stay(self, many: Council) -> None:
        public_id = hand_on(many, "nora", of_person(many, "nora"), at=many.at + timedelta(days=3))
        move_back(many, public_id, at=many.at + timedelta(days=5))
        assert {(audit.due_on, audit.assigned_at) for audit in audits_of(many, "nora")} == {
            (date(2026, 10, 29), many.at)
        }

    def test_what_changed_meanwhile_is_told_and_nothing_moves(self, many: Council) -> None:
        public_id = hand_on(many, "nora", of_person(many, "nora"))
        way = back(many, public_id)
        line = way.possible[0]
        names = {person.id: name for name, person in many.people.items()}
        begin(many, line.audit, by=names[line.to_id])
        before = contents(many.database)
        with many.database.writing() as session, pytest.raises(PreviewChanged):
            ways_back.move_back(session, public_id, seen=way.fingerprint, by=many.viewer("quinn"), at=many.at)
        assert contents(many.database) == before

    def test_of_two_who_move_back_at_once_one_is_told(self, many: Council) -> None:
        public_id = hand_on(many, "nora", of_person(many, "nora"))
        seen = back(many, public_id).fingerprint

        def work(session: Session) -> None:
            ways_back.move_back(session, public_id, seen=seen, by=many.viewer("quentin"), at=many.at)

        with (
            meanwhile(many.database, work),
            many.database.writing() as session,
            pytest.raises(PreviewChanged),
        ):
            ways_back.move_back(session, public_id, seen=seen, by=many.viewer("quinn"), at=many.at)

    def test_who_came_back_can_write_again_in_what_was_theirs(self, many: Council) -> None:
        leave(many, "nora")
        public_id = hand_on(many, "nora", of_person(many, "nora"))
        leave(many, "nora", is_active=True)
        assert move_back(many, public_id) == 10
        begin(many, audits_of(many, "nora")[0], by="nora")
