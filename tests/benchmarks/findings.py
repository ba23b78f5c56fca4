"""What reading a quarter's findings costs: the page beside a SELECT of its counts, the paper beside a bare canvas."""

import io
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pikepdf
from flask.testing import FlaskClient
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy import insert, select

from auditapp.config import Settings
from auditapp.documents.findings_paper import findings_paper
from auditapp.documents.fonts import REGULAR, typeface
from auditapp.domain.calendar import Month, Quarter
from auditapp.domain.findings import Findings
from auditapp.domain.permissions import COMMAND_LINE
from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import Role
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.rollup import FindingCount
from auditapp.persistence.schema import upgrade
from auditapp.persistence.tools import ToolVersion
from auditapp.services import sign_in
from auditapp.services.findings import quarter_findings
from auditapp.web import build
from tests.benchmarks.table import Row, median_of
from tests.documents.reading import words_drawn
from tests.documents.samples import FONTS
from tests.factories import people, some_audits
from tests.web.conftest import SECRET

AT = datetime(2026, 10, 15, 9, 30, tzinfo=UTC)
QUARTER = Quarter.parse("2026-07")
AUDITS = 60
YEARS = 8
PAGE_AIM, PAPER_AIM = 3.0, 3.5
TIMES = 30
LINE = 12
COLOURS = (HexColor("#1c2427"), HexColor("#0b5563"))
COUNTS = select(
    FindingCount.tool_version_id,
    FindingCount.cycle_kind,
    FindingCount.month,
    FindingCount.case_type,
    FindingCount.list_team,
    FindingCount.measure,
    FindingCount.key,
    FindingCount.value,
    FindingCount.n,
)


def measure() -> list[Row]:
    """Measure a quarter of sixty audits after eight years of others."""
    with _filled() as database:
        return [_page(database), _paper(_findings(database))]


@contextmanager
def _filled() -> Iterator[Database]:
    """Give a database with two quarters of audits, and their counts again in every quarter of the years before."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bench.db")
        upgrade(database)
        people(database)
        for at, quarter in enumerate((QUARTER.previous, QUARTER)):
            some_audits(database, quarter, n=AUDITS, seed=at)
        with database.transaction() as session:
            rows = [dict(row) for row in session.execute(COUNTS).mappings()]
            for back in range(2, 4 * YEARS, 2):
                moved = [{**row, "month": str(Month.parse(row["month"]).plus(-3 * back))} for row in rows]
                session.execute(insert(FindingCount), moved)
        yield database
        database.close()


def _page(database: Database) -> Row:
    client = _signed_in(database)
    size = len(client.get(f"/findings/{QUARTER}").get_data())
    page = median_of(lambda: client.get(f"/findings/{QUARTER}").get_data(), times=TIMES)
    base = median_of(_select(database), times=TIMES)
    return Row(f"findings page of a quarter, {size // 1000} kB", "SELECT of its counts", base, page, "ms", PAGE_AIM)


def _select(database: Database) -> Callable[[], object]:
    """The kept counts of the quarter and of the one before, by a plain SELECT."""
    months = [str(month) for month in (*QUARTER.previous.months, *QUARTER.months)]
    with database.reading() as session:
        versions = session.scalars(select(ToolVersion.id).where(ToolVersion.slug == QOP)).all()
    query = COUNTS.where(FindingCount.tool_version_id.in_(versions), FindingCount.month.in_(months))

    def read() -> object:
        with database.reading() as session:
            return session.execute(query).all()

    return read


def _signed_in(database: Database) -> FlaskClient:
    settings = Settings(database_url=str(database.url), secret_key=SECRET, base_url="http://localhost")
    client = build(settings, database=database, clock=lambda: AT).test_client()
    with database.transaction() as session:
        person = session.scalars(select(Person).where(Person.grants.any(role=Role.QA))).one()
        secret = sign_in.open_session(session, person, at=AT)
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = secret, True
    return client


def _findings(database: Database) -> Findings:
    with database.reading() as session:
        today = date(2026, 10, 15)
        return quarter_findings(session, QUARTER, viewer=COMMAND_LINE, today=today - timedelta(days=1)).findings


def _paper(findings: Findings) -> Row:
    def write() -> bytes:
        return findings_paper(findings, council="Exampleshire Council", made_at=AT, fonts=FONTS)

    pages = _drawn(write())
    paper = median_of(write, times=TIMES // 3)
    base = median_of(lambda: _bare(pages), times=TIMES // 3)
    return Row(f"PDF of a quarter, {len(pages)} pages", "canvas drawing the same", base, paper, "ms", PAPER_AIM)


@dataclass(frozen=True)
class Drawn:
    """What stands on a page: its lines of words, and how many boxes and strokes."""

    words: list[str]
    boxes: int
    strokes: int


def _drawn(content: bytes) -> list[Drawn]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return [_drawn_on(page) for page in pdf.pages]


def _drawn_on(page: pikepdf.Page) -> Drawn:
    operators = Counter(str(instruction.operator) for instruction in pikepdf.parse_content_stream(page))
    return Drawn(words_drawn(page), operators["re"], operators["l"])


def _bare(pages: list[Drawn]) -> bytes:
    """The same words, boxes and strokes in the same typeface, each at a place: no layout, no tags."""
    typeface(FONTS)
    file = io.BytesIO()
    canvas = Canvas(file)
    for page in pages:
        for at in range(page.boxes):
            canvas.setFillColor(COLOURS[at % 2])
            canvas.rect(40 + at, 800 - at * LINE % 780, 100.5, 16.25, fill=1)
        for at in range(page.strokes):
            canvas.line(40 + at, 800 - at * LINE % 780, 140, 800 - at * LINE % 780)
        for at, words in enumerate(page.words):
            canvas.setFont(REGULAR, 9)
            canvas.setFillColor(COLOURS[at % 2])
            canvas.drawString(40, 800 - at * LINE % 780, words)
        canvas.showPage()
    canvas.save()
    return file.getvalue()
