"""Case lists: read, held against the list before, accepted whole or not at all, and a second time nothing."""

import gc
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from auditapp.domain.case_lists import CaseList, Changes, Entry, frame_hash
from auditapp.domain.errors import InvalidFile, NotAllowed, NotFound, Refused
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.understanding import count_children
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence import cases as rows
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, CaseListGroup, ListTeam, ListWorker, PendingImport
from auditapp.persistence.database import Base, Database
from auditapp.persistence.queries.cases import case_lists_page, frame, latest_case_list, strata, unmapped
from auditapp.services import case_imports, cases
from auditapp.services.case_imports import ReadCaseList
from auditapp.services.pending_imports import WAITS
from tests.council import Council
from tests.faults import contents, every_statement_fails

SAMPLE = Path(__file__).parents[1] / "data" / "annex_a_2026-10-31.xlsx"
SEPTEMBER, OCTOBER = date(2026, 9, 30), date(2026, 10, 14)
ENTRIES = (
    Entry("00123", CaseType.LAC, "North", "W1"),
    Entry("124", CaseType.CIN, "North", "W2"),
    Entry("ab5", CaseType.X, "South", ""),
    Entry("126", CaseType.OA, "", "W2"),
)


def listed(entries: Sequence[Entry] = ENTRIES, *, as_of: date = OCTOBER) -> CaseList:
    return CaseList(as_of, tuple(entries))


def accept(database: Database, case_list: CaseList, at: datetime, *, by: Viewer = COMMAND_LINE) -> rows.CaseList:
    with database.transaction() as session:
        return cases.accept_case_list(
            session, case_list, understanding=count_children(case_list.entries), file_name="list.xlsx", by=by, at=at
        )


def count(database: Database, kind: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def children(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.sum(CaseListGroup.children))) or 0


def events(database: Database) -> Iterator[tuple[str, str]]:
    with database.reading() as session:
        for event in trail.events(session):
            yield event.name, str(event.details)


def test_a_list_is_accepted_whole_or_not_at_all(database: Database, at: datetime) -> None:
    case_list = listed()
    every_statement_fails(
        database,
        lambda session: cases.accept_case_list(
            session, case_list, understanding=count_children(ENTRIES), file_name="x", by=COMMAND_LINE, at=at
        ),
    )
    with database.reading() as session:
        stored = latest_case_list(session)
        assert stored is not None
        assert (stored.as_of, stored.size, stored.frame_hash) == (OCTOBER, 4, frame_hash(ENTRIES))
        assert frame(session, stored.id) == tuple(sorted(ENTRIES, key=lambda entry: entry.case_reference))
        assert strata(session, stored.id) == {
            (CaseType.LAC, "North"): 1,
            (CaseType.CIN, "North"): 1,
            (CaseType.X, "South"): 1,
            (CaseType.OA, ""): 1,
        }
        assert cases.understanding_of(stored) == count_children(ENTRIES)
        found = unmapped(session, stored.id)
        assert (found.teams, found.workers) == (2, 2)


def test_the_same_list_again_changes_nothing(database: Database, at: datetime) -> None:
    first = accept(database, listed(), at)
    before = contents(database)
    again = accept(database, listed(ENTRIES[::-1]), at + timedelta(days=1))
    assert again.public_id == first.public_id
    assert contents(database) == before


def test_a_list_that_another_of_its_day_was_put_over_by_mistake_is_put_back(database: Database, at: datetime) -> None:
    right = accept(database, listed(), at)
    wrong = accept(database, listed(ENTRIES[:1]), at + timedelta(hours=1))
    with database.reading() as session:
        assert getattr(latest_case_list(session), "id", None) == wrong.id
        assert cases.preview_case_list(session, listed()).same is None, "there is something to accept"
    later = at + timedelta(hours=2)
    read = count_children(ENTRIES)
    every_statement_fails(
        database,
        lambda session: cases.accept_case_list(
            session, listed(), understanding=read, file_name="right.xlsx", by=COMMAND_LINE, at=later
        ),
    )
    accept(database, listed(), later + timedelta(hours=1))
    with database.reading() as session:
        latest = latest_case_list(session)
        assert latest is not None
        assert (latest.id, latest.imported_at) == (right.id, later)
        assert [row.id for row in case_lists_page(session).rows] == [right.id, wrong.id]
        assert [row.id for row in case_lists_page(session, after=right.public_id).rows] == [wrong.id]
    assert [name for name, _ in events(database)] == ["cases.imported", "cases.imported", "cases.put_back"]


def test_the_trail_holds_the_day_the_counts_and_the_hash_and_nobody(database: Database, at: datetime) -> None:
    accept(database, listed(), at)
    ((name, details),) = events(database)
    assert name == "cases.imported"
    assert all(told in details for told in ("2026-10-14", "'children': 4", "'LAC': 1", frame_hash(ENTRIES)))
    assert not any(entry.case_reference in details.replace(frame_hash(ENTRIES), "") for entry in ENTRIES)
    assert "W1" not in details


def test_teams_and_workers_are_added_once_for_all_lists(database: Database, at: datetime) -> None:
    accept(database, listed(as_of=SEPTEMBER), at)
    accept(database, listed([*ENTRIES, Entry("200", CaseType.CP, "West", "W1")]), at)
    assert [count(database, kind) for kind in (ListTeam, ListWorker)] == [3, 2]


def test_a_child_becomes_a_case_only_when_drawn(month: Council) -> None:
    with month.database.reading() as session:
        audited = select(Case.case_reference).join(Audit, Audit.case_id == Case.id)
        assert set(session.scalars(select(Case.case_reference))) == set(session.scalars(audited))
    assert 0 < count(month.database, Case) < children(month.database)


def test_only_the_quality_assurance_team_imports(council: Council) -> None:
    before = contents(council.database)
    for name in ("nora", "hope", "bea", "adam"):
        with pytest.raises(NotAllowed):
            accept(council.database, listed(), council.at, by=council.viewer(name))
    assert contents(council.database) == before
    accept(council.database, listed(), council.at, by=council.viewer("quinn"))


def test_a_list_of_a_day_to_come_is_refused(database: Database, at: datetime) -> None:
    with pytest.raises(Refused, match="16 October 2026: that day is still to come"):
        accept(database, listed(as_of=date(2026, 10, 16)), at)
    assert children(database) == 0
    accept(database, listed(as_of=date(2026, 10, 15)), at)


def test_a_list_of_a_year_that_was_mistyped_is_refused(database: Database, at: datetime) -> None:
    with pytest.raises(Refused, match="15 October 206: that is too long ago"):
        accept(database, listed(as_of=date(206, 10, 15)), at)
    assert children(database) == 0


def test_a_list_of_nobody_is_refused(database: Database, at: datetime) -> None:
    with pytest.raises(Refused, match="no children"):
        accept(database, listed(()), at)
    assert count(database, rows.CaseList) == 0


def test_a_list_is_held_against_the_one_before_it(database: Database, at: datetime) -> None:
    with database.reading() as session:
        first = cases.preview_case_list(session, listed())
    assert (first.before, first.changes, first.same) == (None, None, None)
    assert (first.new_teams, first.new_workers) == (("North", "South"), 2)
    accept(database, listed(as_of=SEPTEMBER), at)
    drifted = (
        Entry("00123", CaseType.LAC, "South", "W1"),
        Entry("124", CaseType.CP, "North", "W3"),
        Entry("126", CaseType.OA, "", "W2"),
        Entry("300", CaseType.CIN, "West", ""),
    )
    with database.reading() as session:
        found = cases.preview_case_list(session, listed(drifted))
        earlier = cases.preview_case_list(session, listed(drifted, as_of=date(2026, 8, 31)))
    assert found.before == SEPTEMBER
    assert found.changes == Changes(joined=1, left=1, changed_type=1, changed_team=1, changed_worker=1)
    assert (found.new_teams, found.new_workers, found.same) == (("West",), 1, None)
    assert earlier.changes is None, "a list is held against those up to its own day"


def test_a_list_that_is_here_already_is_known(database: Database, at: datetime) -> None:
    stored = accept(database, listed(), at)
    with database.reading() as session:
        assert cases.preview_case_list(session, listed()).same == stored.public_id
        assert cases.preview_case_list(session, listed(as_of=SEPTEMBER)).same is None


def test_the_latest_list_is_that_of_the_latest_day_and_of_two_the_last_imported(
    database: Database, at: datetime
) -> None:
    october = accept(database, listed(), at)
    september = accept(database, listed(as_of=SEPTEMBER), at)
    with database.reading() as session:
        assert getattr(latest_case_list(session), "id", None) == october.id
        assert getattr(latest_case_list(session, on_or_before=date(2026, 10, 1)), "id", None) == september.id
        assert latest_case_list(session, on_or_before=date(2026, 1, 1)) is None
    mended = accept(database, listed(ENTRIES[:2]), at)
    with database.reading() as session:
        assert getattr(latest_case_list(session), "id", None) == mended.id
        assert [row.id for row in case_lists_page(session).rows] == [mended.id, october.id, september.id]
        after = case_lists_page(session, after=mended.public_id)
        assert [row.id for row in after.rows] == [october.id, september.id]


def test_two_who_accept_the_same_list_at_once_store_it_once(database: Database, at: datetime) -> None:
    entries = [Entry(f"c{number:05}", CaseType.CIN, f"T{number % 7}", f"W{number % 90}") for number in range(2000)]
    case_list = listed(entries)
    with ThreadPoolExecutor(4) as threads:
        stored = list(threads.map(lambda _: accept(database, case_list, at).public_id, range(4)))
    assert len(set(stored)) == 1
    assert (count(database, rows.CaseList), children(database)) == (1, 2000)
    assert [name for name, _ in events(database)] == ["cases.imported"]


def test_lists_of_the_same_children_can_be_accepted_at_once(database: Database, at: datetime) -> None:
    entries = [Entry(f"c{number:05}", CaseType.CIN, f"T{number % 7}", f"W{number % 90}") for number in range(2000)]
    days = [OCTOBER - timedelta(days=number) for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda day: accept(database, listed(entries[:: 1 - 2 * (day.day % 2)], as_of=day), at), days))
    assert (count(database, rows.CaseList), children(database), count(database, ListTeam)) == (4, 8000, 7)


def test_the_sample_workbook_is_read_as_it_was_counted() -> None:
    told: list[tuple[int, int]] = []
    case_list, understanding = cases.read_case_list(
        SAMPLE, name=SAMPLE.name, as_of=date(2026, 10, 31), progress=lambda done, total: told.append((done, total))
    )
    assert {case_type.value: n for case_type, n in understanding.types.items()} == {
        "LAC": 332,
        "CP": 261,
        "CIN": 544,
        "OA": 265,
        "X": 198,
        "CL": 100,
    }
    assert len(case_list.entries) == 1700
    assert told[-1][0] == told[-1][1]
    assert gc.isenabled()


def test_a_file_that_is_refused_leaves_the_search_for_cycles_on(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("nothing")
    with pytest.raises(InvalidFile):
        cases.read_case_list(path, name="list.csv", as_of=OCTOBER)
    assert gc.isenabled()


# Lists that wait


def keep(council: Council, *, by: str = "quinn", at: datetime | None = None) -> str:
    read = ReadCaseList(listed(), count_children(ENTRIES))
    with council.database.transaction() as session:
        return case_imports.keep_case_list(
            session, read, file_name="list.xlsx", by=council.viewer(by), at=at or council.at
        )


def test_a_list_waits_for_its_sender_alone_and_a_day_at_most(council: Council) -> None:
    public_id = keep(council)
    with council.database.reading() as session:
        waiting = case_imports.waiting_case_list(session, public_id, by=council.viewer("quinn"), at=council.at)
        assert waiting.read == ReadCaseList(listed(), count_children(ENTRIES))
        for by, at in (("quentin", council.at), ("quinn", council.at + WAITS)):
            with pytest.raises(NotFound):
                case_imports.waiting_case_list(session, public_id, by=council.viewer(by), at=at)
    assert children(council.database) == 0


def test_a_waiting_list_is_accepted_whole_or_not_at_all_and_waits_no_longer(council: Council) -> None:
    public_id, quinn = keep(council), council.viewer("quinn")
    with council.database.reading() as session:
        waiting = case_imports.waiting_case_list(session, public_id, by=quinn, at=council.at)
    every_statement_fails(
        council.database, lambda session: case_imports.accept_waiting(session, waiting, by=quinn, at=council.at)
    )
    assert (count(council.database, PendingImport), children(council.database)) == (0, 4)
    with council.database.writing() as session, pytest.raises(NotFound):
        case_imports.accept_waiting(session, waiting, by=quinn, at=council.at)


def test_a_list_waits_whole_or_not_at_all_and_is_discarded_so(council: Council) -> None:
    quinn, read = council.viewer("quinn"), ReadCaseList(listed(), count_children(ENTRIES))
    every_statement_fails(
        council.database,
        lambda session: case_imports.keep_case_list(session, read, file_name="list.xlsx", by=quinn, at=council.at),
    )
    with council.database.reading() as session:
        public_id = session.scalars(select(PendingImport.public_id)).one()
    every_statement_fails(
        council.database,
        lambda session: case_imports.discard_case_list(session, public_id, by=quinn, at=council.at),
    )
    assert count(council.database, PendingImport) == 0


def test_a_discarded_list_leaves_nothing(council: Council) -> None:
    before = contents(council.database)
    public_id = keep(council)
    with council.database.transaction() as session:
        case_imports.discard_case_list(session, public_id, by=council.viewer("quinn"), at=council.at)
    assert contents(council.database) == before


def test_only_the_quality_assurance_team_lets_a_list_wait(council: Council) -> None:
    with pytest.raises(NotAllowed):
        keep(council, by="nora")
