"""One rule of independence, for the draw, a replacement, an audit that is handed on and one that is submitted."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from auditapp.domain.case_lists import Entry
from auditapp.domain.errors import Refused
from auditapp.domain.people import Grant
from auditapp.domain.vocabulary import AuditState, CaseType, Refusal, Role, Tie
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.persistence.people import Team
from auditapp.services import accounts, audits, mapping, replacements
from auditapp.services.independence import ties_of_open_audits
from auditapp.services.mapping import Choice
from tests.council import Council, audits_of, give_case_list, open_month, submitted_audit, write_whole_audit
from tests.faults import every_statement_fails

PRUE = "prue@demo.example"


@pytest.fixture
def elsewhere(month: Council) -> Audit:
    """Return an audit of Nora's whose team is none of ours yet."""
    return next(audit for audit in audits_of(month, "nora") if audit.list_team_id == list_team(month, "Team Elsewhere"))


def list_team(council: Council, name: str) -> int:
    with council.database.reading() as session:
        return session.scalars(select(ListTeam.id).where(ListTeam.name == name)).one()


def match_team(council: Council, name: str, *, to: str) -> None:
    """Say which team of ours, or none, a team of the lists is."""
    with council.database.transaction() as session:
        listed = session.scalars(select(ListTeam).where(ListTeam.name == name)).one()
        ours = dict(session.execute(select(Team.id, Team.public_id)).all())
        chosen = session.scalar(select(Team.public_id).where(Team.name == to)) or ""
        choice = Choice(chosen, shown=ours[listed.team_id] if listed.team_id else "")
        assert mapping.map_teams(session, {listed.public_id: choice}, by=council.viewer("quinn"), at=council.at) == 1


def match_worker(council: Council, list_worker_id: int | None, *, to: str) -> None:
    """Say who a worker of the lists is."""
    with council.database.transaction() as session:
        worker = session.get_one(ListWorker, list_worker_id)
        mapping.map_workers(session, {worker.public_id: Choice(to)}, by=council.viewer("quinn"), at=council.at)


def give_role(council: Council, name: str, grant: Grant) -> None:
    with council.database.transaction() as session:
        person = accounts.find_person(session, council.people[name].public_id)
        accounts.give_role(session, person, grant, by=council.viewer("adam"), at=council.at)


def stored(council: Council, audit: Audit) -> Audit:
    with council.database.reading() as session:
        return session.get_one(Audit, audit.id)


def hand_on(council: Council, audit: Audit, *, to: str) -> None:
    with council.database.transaction() as session:
        audits.reassign(
            session, audit.public_id, to=council.people[to].public_id, by=council.viewer("quinn"), at=council.at
        )


def teams_of_cases(council: Council, name: str) -> set[int | None]:
    return {audit.list_team_id for audit in audits_of(council, name)}


def workers(council: Council) -> Iterator[int]:
    with council.database.reading() as session:
        yield from session.scalars(select(ListWorker.id))


def test_the_draw_gives_nobody_a_case_of_any_team_they_have_a_role_in(council: Council) -> None:
    give_case_list(council)
    give_role(council, "nora", Grant(Role.PRACTITIONER, team="South"))
    open_month(council)
    assert teams_of_cases(council, "nora") == {list_team(council, "Team Elsewhere")}
    assert list_team(council, "Team North") in teams_of_cases(council, "sol")


def test_the_draw_knows_every_team_of_a_worker(council: Council) -> None:
    give_case_list(council)
    give_role(council, "prue", Grant(Role.PRACTITIONER, team="North"))
    for worker in workers(council):
        match_worker(council, worker, to=PRUE)
    open_month(council)
    assert audits_of(council, "nora") == audits_of(council, "sol") == []


def test_what_the_draw_would_not_give_is_not_handed_on_either(month: Council, elsewhere: Audit) -> None:
    match_worker(month, elsewhere.list_worker_id, to=PRUE)
    with pytest.raises(Refused, match=r"Sol is the manager of the worker of this case\. Select somebody who is indep"):
        hand_on(month, elsewhere, to="sol")
    assert stored(month, elsewhere).auditor_id == month.people["nora"].id


def test_who_has_several_roles_is_asked_for_all_of_them(month: Council, elsewhere: Audit) -> None:
    give_role(month, "sol", Grant(Role.PRACTITIONER, team="North"))
    match_team(month, "Team Elsewhere", to="North")
    with pytest.raises(Refused, match="Sol is in the team of this case"):
        hand_on(month, elsewhere, to="sol")


def test_a_replacement_is_no_case_of_a_team_one_has_a_role_in(month: Council) -> None:
    given = next(audit for audit in audits_of(month, "nora") if audit.list_team_id == list_team(month, "Team South"))
    give_role(month, "nora", Grant(Role.PRACTITIONER, team="South"))
    with month.database.transaction() as session:
        new = replacements.refuse_case(
            session, given.public_id, refusal=Refusal.SUPERVISED, reason="", by=month.viewer("nora"), at=month.at
        )
    assert new.list_team_id == list_team(month, "Team Elsewhere")


def test_who_is_found_to_be_of_the_team_can_not_submit_and_gives_the_case_back(
    month: Council, elsewhere: Audit
) -> None:
    write_whole_audit(month, elsewhere.public_id, by="nora")
    match_team(month, "Team Elsewhere", to="North")
    with (
        month.database.writing() as session,
        pytest.raises(Refused, match=r"You are in the team of this case, .* Give the case back"),
    ):
        audits.submit(session, elsewhere.public_id, by=month.viewer("nora"), at=month.at)
    hand_on(month, elsewhere, to="sol")
    with month.database.transaction() as session:
        assert audits.submit(session, elsewhere.public_id, by=month.viewer("sol"), at=month.at)


def test_a_returned_audit_cannot_be_given_back_so_quality_assurance_hands_it_on(
    month: Council, elsewhere: Audit
) -> None:
    submitted_audit(month, elsewhere.public_id, by="nora")
    with month.database.transaction() as session:
        audits.send_back(session, elsewhere.public_id, reason="Look again.", by=month.viewer("quinn"), at=month.at)
    match_worker(month, elsewhere.list_worker_id, to="nora@demo.example")
    with (
        month.database.writing() as session,
        pytest.raises(
            Refused, match=r"You are the worker of this case, .* Ask the quality assurance team to reassign it"
        ),
    ):
        audits.submit(session, elsewhere.public_id, by=month.viewer("nora"), at=month.at)


def test_open_audits_say_what_can_be_checked_now_and_submitted_ones_what_could_be_then(
    month: Council, elsewhere: Audit
) -> None:
    others = [audit for audit in audits_of(month, "nora") if audit.list_team_id != elsewhere.list_team_id]
    assert not elsewhere.is_independence_known
    match_team(month, "Team Elsewhere", to="South")
    assert stored(month, elsewhere).is_independence_known
    match_team(month, "Team Elsewhere", to="")
    assert not stored(month, elsewhere).is_independence_known
    assert all(stored(month, audit).is_independence_known for audit in others)
    submitted_audit(month, elsewhere.public_id, by="nora")
    match_team(month, "Team Elsewhere", to="South")
    assert not stored(month, elsewhere).is_independence_known


def test_open_audits_that_are_no_longer_independent_are_named(month: Council, elsewhere: Audit) -> None:
    def ties() -> dict[str, Tie]:
        with month.database.reading() as session:
            return ties_of_open_audits(session, cycle_id=elsewhere.cycle_id)

    assert ties() == {}
    match_team(month, "Team Elsewhere", to="North")
    of_team = {audit.public_id for audit in audits_of(month, "nora") if audit.list_team_id == elsewhere.list_team_id}
    assert ties() == dict.fromkeys(of_team, Tie.TEAM)
    hand_on(month, elsewhere, to="sol")
    assert elsewhere.public_id not in ties()


def test_matching_a_team_changes_its_open_audits_with_it_or_nothing(month: Council) -> None:
    with month.database.reading() as session:
        listed = session.scalars(select(ListTeam).where(ListTeam.name == "Team Elsewhere")).one().public_id
        north = session.scalars(select(Team.public_id).where(Team.name == "North")).one()
    every_statement_fails(
        month.database,
        lambda session: mapping.map_teams(session, {listed: Choice(north)}, by=month.viewer("quinn"), at=month.at),
    )


class TestTheOnlyLookedAfterCase:
    """A month has at least one looked-after case, whoever audits it."""

    @pytest.fixture
    def given(self, council: Council) -> Audit:
        """Return the only looked-after case of a month: five of a hundred are, all with one worker."""
        looked_after = [Entry(f"lac{number}", CaseType.LAC, "Team Elsewhere", "w1") for number in range(5)]
        others = [Entry(f"cin{number:02}", CaseType.CIN, "Team Elsewhere", "w2") for number in range(95)]
        give_case_list(council, [*looked_after, *others])
        open_month(council)
        with council.database.reading() as session:
            return session.scalars(select(Audit).where(Audit.case_type == CaseType.LAC)).one()

    def give_back(self, council: Council, audit: Audit) -> Audit:
        with council.database.transaction() as session:
            return replacements.refuse_case(
                session,
                audit.public_id,
                refusal=Refusal.KNOWS_FAMILY,
                reason="",
                by=council.viewer(auditor_of(council, audit)),
                at=council.at,
            )

    def test_it_is_replaced_by_another_though_this_auditor_may_not_have_that(
        self, council: Council, given: Audit
    ) -> None:
        match_worker(council, given.list_worker_id, to=f"{auditor_of(council, given)}@demo.example")
        new = self.give_back(council, given)
        assert (new.case_type, new.auditor_id, new.state) == (CaseType.LAC, None, AuditState.ASSIGNED)

    def test_it_is_replaced_by_another_that_this_auditor_gets(self, council: Council, given: Audit) -> None:
        new = self.give_back(council, given)
        assert (new.case_type, new.auditor_id) == (CaseType.LAC, given.auditor_id)


def auditor_of(council: Council, audit: Audit) -> str:
    return next(name for name, person in council.people.items() if person.id == audit.auditor_id)


@pytest.mark.parametrize("has_left", [True, False])
def test_who_audits_no_more_is_given_no_replacement(month: Council, has_left: bool) -> None:
    given = audits_of(month, "nora")[0]
    with month.database.transaction() as session:
        accounts.change_person(
            session,
            accounts.find_person(session, month.people["nora"].public_id),
            is_active=not has_left,
            grants=None if has_left else [Grant(Role.QA)],
            by=month.viewer("adam"),
            at=month.at,
        )
    with month.database.transaction() as session:
        new = replacements.replace_case(
            session, given.public_id, reason="Moved away.", by=month.viewer("quinn"), at=month.at
        )
    assert new.auditor_id is None
    assert new.case_type == given.case_type
