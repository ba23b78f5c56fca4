"""Earlier results: stored as submitted audits, all or nothing, once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import func, select

from auditapp.domain import records
from auditapp.domain.calendar import Month
from auditapp.domain.earlier import EarlierResults
from auditapp.domain.errors import InvalidFile, NotAllowed, NotNow, Refused
from auditapp.domain.permissions import COMMAND_LINE, Viewer, allowed
from auditapp.domain.vocabulary import AuditState, CaseType, CycleKind, Role
from auditapp.domain.workflow import check_return
from auditapp.persistence.audits import Audit, SubmittedRecord
from auditapp.persistence.cases import Case, ListTeam
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.database import Database
from auditapp.persistence.rollup import FindingCount
from auditapp.persistence.trail import TrailEvent
from auditapp.services import audits, earlier, findings, tools
from auditapp.services.earlier import Preview
from tests.factories import NORTH, people
from tests.faults import contents, every_statement_fails

AT = datetime(2026, 10, 15, 9, 30, tzinfo=UTC)
TOOL = Path(__file__).parents[1] / "data" / "ofsted_sif_tool.yaml"
SLUG = "ofsted-sif"
HEADINGS = "case reference,date,team,case type,overall,help_protection,cla,adoption,care_leavers,leadership"
FIRST = "80418,2018-01-19,,,requires improvement,requires improvement,good,good,not judged,good"
SECOND = f"0007,19/01/2018,{NORTH},LAC,inadequate,inadequate,good,good,,good"
THIRD = "80418,2015-10-20,Elsewhere,,good,good,good,good,good,good"

Lines = Sequence[str]


@pytest.fixture
def ready(database: Database) -> Database:
    """Give a database with people and the tool that the results are of."""
    people(database)
    with database.transaction() as session:
        version = tools.import_tool(session, TOOL.read_bytes(), name=TOOL.name, by=COMMAND_LINE, at=AT)
        tools.publish(session, version, by=COMMAND_LINE, at=AT)
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "results.csv"


def read(database: Database, file: Path, *lines: str) -> EarlierResults:
    file.write_text("\n".join([HEADINGS, *lines]), encoding="utf-8")
    with database.reading() as session:
        return earlier.read_results(session, file, name=file.name, tool=SLUG, by=COMMAND_LINE, at=AT)


def store(database: Database, results: EarlierResults) -> Preview:
    with database.transaction() as session:
        return earlier.import_results(session, results, tool=SLUG, by=COMMAND_LINE, at=AT)


def test_results_are_stored_whole_or_not_at_all(ready: Database, file: Path) -> None:
    results = read(ready, file, FIRST, SECOND)
    every_statement_fails(
        ready, lambda session: earlier.import_results(session, results, tool=SLUG, by=COMMAND_LINE, at=AT)
    )
    with ready.reading() as session:
        assert session.scalar(select(func.count(Audit.id))) == 2


def test_a_result_is_an_audit_submitted_on_its_day(ready: Database, file: Path) -> None:
    assert len(store(ready, read(ready, file, FIRST, SECOND, THIRD)).new) == 3
    with ready.reading() as session:
        rows = session.execute(
            select(
                Case.case_reference,
                Audit.reference,
                Audit.state,
                Audit.submitted_at,
                Audit.overall_grade,
                Audit.indicative_grade,
                Audit.case_type,
                ListTeam.name,
            )
            .join(Audit.case)
            .outerjoin(Audit.list_team)
            .order_by(Audit.id)
        ).all()
    noon, summer_noon = datetime(2018, 1, 19, 12, tzinfo=UTC), datetime(2015, 10, 20, 11, tzinfo=UTC)
    submitted, ri = AuditState.SUBMITTED, "requires_improvement"
    assert [tuple(row) for row in rows] == [
        ("80418", "OFSTED-SIF-2018-01-19-001", submitted, noon, ri, "good", None, None),
        ("0007", "OFSTED-SIF-2018-01-19-002", submitted, noon, "inadequate", "inadequate", CaseType.LAC, NORTH),
        ("80418", "OFSTED-SIF-2015-10-20-001", submitted, summer_noon, "good", "good", None, "Elsewhere"),
    ]


def test_a_team_that_the_lists_know_is_that_team(ready: Database, file: Path) -> None:
    store(ready, read(ready, file, SECOND, THIRD))
    with ready.reading() as session:
        teams = {team.name: team.team_id for team in session.scalars(select(ListTeam))}
    assert teams[NORTH] is not None
    assert teams["Elsewhere"] is None


def test_every_result_leaves_its_record(ready: Database, file: Path) -> None:
    store(ready, read(ready, file, SECOND))
    with ready.reading() as session:
        kept = session.scalars(select(SubmittedRecord)).one()
    record = records.from_json(kept.document)
    assert (record.case_reference, record.team, record.overall_grade) == ("0007", NORTH, "Inadequate")
    assert [section.grade for section in record.sections] == ["Inadequate", "Good", "Good", "Not judged", "Good"]
    assert kept.digest == records.digest(record)


def test_results_are_counted_in_their_month(ready: Database, file: Path) -> None:
    store(ready, read(ready, file, FIRST, SECOND, THIRD))
    with ready.reading() as session:
        months = session.execute(
            select(FindingCount.month, func.sum(FindingCount.n))
            .where(FindingCount.measure == "overall")
            .group_by(FindingCount.month)
        ).all()
    assert {Month.parse(month): n for month, n in months} == {Month(2018, 1): 2, Month(2015, 10): 1}
    with ready.transaction() as session:
        assert not findings.recount(session, by=COMMAND_LINE, at=AT)


def test_importing_twice_changes_nothing_and_more_adds_what_is_new(ready: Database, file: Path) -> None:
    store(ready, read(ready, file, FIRST, SECOND))
    before = contents(ready)
    assert store(ready, read(ready, file, FIRST, SECOND)) == Preview((), 2)
    assert contents(ready) == before
    other = "17,2018-01-19,,,good,good,good,good,good,good"
    added = store(ready, read(ready, file, FIRST, SECOND, other))
    assert ([result.case_reference for result in added.new], added.known) == (["17"], 2)
    with ready.reading() as session:
        assert session.scalars(select(Audit.reference).order_by(Audit.id.desc())).first() == "OFSTED-SIF-2018-01-19-003"
        assert session.scalar(select(func.count(Cycle.id)).where(Cycle.kind == CycleKind.EARLIER)) == 1


@pytest.mark.parametrize(
    "other",
    [
        FIRST.replace("good,not judged", "inadequate,not judged"),
        FIRST.replace("2018-01-19,,", f"2018-01-19,{NORTH},"),
        FIRST.replace("2018-01-19,,,", "2018-01-19,,LAC,"),
    ],
    ids=["grade", "team", "case type"],
)
def test_a_result_that_is_here_already_is_never_changed_by_a_file(ready: Database, file: Path, other: str) -> None:
    store(ready, read(ready, file, FIRST))
    before = contents(ready)
    results = read(ready, file, SECOND, other)
    with ready.writing() as session, pytest.raises(InvalidFile, match="never changed by a file") as refused:
        earlier.import_results(session, results, tool=SLUG, by=COMMAND_LINE, at=AT)
    assert refused.value.problems == ("Row 3: this case and day are here already, with other results.",)
    assert contents(ready) == before


def test_a_refused_file_names_its_faults(ready: Database, file: Path) -> None:
    with pytest.raises(InvalidFile) as refused:
        read(ready, file, FIRST, SECOND.replace("inadequate", "bad"))
    assert len(refused.value.problems) == 2
    assert refused.value.problems[0].startswith("Row 3, column E (overall): 'bad' is no grade of this tool.")


def test_a_workbook_is_read_as_a_csv_file_is(ready: Database, tmp_path: Path) -> None:
    path = tmp_path / "results.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Results")
        for column, heading in enumerate(HEADINGS.split(",")):
            sheet.write_string(0, column, heading)
        sheet.write_number(1, 0, 80418)
        sheet.write_datetime(1, 1, date(2018, 1, 19), book.add_format({"num_format": "yyyy-mm-dd"}))
        for column, cell in enumerate(FIRST.split(",")[2:], start=2):
            sheet.write_string(1, column, cell)
    with ready.reading() as session:
        results = earlier.read_results(session, path, name=path.name, tool=SLUG, by=COMMAND_LINE, at=AT)
    [audit] = results.audits
    assert (audit.case_reference, audit.on, audit.overall) == ("80418", date(2018, 1, 19), "requires_improvement")


def test_a_workbook_with_two_sheets_is_refused(ready: Database, tmp_path: Path) -> None:
    path = tmp_path / "results.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("One").write_string(0, 0, "x")
        book.add_worksheet("Two").write_string(0, 0, "x")
    with ready.reading() as session, pytest.raises(InvalidFile, match="has 2 sheets"):
        earlier.read_results(session, path, name=path.name, tool=SLUG, by=COMMAND_LINE, at=AT)


def test_results_need_a_published_tool_and_somebody_who_runs_the_programme(ready: Database, file: Path) -> None:
    results = read(ready, file, FIRST)
    nobody = Viewer(person_id=1, public_id="x", name="N", roles=frozenset({Role.DIRECTOR}))
    with ready.writing() as session:
        with pytest.raises(Refused, match="No version of the tool 'nothing'"):
            earlier.read_results(session, file, name=file.name, tool="nothing", by=COMMAND_LINE, at=AT)
        with pytest.raises(NotAllowed):
            earlier.import_results(session, results, tool=SLUG, by=nobody, at=AT)


def test_the_trail_tells_of_the_import_and_of_each_audit_and_names_no_case(ready: Database, file: Path) -> None:
    store(ready, read(ready, file, FIRST, SECOND))
    with ready.reading() as session:
        events = session.scalars(select(TrailEvent).where(TrailEvent.name.like("audit%")).order_by(TrailEvent.id)).all()
    assert [event.name for event in events] == ["audit.imported", "audit.imported", "audits.imported"]
    assert events[-1].details == {"tool": SLUG, "audits": 2}
    assert not any("80418" in repr(event.details) + event.subject for event in events)


def test_an_earlier_result_cannot_be_returned_for_correction(ready: Database, file: Path) -> None:
    store(ready, read(ready, file, FIRST))
    with ready.writing() as session:
        audit = session.scalars(select(Audit)).one()
        assert not allowed(check_return, audit, COMMAND_LINE)
        with pytest.raises(NotNow, match="earlier result"):
            audits.send_back(session, audit.public_id, reason="No.", by=COMMAND_LINE, at=AT)


def test_progress_is_told(ready: Database, file: Path) -> None:
    told: list[tuple[int, int]] = []
    results = read(ready, file, FIRST, SECOND)
    with ready.transaction() as session:
        earlier.import_results(
            session, results, tool=SLUG, by=COMMAND_LINE, at=AT, progress=lambda done, of: told.append((done, of))
        )
    assert told == [(1, 2), (2, 2)]
