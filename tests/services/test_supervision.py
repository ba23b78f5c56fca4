"""Supervision audits: a month's files drawn so that anyone can do it again, and files that a case audit leads to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from auditapp.domain import records
from auditapp.domain.calendar import Month
from auditapp.domain.errors import NotAllowed, Refused
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.vocabulary import AuditState, Refusal
from auditapp.persistence.audits import Audit, SubmittedRecord
from auditapp.persistence.cases import ListWorker
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.queries.audit_lists import cycle_audits, my_open_audits
from auditapp.persistence.queries.quota import done_by_month
from auditapp.services import audits, cycles, findings, mapping, replacements, supervision
from auditapp.services.mapping import Choice
from auditapp.services.programme_settings import change_settings
from tests.council import SEED, Council, audits_of, give_case_list, invented_entries, submitted_audit
from tests.faults import every_statement_fails

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)


def open_supervision(council: Council, month: Month = OCTOBER, *, days: int = 0) -> Cycle:
    with council.database.transaction() as session:
        by, at = council.viewer("quinn"), council.at + timedelta(days=days)
        return supervision.open_supervision(session, month, seed=SEED, by=by, at=at)


def files(council: Council) -> list[Audit]:
    """Return the audits of supervision files, in the order drawn."""
    with council.database.reading() as session:
        found = session.scalars(select(Audit).where(Audit.supervision_worker_id.is_not(None)).order_by(Audit.id))
        return list(found)


def codes(council: Council) -> list[str]:
    with council.database.reading() as session:
        query = select(ListWorker.code).join(Audit, Audit.supervision_worker_id == ListWorker.id).order_by(Audit.id)
        return list(session.scalars(query))


def name_of(council: Council, audit: Audit) -> str:
    return next(name for name, person in council.people.items() if person.id == audit.auditor_id)


def map_worker(council: Council, code: str, email: str) -> None:
    with council.database.transaction() as session:
        listed = session.scalars(select(ListWorker).where(ListWorker.code == code)).one()
        mapping.map_workers(session, {listed.public_id: Choice(email)}, by=council.viewer("quinn"), at=council.at)


def test_a_month_of_files_is_opened_whole_or_not_at_all(council: Council) -> None:
    give_case_list(council)
    by = council.viewer("quinn")
    every_statement_fails(
        council.database,
        lambda session: supervision.open_supervision(session, OCTOBER, seed=SEED, by=by, at=council.at),
    )
    made = files(council)
    assert [audit.reference for audit in made] == [f"SUP-2026-10-0{number}" for number in range(1, 5)]
    assert {audit.case_id for audit in made} == {None}
    assert len(set(codes(council))) == 4
    assert {name_of(council, audit) for audit in made if audit.auditor_id} <= {"nora", "sol"}
    every_statement_fails(
        council.database,
        lambda session: supervision.open_supervision(session, OCTOBER, seed="x", by=by, at=council.at),
        changes=False,
    )


def test_how_many_files_a_month_looks_at_is_a_setting(council: Council) -> None:
    give_case_list(council)
    with council.database.transaction() as session:
        numbers = {"supervision_each_month": 6}
        change_settings(session, numbers, quota=20, version=0, by=COMMAND_LINE, at=council.at)
    open_supervision(council)
    assert len(files(council)) == 6


def test_two_at_once_draw_one_month(council: Council) -> None:
    give_case_list(council)
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: open_supervision(council).public_id, range(4)))
    assert len(set(opened)) == 1
    assert len(files(council)) == 4


def test_the_draw_can_be_performed_again_and_a_changed_record_is_found(council: Council) -> None:
    give_case_list(council)
    first = open_supervision(council)
    second = open_supervision(council, NOVEMBER, days=20)
    with council.database.reading() as session:
        made = supervision.read_worker_draw(cycles.draw_of(session, second))
        assert made.reasons == {"Being audited now": 4}
        assert [supervision.verify_supervision(session, cycle) for cycle in (first, second)] == [(), ()]
    with council.database.transaction() as session:
        stored = session.get_one(CycleDraw, first.id)
        stored.record = stored.record.replace(SEED, "another seed")
    with council.database.reading() as session:
        assert supervision.verify_supervision(session, first)


def test_nobody_looks_at_the_file_of_whom_they_supervise(council: Council) -> None:
    give_case_list(council)
    for number in range(9):
        map_worker(council, f"w{number}", "prue@demo.example")  # of South, whose manager is Sol
    open_supervision(council)
    assert {audit.auditor_id for audit in files(council)} <= {council.people["nora"].id, None}
    assert council.people["nora"].id in {audit.auditor_id for audit in files(council)}
    given = next(audit for audit in files(council) if audit.auditor_id)
    to = council.people["sol"].public_id
    with council.database.writing() as session, pytest.raises(Refused, match="of this file"):
        audits.reassign(session, given.public_id, to=to, by=council.viewer("quinn"), at=council.at)


def test_who_is_independent_is_given_more_than_their_share_where_nobody_else_is_and_not_more_than_the_most(
    council: Council,
) -> None:
    """All the files are of North: Nora manages it, and Sol may be given two."""
    give_case_list(council, [entry for entry in invented_entries() if entry.team == "Team North"])
    with council.database.transaction() as session:
        numbers = {"supervision_each_month": 3}
        change_settings(session, numbers, quota=20, version=0, by=COMMAND_LINE, at=council.at)
    open_supervision(council)
    assert sorted(name_of(council, audit) if audit.auditor_id else "" for audit in files(council)) == ["", "sol", "sol"]


def test_a_file_is_not_drawn_again_within_twelve_months_and_no_month_draws_from_nothing(council: Council) -> None:
    give_case_list(council)
    for month, days in ((OCTOBER, 0), (NOVEMBER, 20), (Month(2026, 12), 45)):
        open_supervision(council, month, days=days)
    assert len(files(council)) == len(set(codes(council))) == 9
    with pytest.raises(Refused, match="each was looked at in the last 12 months"):
        open_supervision(council, Month(2027, 1), days=80)


def test_a_file_is_audited_recorded_counted_apart_and_read_where_it_may_be(month: Council) -> None:
    open_supervision(month)
    given = next(audit for audit in files(month) if audit.auditor_id)
    name = name_of(month, given)
    code = codes(month)[[audit.id for audit in files(month)].index(given.id)]
    submitted_audit(month, given.public_id, by=name, grade="good")
    with month.database.reading() as session:
        assert done_by_month(session, [OCTOBER]) == {OCTOBER: 0}
        assert findings.overview(session, viewer=month.viewer("quinn"), today=date(2026, 10, 20)).quarters == ()
        document = session.scalars(select(SubmittedRecord.document)).one()
        said = records.from_json(document)
        assert (said.case_reference, said.case_type, said.worker) == ("", "", code)
        where = findings.position(session, "supervision", date(2026, 10, 31), viewer=month.viewer("quinn"))
        assert where.findings.audits == 1
        assert not findings.recount(session, by=COMMAND_LINE, at=month.at)


def test_lists_name_the_worker_and_the_cycle(month: Council) -> None:
    cycle = open_supervision(month)
    with month.database.reading() as session:
        rows = cycle_audits(session, cycle.id)
        mine = {row.cycle_name for row in my_open_audits(session, month.viewer("nora"))}
    assert [row.case_reference for row in rows] == codes(month)
    assert {(row.about, row.is_supervision) for row in rows} == {("Supervision file", True)}
    assert mine == {"Quality of Practice, October 2026", "Supervision, October 2026"}


def test_a_file_is_given_back_for_the_next_in_order(month: Council) -> None:
    cycle = open_supervision(month)
    given = next(audit for audit in files(month) if audit.auditor_id)
    by, why = month.viewer(name_of(month, given)), Refusal.SUPERVISED
    every_statement_fails(
        month.database,
        lambda session: replacements.refuse_case(session, given.public_id, refusal=why, reason="", by=by, at=month.at),
    )
    made = files(month)
    assert next(audit for audit in made if audit.id == given.id).state is AuditState.REPLACED
    assert made[-1].reference == "SUP-2026-10-05"
    assert len(set(codes(month))) == 5
    with month.database.reading() as session:
        assert supervision.verify_supervision(session, cycle) == ()


class TestPicking:
    """A case audit that found little oversight leads to the worker's file."""

    @pytest.fixture
    def weak(self, month: Council) -> Audit:
        """Return a case audit that graded every domain in the worse half."""
        audit = next(audit for audit in audits_of(month, "nora") if audit.list_worker_id)
        submitted_audit(month, audit.public_id, by="nora", grade="requires_improvement_to_be_good")
        return audit

    def pick(self, council: Council, audit: Audit, by: str = "quinn") -> Audit:
        with council.database.transaction() as session:
            at = council.at + timedelta(days=2)
            return supervision.pick_file(session, audit.public_id, by=council.viewer(by), at=at)

    def test_the_file_is_picked_whole_or_not_at_all_and_once(self, month: Council, weak: Audit) -> None:
        by, at = month.viewer("quinn"), month.at + timedelta(days=2)
        every_statement_fails(
            month.database, lambda session: supervision.pick_file(session, weak.public_id, by=by, at=at)
        )
        (picked,) = files(month)
        assert picked.reference == "SUP-2026-10-P-01"
        assert (picked.supervision_worker_id, picked.picked_from_id) == (weak.list_worker_id, weak.id)
        assert self.pick(month, weak).id == picked.id
        open_supervision(month, days=3)
        assert len(set(codes(month))) == len(files(month)) == 5

    def test_four_at_once_pick_it_once(self, month: Council, weak: Audit) -> None:
        with ThreadPoolExecutor(4) as threads:
            assert len(set(threads.map(lambda _: self.pick(month, weak).id, range(4)))) == 1

    def test_only_after_weak_oversight_and_only_by_qa(self, month: Council, weak: Audit) -> None:
        with pytest.raises(NotAllowed):
            self.pick(month, weak, by="nora")
        good, unfinished, *_ = [audit for audit in audits_of(month, "nora") if audit.id != weak.id]
        with pytest.raises(Refused, match="Only what a submitted"):
            self.pick(month, unfinished)
        submitted_audit(month, good.public_id, by="nora", grade="good")
        with pytest.raises(Refused, match=r"worse half|names no worker"):
            self.pick(month, good)

    def test_a_file_that_is_looked_at_already_is_not_picked(self, month: Council, weak: Audit) -> None:
        self.pick(month, weak)
        other = next(
            audit
            for name in ("nora", "sol")
            for audit in audits_of(month, name)
            if audit.list_worker_id == weak.list_worker_id and audit.id != weak.id
        )
        name = name_of(month, other)
        submitted_audit(month, other.public_id, by=name, grade="inadequate")
        with pytest.raises(Refused, match="looked at already: being audited now"):
            self.pick(month, other)

    def test_a_picked_file_that_is_given_back_waits_for_another_auditor(self, month: Council, weak: Audit) -> None:
        picked = self.pick(month, weak)
        name, at = name_of(month, picked), month.at + timedelta(days=3)
        with month.database.writing() as session, pytest.raises(Refused, match="not drawn but named"):
            replacements.replace_case(session, picked.public_id, reason="x", by=month.viewer("quinn"), at=at)
        with month.database.transaction() as session:
            by = month.viewer(name)
            given_back = replacements.refuse_case(
                session, picked.public_id, refusal=Refusal.SUPERVISED, reason="", by=by, at=at
            )
            assert (given_back.id, given_back.auditor, given_back.state) == (picked.id, None, AuditState.ASSIGNED)
