"""What the teams and workers of the lists are here: said by people, kept whole, and never overwritten unseen."""

from datetime import date

import pytest
from sqlalchemy import select

from auditapp.domain.case_lists import CaseList, Entry
from auditapp.domain.errors import NotAllowed, NotFound, Refused, Stale
from auditapp.domain.understanding import count_children
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence import trail
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.persistence.people import Team
from auditapp.persistence.queries.mapping import (
    PAGE,
    Extent,
    ListedRow,
    TeamName,
    teams_to_map,
    workers_named,
    workers_to_map,
)
from auditapp.services import cases, mapping
from auditapp.services.mapping import Choice, suggest_teams
from tests.council import Council
from tests.faults import contents, every_statement_fails

QUINN = "quinn@demo.example"
PRUE = "prue@demo.example"


@pytest.fixture
def listed(council: Council) -> Council:
    """Return a council with a list: two teams that sound like ours, one that does not, two workers."""
    give(council, [("NORTH", "W1"), ("NORTH", "W1"), ("south ", "W2"), ("Elsewhere", "W1")])
    return council


def give(council: Council, teams_and_workers: list[tuple[str, str]], *, as_of: date = date(2026, 10, 14)) -> None:
    entries = tuple(
        Entry(f"c{number}", CaseType.CIN, team.strip(), worker)
        for number, (team, worker) in enumerate(teams_and_workers)
    )
    with council.database.transaction() as session:
        cases.accept_case_list(
            session,
            CaseList(as_of, entries),
            understanding=count_children(entries),
            file_name="x.csv",
            by=council.viewer("quinn"),
            at=council.at,
        )


def list_team(council: Council, name: str) -> ListTeam:
    with council.database.reading() as session:
        return session.scalars(select(ListTeam).where(ListTeam.name == name)).one()


def list_worker(council: Council, code: str) -> ListWorker:
    with council.database.reading() as session:
        return session.scalars(select(ListWorker).where(ListWorker.code == code)).one()


def team(council: Council, name: str) -> Team:
    with council.database.reading() as session:
        return session.scalars(select(Team).where(Team.name == name)).one()


def map_team(council: Council, name: str, choice: Choice, *, by: str = "quinn") -> int:
    with council.database.transaction() as session:
        choices = {list_team(council, name).public_id: choice}
        return mapping.map_teams(session, choices, by=council.viewer(by), at=council.at)


def map_worker(council: Council, code: str, choice: Choice, *, by: str = "quinn") -> int:
    with council.database.transaction() as session:
        choices = {list_worker(council, code).public_id: choice}
        return mapping.map_workers(session, choices, by=council.viewer(by), at=council.at)


def told(council: Council) -> list[tuple[str, str, dict[str, object]]]:
    with council.database.reading() as session:
        return [
            (event.name, event.subject, dict(event.details))
            for event in trail.events(session)
            if event.name.endswith("mapped")
        ]


def test_teams_are_mapped_all_or_none(listed: Council) -> None:
    north, south = team(listed, "North"), team(listed, "South")
    choices = {
        list_team(listed, "NORTH").public_id: Choice(north.public_id),
        list_team(listed, "south").public_id: Choice(south.public_id),
        list_team(listed, "Elsewhere").public_id: Choice(""),
    }
    every_statement_fails(
        listed.database,
        lambda session: mapping.map_teams(session, choices, by=listed.viewer("quinn"), at=listed.at),
    )
    found = [list_team(listed, name).team_id for name in ("NORTH", "south", "Elsewhere")]
    assert found == [north.id, south.id, None]
    assert sorted(details["team"] for _, _, details in told(listed)) == ["North", "South"]  # type: ignore[type-var]  # texts
    assert {name for name, _, _ in told(listed)} == {"team.mapped"}


def test_workers_are_mapped_all_or_none(listed: Council) -> None:
    choices = {
        list_worker(listed, "W1").public_id: Choice(PRUE),
        list_worker(listed, "W2").public_id: Choice(QUINN),
    }
    every_statement_fails(
        listed.database,
        lambda session: mapping.map_workers(session, choices, by=listed.viewer("quinn"), at=listed.at),
    )
    assert list_worker(listed, "W1").person_id == listed.people["prue"].id
    assert list_worker(listed, "W2").person_id == listed.people["quinn"].id


def test_the_trail_names_neither_the_worker_nor_the_code(listed: Council) -> None:
    map_worker(listed, "W1", Choice(PRUE))
    map_worker(listed, "W1", Choice("", shown=PRUE))
    identifier = list_worker(listed, "W1").public_id
    assert told(listed) == [
        ("worker.mapped", identifier, {"to": listed.people["prue"].public_id}),
        ("worker.unmapped", identifier, {}),
    ]
    assert list_worker(listed, "W1").person_id is None


def test_what_is_as_it_was_changes_nothing(listed: Council) -> None:
    north = team(listed, "North").public_id
    assert map_team(listed, "NORTH", Choice(north)) == 1
    before = contents(listed.database)
    assert map_team(listed, "NORTH", Choice(north)) == 0, "sent twice"
    assert map_team(listed, "NORTH", Choice(north, shown=north)) == 0, "left as shown"
    assert map_team(listed, "NORTH", Choice("", shown="")) == 0, "an old page on which nothing was chosen"
    assert contents(listed.database) == before


def test_what_somebody_else_chose_meanwhile_is_not_overwritten(listed: Council) -> None:
    north, south = team(listed, "North").public_id, team(listed, "South").public_id
    map_team(listed, "NORTH", Choice(north))
    before = contents(listed.database)
    with pytest.raises(Stale):
        map_team(listed, "NORTH", Choice(south))
    assert contents(listed.database) == before
    assert map_team(listed, "NORTH", Choice(south, shown=north)) == 1


def test_what_is_not_here_cannot_be_chosen(listed: Council) -> None:
    before = contents(listed.database)
    with pytest.raises(Refused, match="not here any more"):
        map_team(listed, "NORTH", Choice("nothing2here4567"))
    with pytest.raises(Refused, match="Nobody here has the address nobody@demo"):
        map_worker(listed, "W1", Choice("nobody@demo.example"))
    choices = {"nothing2here4567": Choice("")}
    with listed.database.writing() as session, pytest.raises(NotFound):
        mapping.map_teams(session, choices, by=listed.viewer("quinn"), at=listed.at)
    assert contents(listed.database) == before


def test_only_the_quality_assurance_team_maps(listed: Council) -> None:
    for name in ("nora", "hope", "adam", "bea"):
        with pytest.raises(NotAllowed):
            map_team(listed, "NORTH", Choice(team(listed, "North").public_id), by=name)
        with pytest.raises(NotAllowed):
            map_worker(listed, "W1", Choice(PRUE), by=name)


def test_addresses_that_nobody_has_are_known(listed: Council) -> None:
    with listed.database.reading() as session:
        assert mapping.unknown_addresses(session, {PRUE, "who@demo.example"}) == {"who@demo.example"}


def test_a_team_is_suggested_by_its_name_whatever_its_capitals_and_spaces() -> None:
    rows = [
        ListedRow("a", "FAMILY  support 1", "", 3),
        ListedRow("b", "Family Support 2", "", 3),
        ListedRow("c", "Family Support 1", "t9", 3),
    ]
    assert suggest_teams(rows, [TeamName("t1", "Family Support 1"), TeamName("t3", "Other")]) == {"a": "t1"}


def test_those_not_mapped_come_first_with_their_children_on_the_latest_list(listed: Council) -> None:
    map_team(listed, "Elsewhere", Choice(team(listed, "North").public_id))
    give(listed, [("NORTH", "W9"), ("West", "W2")], as_of=date(2026, 10, 15))
    with listed.database.reading() as session:
        page = teams_to_map(session)
        found = [(row.name, bool(row.mapped_to), row.children) for row in page.rows]
        workers = {row.name: row.children for row in workers_to_map(session).rows}
    # Capitals sort before or among small letters: the engine's own order of names.
    assert sorted(found[:-1]) == [("NORTH", False, 1), ("West", False, 1), ("south", False, 0)]
    assert found[-1] == ("Elsewhere", True, 0)
    assert page.extent == Extent(all=4, unmapped=3, before=0)
    assert workers == {"W1": 0, "W2": 1, "W9": 1}


def test_pages_follow_each_other_and_a_search_looks_into_codes(council: Council) -> None:
    give(council, [("T", f"W{number:03}") for number in range(60)])
    with council.database.reading() as session:
        seen, after = list[str](), ""
        for before in (0, PAGE, 2 * PAGE):
            page = workers_to_map(session, after=after)
            seen += [row.name for row in page.rows]
            after = page.next_after or ""
            assert page.extent == Extent(all=60, unmapped=60, before=before)
        assert seen == [f"W{number:03}" for number in range(60)]
        assert after == ""
        assert [row.name for row in workers_to_map(session, search="w05").rows] == [f"W05{n}" for n in range(10)]
        assert workers_to_map(session, search="%").rows == ()
        one = workers_to_map(session).rows[3]
        assert workers_named(session, [one.public_id]).rows == (one,)
        assert len(workers_to_map(session).rows) == PAGE
