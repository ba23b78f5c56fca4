"""Somebody's own calendar: what stands in it, and its address."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from auditapp.documents.feed import Entry
from auditapp.domain.errors import NotFound
from auditapp.domain.people import Grant
from auditapp.domain.programme import Plan
from auditapp.domain.programme_changes import fingerprint_of
from auditapp.domain.vocabulary import NoticeKind, ProgrammeKind, Role
from auditapp.domain.working_days import announced_until
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.people import Person
from auditapp.services import accounts, audits, calendars, programme, replacements
from auditapp.services.notices import notify
from auditapp.services.programme_steps import tick_step
from auditapp.services.secrets import new_secret
from tests.council import Council, audits_of, join, submitted_audit
from tests.faults import every_statement_fails


def days(month: Council, name: str, *, later: timedelta = timedelta()) -> dict[str, Entry]:
    """Return what stands in somebody's calendar, by its stable names."""
    with month.database.transaction() as session:
        secret = calendars.make_address(session, secret=new_secret(), by=month.viewer(name), at=month.at)
        person = calendars.reader(session, secret)
        found = list(
            calendars.entries(session, person, base_url="https://x.example", host="x.example", at=month.at + later)
        )
    assert len({entry.uid for entry in found}) == len(found)
    return {entry.uid: entry for entry in found}


def test_an_auditor_finds_their_audits_on_their_due_days_and_when_months_open(month: Council) -> None:
    found = days(month, "nora")
    mine = audits_of(month, "nora")
    for audit in mine:
        entry = found[f"audit-{audit.public_id}@x.example"]
        assert (entry.day, entry.title) == (audit.due_on, f"Audit {audit.reference} due")
        assert entry.link == f"https://x.example/audits/{audit.public_id}"
    openings = {uid: entry.day for uid, entry in found.items() if uid.startswith("month-")}
    assert openings["month-2026-11@x.example"] == date(2026, 11, 2)
    assert openings["month-2027-01@x.example"] == date(2027, 1, 4)
    assert len(openings) == 13


def test_nothing_of_a_case_stands_in_it(month: Council) -> None:
    assert not any("case0" in entry.title for entry in days(month, "nora").values())


def test_a_board_member_has_nothing_and_those_who_read_the_programme_the_months(month: Council) -> None:
    for name in ("quinn", "hope"):
        assert {uid.partition("-")[0] for uid in days(month, name)} == {"month"}
    assert days(month, "bea") == {}


def test_what_is_submitted_handed_on_or_replaced_changes_under_its_name(month: Council) -> None:
    first, second, third = audits_of(month, "nora")[:3]
    with month.database.transaction() as session:
        for audit in (first, second, third):
            nora, day = month.people["nora"].id, audit.due_on
            notify(session, [nora], NoticeKind.ASSIGNED, subject=audit.public_id, due_on=day, at=month.at)
    before = days(month, "nora")
    submitted_audit(month, first.public_id, by="nora")
    with month.database.transaction() as session:
        session.get_one(Audit, second.id).auditor_id = month.people["sol"].id
        replacements.replace_case(session, third.public_id, reason="Closed", by=month.viewer("quinn"), at=month.at)
    after = days(month, "nora")
    one, two, three = (f"audit-{audit.public_id}@x.example" for audit in (first, second, third))
    assert after[one].title.endswith("submitted")
    assert (after[two].is_cancelled, after[three].is_cancelled) == (True, True)
    assert all(after[uid].sequence > before[uid].sequence for uid in (one, two, three))
    assert not days(month, "sol")[two].is_cancelled


ROUND = Plan(kind=ProgrammeKind.MULTI_AGENCY, title="Bruises", starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 2))
THEME = Plan(
    kind=ProgrammeKind.THEMATIC,
    title="Missing children",
    starts_on=date(2026, 11, 9),
    ends_on=date(2026, 11, 27),
    report_due_on=date(2026, 12, 11),
)


def plan(month: Council, planned: Plan) -> str:
    with month.database.transaction() as session:
        return programme.add_entry(session, planned, repeated=False, by=month.viewer("quinn"), at=month.at)[0]


def of_entry(month: Council, name: str, public_id: str, *, later: timedelta = timedelta()) -> dict[str, Entry]:
    """Return what stands of an entry in somebody's calendar, by what is due."""
    begins, ends = f"programme-{public_id}-", "@x.example"
    found = days(month, name, later=later).items()
    return {uid.removeprefix(begins).removesuffix(ends): entry for uid, entry in found if uid.startswith(begins)}


def test_the_dates_of_the_programme_are_for_its_readers_and_for_those_whom_an_entry_names(month: Council) -> None:
    theme = plan(month, replace(THEME, auditors=(month.people["nora"].public_id,)))
    round_ = plan(month, ROUND)
    quinns, noras = of_entry(month, "quinn", theme), of_entry(month, "nora", theme)
    assert {what: entry.day for what, entry in quinns.items()} == {
        "starts": date(2026, 11, 9),
        "audits-done": date(2026, 11, 27),
        "report-due": date(2026, 12, 11),
    }
    assert quinns["report-due"].title == "Missing children: Report due"
    assert quinns["report-due"].link == f"https://x.example/programme/entries/{theme}"
    assert noras.keys() == quinns.keys()
    assert {entry.link for entry in noras.values()} == {"https://x.example/"}, "what she cannot open is not linked"
    assert "quality-and-effectiveness-subgroup-qef" in of_entry(month, "quinn", round_)
    assert of_entry(month, "quinn", round_, later=timedelta(days=280)).keys() == {"re-check"}
    assert of_entry(month, "hope", theme) == quinns
    assert of_entry(month, "hope", round_) == of_entry(month, "quinn", round_)
    for name in ("sol", "bea"):
        assert of_entry(month, name, theme) == of_entry(month, name, round_) == {}
    assert of_entry(month, "nora", round_) == {}


def test_a_date_that_is_moved_done_or_cancelled_changes_under_its_name(month: Council) -> None:
    round_, by = plan(month, ROUND), month.viewer("quinn")
    before = of_entry(month, "quinn", round_)
    with month.database.transaction() as session:
        moves = programme.preview_move(session, round_, to=date(2026, 11, 9), later=False)
        seen = fingerprint_of(moves)
        programme.move_entry(session, round_, to=date(2026, 11, 9), later=False, seen=seen, by=by, at=month.at)
    moved = of_entry(month, "quinn", round_)
    assert moved.keys() == before.keys()
    assert all(moved[what].day > before[what].day for what in before)
    assert all(moved[what].sequence > before[what].sequence for what in before)
    with month.database.transaction() as session:
        tick_step(session, round_, 1, by=by, at=month.at)
    ticked = of_entry(month, "quinn", round_)
    assert ticked["theme-and-scope"].title == "Bruises: Theme and scope (done)"
    assert ticked["theme-and-scope"].sequence > moved["theme-and-scope"].sequence
    with month.database.transaction() as session:
        version = programme.find_entry(session, round_).version
        programme.cancel_entry(session, round_, reason="No.", later=False, version=version, by=by, at=month.at)
    gone = of_entry(month, "quinn", round_)
    assert gone.keys() == before.keys()
    assert all(entry.is_cancelled for entry in gone.values())
    assert all(gone[what].sequence > ticked[what].sequence for what in before)


def test_who_is_taken_out_of_an_entry_and_a_report_it_asks_for_no_longer_are_taken_out_of_calendars(
    month: Council,
) -> None:
    named = replace(THEME, auditors=(month.people["nora"].public_id, month.people["sol"].public_id))
    theme, by = plan(month, named), month.viewer("quinn")
    before = of_entry(month, "nora", theme)
    without = replace(named, auditors=named.auditors[1:], report_due_on=None)

    def change(to: Plan) -> None:
        with month.database.transaction() as session:
            version = programme.find_entry(session, theme).version
            programme.change_entry(session, theme, plan=to, version=version, by=by, at=month.at)

    change(without)
    noras, sols, quinns = (of_entry(month, name, theme) for name in ("nora", "sol", "quinn"))
    assert noras.keys() == sols.keys() == quinns.keys() == before.keys()
    assert all(entry.is_cancelled for entry in noras.values())
    assert [what for what, entry in sols.items() if entry.is_cancelled] == ["report-due"]
    assert [what for what, entry in quinns.items() if entry.is_cancelled] == ["report-due"]
    assert quinns["report-due"].day == before["report-due"].day
    assert all(noras[what].sequence > before[what].sequence for what in before)
    change(named)
    assert not any(entry.is_cancelled for entry in of_entry(month, "nora", theme).values())


def test_who_audits_no_longer_sees_what_they_had_taken_out(month: Council) -> None:
    before = days(month, "nora")
    with month.database.transaction() as session:
        nora = accounts.find_person(session, month.people["nora"].public_id)
        accounts.change_person(session, nora, grants=[Grant(Role.BOARD_MEMBER)], by=month.viewer("adam"), at=month.at)
    audits = {uid for uid in before if uid.startswith("audit-")}
    after = days(month, "nora")
    assert after.keys() == audits
    assert all(entry.is_cancelled for entry in after.values())


def test_the_opening_of_a_month_goes_with_its_entry(month: Council) -> None:
    by, day = month.viewer("quinn"), date(2026, 12, 1)
    month_entry, _ = (
        plan(month, Plan(kind=kind, starts_on=day, ends_on=day, size=4))
        for kind in (ProgrammeKind.QOP_MONTH, ProgrammeKind.SUPERVISION)
    )
    before = days(month, "quinn")
    assert before["supervision-2026-12@x.example"].title == "Supervision audits of December 2026 are given out"
    assert "supervision-2026-11@x.example" not in before, "what is not planned does not open"
    assert not any(uid.startswith("supervision") for uid in days(month, "nora"))
    with month.database.transaction() as session:
        programme.cancel_entry(session, month_entry, reason="No.", later=False, version=1, by=by, at=month.at)
    after = days(month, "nora")["month-2026-12@x.example"]
    assert after.is_cancelled
    assert after.sequence > before["month-2026-12@x.example"].sequence


def test_an_audit_that_is_handed_on_before_anybody_was_told_is_taken_out_all_the_same(month: Council) -> None:
    audit = next(each for each in audits_of(month, "nora") if each.list_team_id)
    uid = f"audit-{audit.public_id}@x.example"
    before = days(month, "nora")[uid]
    with month.database.transaction() as session:
        wes = join(month, session, "wes", Grant(Role.AUDITOR, team="North"))
        audits.reassign(session, audit.public_id, to=wes.public_id, by=month.viewer("quinn"), at=month.at)
    after = days(month, "nora")[uid]
    assert after.is_cancelled
    assert after.sequence > before.sequence


def test_no_month_opens_in_a_year_whose_bank_holidays_are_not_announced(month: Council) -> None:
    to_come = date(announced_until().year, 6, 1) - month.at.date()
    openings = {entry.day for uid, entry in days(month, "nora", later=to_come).items() if uid.startswith("month-")}
    assert len(openings) == 7, "from June to December"
    assert max(openings) <= announced_until()


def test_a_month_that_is_moved_away_is_taken_out(month: Council) -> None:
    by, day = month.viewer("quinn"), date(2026, 12, 1)
    entry = plan(month, Plan(kind=ProgrammeKind.QOP_MONTH, starts_on=day, ends_on=day, size=20))
    before = days(month, "nora")["month-2026-12@x.example"]
    assert not before.is_cancelled
    with month.database.transaction() as session:
        seen = fingerprint_of(programme.preview_move(session, entry, to=date(2027, 1, 1), later=False))
        programme.move_entry(session, entry, to=date(2027, 1, 1), later=False, seen=seen, by=by, at=month.at)
    after = days(month, "nora")
    assert after["month-2026-12@x.example"].is_cancelled
    assert after["month-2026-12@x.example"].sequence > before.sequence
    assert not after["month-2027-01@x.example"].is_cancelled


def test_what_is_long_over_is_left_out(month: Council) -> None:
    assert not any(uid.startswith("audit-") for uid in days(month, "nora", later=timedelta(days=120)))


def test_an_address_is_made_and_taken_back_whole_or_not_at_all(month: Council) -> None:
    by = month.viewer("nora")
    every_statement_fails(
        month.database, lambda session: calendars.make_address(session, secret=new_secret(), by=by, at=month.at)
    )
    every_statement_fails(month.database, lambda session: calendars.take_address_back(session, by=by, at=month.at))
    with month.database.transaction() as session:
        assert not calendars.take_address_back(session, by=by, at=month.at)
        names = [event.name for event in trail.events(session) if event.by == by.public_id]
    assert names[-2:] == ["calendar.opened", "calendar.closed"]


def test_an_address_works_until_there_is_a_new_one_or_its_person_leaves(month: Council) -> None:
    by = month.viewer("nora")
    with month.database.transaction() as session:
        old, new = (calendars.make_address(session, secret=new_secret(), by=by, at=month.at) for _ in range(2))
        assert calendars.reader(session, new).id == by.person_id
        with pytest.raises(NotFound):
            calendars.reader(session, old)
        session.execute(update(Person).where(Person.id == by.person_id).values(is_active=False))
        with pytest.raises(NotFound):
            calendars.reader(session, new)
