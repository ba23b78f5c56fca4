"""Handing on somebody's open audits together: shown first and done exactly as shown."""

from collections.abc import Callable
from datetime import date

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
from auditapp.persistence.queries.cycles import waiting
from auditapp.persistence.queries.handovers import count_open, leavers, people_away
from auditapp.services import absences, audits, handovers, supervision
from auditapp.services.handovers import NOBODY, PreviewChanged
from tests.absences import ASKED, SECRET, enter, enter_approved
from tests.council import Council, audits_of, submitted_audit
from tests.faults import contents, every_statement_fails
from tests.handovers import TODAY, begin, hand_on, ids, leave, of_absence, of_person, spread
from tests.meanwhile import meanwhile

EXEMPT = Asked(AbsenceKind.EXEMPTION, date(2026, 10, 15), date(2026, 10, 30), SECRET)


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
