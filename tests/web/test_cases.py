"""The pages of case lists: a file sent, looked at, accepted once; refused files named; nobody else's business."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from auditapp.domain.case_lists import CaseList, Entry
from auditapp.domain.understanding import count_children
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence.cases import CaseList as CaseListRow
from auditapp.persistence.cases import PendingImport
from auditapp.persistence.database import Base, Database
from auditapp.services import cases
from tests.council import Council, make_council
from tests.faults import contents
from tests.pages import Document, parse
from tests.statements import counted
from tests.web.conftest import Browser, Clock, form_fields

SAMPLE = Path(__file__).parents[1] / "data" / "annex_a_2026-10-31.xlsx"
LIST = """Child Unique ID,Case Status,Allocated Team,Allocated Worker,Gender
00123,a) Looked after child,North,W1,f
124,d) Open assessment,Elsewhere,,m
"""
ANSWER = "form[enctype=multipart/form-data]"
BANNER = ".govuk-notification-banner"


@pytest.fixture
def council(database: Database, clock: Clock) -> Council:
    return make_council(database, clock.at)


@pytest.fixture
def qa(browser: Browser, council: Council) -> Browser:
    return browser.sign_in(council.people["quinn"])


def send(
    browser: Browser,
    content: bytes | str | IO[bytes] = LIST,
    *,
    name: str = "list.csv",
    day: str = "2026-10-14",
    status: int = 303,
) -> TestResponse:
    page = browser.get("/case-lists/import")
    year, month, of_month = day.split("-")
    file = io.BytesIO(content.encode()) if isinstance(content, str) else content
    file = io.BytesIO(file) if isinstance(file, bytes) else file
    fields = {"file": (file, name), "as_of-day": of_month, "as_of-month": month, "as_of-year": year}
    return browser.submit(page, fields, form=ANSWER, status=status)


def refused(answer: TestResponse) -> Document:
    assert answer.status_code == 422
    return parse(answer.get_data(as_text=True))


def count(database: Database, kind: type[Base]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def give(council: Council, entries: list[Entry], *, as_of: date = date(2026, 9, 30)) -> None:
    with council.database.transaction() as session:
        cases.accept_case_list(
            session,
            CaseList(as_of, tuple(entries)),
            understanding=count_children(entries),
            file_name="x.csv",
            by=council.viewer("quinn"),
            at=council.at,
        )


def test_an_empty_list_says_what_to_do(qa: Browser) -> None:
    page = qa.get("/case-lists/")
    assert "There is no case list yet" in page.texts(".app-empty")[0]
    assert page.all("a[href=/case-lists/import]")


def test_the_sample_is_looked_at_and_accepted_once(qa: Browser, council: Council, clock: Clock) -> None:
    clock.at += timedelta(days=30)
    qa.sign_in(council.people["quinn"])  # the moved clock has ended the session
    location = send(qa, SAMPLE.read_bytes(), name=SAMPLE.name, day="2026-10-31").location
    page = qa.get(location)
    assert page.heading == "Check the case list of 31 October 2026"
    assert "annex_a_2026-10-31.xlsx: 1,700 children in 11 teams" in page.texts("main .govuk-body-l")[0]
    sums = page.texts(".app-table__total td")
    assert sums == ["332", "261", "544", "265", "198", "100", "1,700"]
    assert "There is no list before it to compare with." in page.texts("main p")
    assert "11 teams (Assessment North," in page.texts("main")[0]
    assert "77 workers" in page.texts("main")[0]
    assert "Date of Birth" in page.texts("details")[0]
    assert count(council.database, CaseListRow) == 0
    accept = f"form[action={location}/accept]"
    first, second = (qa.submit(page, form=accept) for _ in range(2))
    assert first.location == second.location
    shown = qa.follow(first)
    assert shown.heading == "Case list of 31 October 2026"
    assert "was imported: 1,700 children" in shown.texts(BANNER)[0]
    assert "11 teams and 77 workers of this list are not matched yet" in shown.texts(".govuk-inset-text")[0]
    assert shown.texts(".app-table__total td") == sums
    assert (count(council.database, CaseListRow), count(council.database, PendingImport)) == (1, 0)
    cells = qa.get("/case-lists/").texts("tbody tr td")
    assert cells[:8] == ["1,700", "332", "261", "544", "265", "198", "100", "11"]
    qa.get(location, status=404)


def test_a_file_sent_twice_waits_once(qa: Browser, database: Database) -> None:
    page = qa.get("/case-lists/import")
    fields = {"as_of-day": "14", "as_of-month": "10", "as_of-year": "2026"}
    first, second = (
        qa.submit(page, {**fields, "file": (io.BytesIO(LIST.encode()), "list.csv")}, form=ANSWER) for _ in range(2)
    )
    assert first.location == second.location
    assert count(database, PendingImport) == 1


def test_a_list_that_is_here_already_has_nothing_to_accept(qa: Browser, database: Database) -> None:
    location = send(qa).location
    page = qa.get(location)
    stored = qa.submit(page, form=f"form[action={location}/accept]").location
    again = send(qa).location
    page = qa.get(again)
    assert "There is nothing to accept" in page.texts(".app-empty")[0]
    assert page.all(f"a[href={stored}]")
    assert [form.get("action") for form in page.all("main form")] == [f"{again}/discard"]
    token = form_fields(Document(page.all("main form")[0]))
    answer = qa.post(f"{again}/accept", token)
    assert answer.location == stored
    assert "was here already. Nothing was changed." in qa.follow(answer).texts(BANNER)[0]
    assert count(database, CaseListRow) == 1


def test_a_second_list_shows_what_changes(qa: Browser, council: Council) -> None:
    give(council, [Entry("00123", CaseType.CP, "North", "W1"), Entry("9", CaseType.CIN, "North", "W1")])
    page = qa.get(send(qa).location)
    assert page.texts(".app-figure__number") == ["1", "1", "1", "0", "0"]
    assert "Against the list of 30 September 2026:" in page.texts("main p")
    assert "New on this list: 1 team (Elsewhere)." in page.texts("main")[0]


def test_another_day_in_the_name_and_many_who_left_are_said_before_the_list_is_accepted(
    qa: Browser, council: Council
) -> None:
    give(council, [Entry(str(number), CaseType.CIN, "North", "W1") for number in range(20)])
    location = send(qa, name="list 2026-09-14.csv").location
    page = qa.get(location)
    warnings = page.texts(".govuk-inset-text li")
    assert warnings[0].startswith("The file's name says 14 September 2026, and you gave 14 October 2026.")
    assert warnings[1].startswith("20 children left, more than a tenth of the 20 children on the list of 30 September")
    assert page.all(f"form[action={location}/accept]")


def test_a_list_can_be_discarded(qa: Browser, database: Database) -> None:
    before = {**contents(database), "submission": [], "trail_event": []}
    location = send(qa).location
    page = qa.get(location)
    for _ in range(2):
        assert qa.submit(page, form=f"form[action={location}/discard]").location == "/case-lists/"
    qa.get(location, status=404)
    after = {**contents(database), "submission": [], "trail_event": []}
    assert {name for name in after if after[name] != before[name]} <= {"sign_in_session"}


def test_somebody_elses_list_is_not_there(qa: Browser, council: Council) -> None:
    location = send(qa).location
    token = form_fields(Document(qa.get(location).all("main form")[0]))
    qa.sign_in(council.people["quentin"])
    qa.get(location, status=404)
    mine = {**token, **form_fields(Document(qa.get("/case-lists/import").one(ANSWER)))}
    for act in ("accept", "discard"):
        qa.post(f"{location}/{act}", {name: mine[name] for name in ("csrf_token", "once")}, status=404)
    qa.sign_in(council.people["quinn"])
    qa.get(location)


@pytest.mark.parametrize("name", ["bea", "nora", "hope", "adam", "prue"])
def test_nobody_else_finds_the_pages(qa: Browser, council: Council, name: str) -> None:
    location = send(qa).location
    qa.sign_in(council.people[name])
    pages = ("/case-lists/", "/case-lists/import", "/case-lists/matching/teams", "/case-lists/matching/workers")
    for path in (*pages, location):
        qa.get(path, status=404)


def test_everything_wrong_with_a_file_is_named_and_nothing_is_kept(qa: Browser, database: Database) -> None:
    before = contents(database)
    wrong = LIST.replace("00123", "<script>").replace("d) Open", "f) Open") + "124,a),North,W1,\n"
    page = refused(send(qa, wrong, name="<b>.csv", status=422))
    assert page.all(".govuk-error-summary a[href=#problems]")
    assert "You see what was understood first" not in page.texts("main")[0]
    first, second = page.texts("#problems li")
    assert first == '<b>.csv, row 2, column A (Child Unique ID): "<script>" may hold only letters and digits.'
    assert second.startswith('<b>.csv, row 3, column B (Case Status): "f) Open assessment" is not one of "a) Looked')
    assert contents(database) == before


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


HOSTILE = {
    "a zip that unpacks a thousandfold": ("a.xlsx", lambda: zipped("xl/workbook.xml", b" " * 50_000_000)),
    "a PDF under a workbook's name": ("a.xlsx", lambda: b"%PDF-1.7"),
    "a page under a list's name": ("a.csv", lambda: b"<html><script>alert(1)</script>"),
    "ten thousand columns": ("a.csv", lambda: b"Child Unique ID" + b",x" * 10_000),
    "external entities": (
        "a.xlsx",
        lambda: zipped("xl/workbook.xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><workbook>&b;'),
    ),
    "nothing": ("a.csv", lambda: b""),
    "a kind that is not read": ("../../etc/passwd", lambda: b"root"),
    "no name to go by": ("a.csv.", LIST.encode),
    "NULs": ("a.csv", lambda: b"Child\0"),
}


@pytest.mark.parametrize("harm", HOSTILE)
def test_a_hostile_file_is_refused_in_words(qa: Browser, database: Database, harm: str) -> None:
    before = contents(database)
    name, make = HOSTILE[harm]
    make_bytes: Callable[[], bytes] = make
    page = refused(send(qa, make_bytes(), name=name, status=422))
    (summary,) = page.texts(".govuk-error-summary li")
    assert len(summary.split()) > 5
    assert contents(database) == before


def test_300_mb_are_refused_unread(qa: Browser, database: Database) -> None:
    before = contents(database)
    body = io.BytesIO(b"the first bytes of many")
    said = {"wsgi.input": body, "CONTENT_LENGTH": str(300 * 1024 * 1024)}
    kind = "multipart/form-data; boundary=x"
    answer = qa.client.post("/case-lists/import", content_type=kind, environ_overrides=said)
    assert answer.status_code == 413
    page = parse(answer.get_data(as_text=True))
    assert page.heading == "That is too large"
    assert "At most 50 MB are taken here" in page.texts("main")[0]
    assert body.tell() == 0
    assert contents(database) == before


def test_only_this_page_takes_more_than_a_form(qa: Browser) -> None:
    key = form_fields(Document(qa.get("/case-lists/import").one(ANSWER)))
    day = {"as_of-day": "14", "as_of-month": "10", "as_of-year": "2026"}
    large = FileStorage(io.BytesIO(b"Child Unique ID," + b"x" * 3_000_000), "list.csv")
    boundary, body = encode_multipart({**key, **day, "file": large})

    def post(path: str) -> TestResponse:
        # As bytes: what the client makes of large files is a file of its own, which it leaves open.
        return qa.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")

    assert "too long" in refused(post("/case-lists/import")).texts("main")[0]
    assert post("/case-lists/matching/teams").status_code == 413
    qa.client.delete_cookie("auditapp")
    answer = post("/case-lists/import")
    assert (answer.status_code, "Sign in" in answer.text) == (401, True)


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2026-10-16", "still to come"),
        ("2026-2-30", "must be a real date"),
        ("-10-14", "must include a day"),
    ],
)
def test_the_day_has_to_be_one_that_was(qa: Browser, database: Database, day: str, message: str) -> None:
    year, month, of_month = day.split("-")
    fields = {"as_of-day": year and of_month, "as_of-month": month, "as_of-year": year or "2026"}
    page = qa.get("/case-lists/import")
    answer = qa.submit(page, {**fields, "file": (io.BytesIO(LIST.encode()), "list.csv")}, form=ANSWER, status=422)
    assert message in refused(answer).texts(".govuk-error-summary")[0]
    assert count(database, PendingImport) == 0


def test_a_form_without_file_and_day_asks_for_both(qa: Browser) -> None:
    page = refused(qa.submit(qa.get("/case-lists/import"), form=ANSWER, status=422))
    assert len(page.texts(".govuk-error-summary li")) == 2


def test_the_file_is_gone_when_the_answer_is_there(
    qa: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    send(qa, SAMPLE.read_bytes(), name="a.xlsx")
    send(qa, "nothing", status=422)
    assert list(tmp_path.iterdir()) == []


def test_pages_ask_few_questions(qa: Browser, council: Council, database: Database) -> None:
    give(council, [Entry(f"c{number}", CaseType.CIN, f"T{number}", f"W{number}") for number in range(60)])
    for path, most in (("/case-lists/", 2), ("/case-lists/matching/teams", 5), ("/case-lists/matching/workers", 4)):
        with counted(database) as statements:
            qa.get(path)
        assert len(statements) <= most, path
