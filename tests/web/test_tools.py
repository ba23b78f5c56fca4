"""Audit tools on their pages: read, downloaded, imported with every fault named, published, retired."""

import io

from sqlalchemy import select
from werkzeug.test import TestResponse

from auditapp.documents.definitions import shipped_tools, to_yaml
from auditapp.domain.vocabulary import ToolState
from auditapp.persistence.audits import Audit
from auditapp.persistence.tools import ToolVersion
from tests.council import Council
from tests.faults import contents
from tests.web.conftest import Browser
from tests.web.writing import AtDesk, place, shown, summary

QOP = shipped_tools()[0]


def versions(council: Council) -> dict[tuple[str, int], ToolVersion]:
    with council.database.reading() as session:
        return {(row.slug, row.version): row for row in session.scalars(select(ToolVersion))}


def states(council: Council) -> list[ToolState]:
    return [row.state for (slug, _), row in sorted(versions(council).items()) if slug == QOP.slug]


def path_of(council: Council, version: int) -> str:
    return f"/tools/{versions(council)[QOP.slug, version].public_id}"


def second_version() -> str:
    return to_yaml(QOP).replace("version: 1\n", "version: 2\n")


def upload(browser: Browser, text: str, *, name: str = "tool.yaml", status: int = 303) -> TestResponse:
    file = (io.BytesIO(text.encode()), name)
    return browser.submit(browser.get("/tools/import"), {"file": file}, status=status)


def test_every_version_is_listed_with_how_often_it_was_used(quinn: Browser) -> None:
    page = quinn.get("/tools/")
    rows = page.texts("tbody tr")
    assert rows[0].startswith("Quality of Practice, version 1 1 Published 12 20")
    assert "Supervision" in rows[1]
    assert len(rows) == 2


def test_a_version_is_shown_whole(month: Council, quinn: Browser) -> None:
    page = quinn.get(path_of(month, 1))
    assert page.texts("main h2") == [f"{domain.code}. {domain.name}" for domain in QOP.domains]
    assert len(page.texts("tbody tr")) == 59
    limiting = [
        words for words in page.texts("main p") if words.startswith("Counts to the overall grade, and limits it.")
    ]
    assert len(limiting) == 3
    assert "Child protection plan, Looked after" not in page.texts("td")
    assert "Looked after, Child protection plan" in page.texts("td")


def test_a_definition_goes_out_and_comes_back_the_same(month: Council, quinn: Browser) -> None:
    path = path_of(month, 1)
    answer = quinn.client.get(f"{path}/definition.yaml")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="quality-of-practice-1.yaml"'
    before = states(month)
    assert upload(quinn, answer.text).location == path
    assert states(month) == before == [ToolState.PUBLISHED]


def test_a_changed_tool_comes_in_as_a_draft_once(month: Council, quinn: Browser) -> None:
    page = quinn.get("/tools/import")
    text = second_version()
    answers = [
        quinn.submit(page, {"file": (io.BytesIO(text.encode()), "tool.yaml")}, to="/tools/import") for _ in range(2)
    ]
    assert {answer.location for answer in answers} == {path_of(month, 2)}
    assert states(month) == [ToolState.PUBLISHED, ToolState.DRAFT]
    upload(quinn, text.replace("Is the plan being done?", "Is the plan done?"))
    assert "Is the plan done?" in quinn.get(path_of(month, 2)).texts("main")[0]
    assert states(month) == [ToolState.PUBLISHED, ToolState.DRAFT]


def test_publishing_retires_the_one_before_and_audits_keep_theirs(
    month: Council, quinn: Browser, nora: Browser, mine: Audit
) -> None:
    upload(quinn, second_version().replace("Is the plan being done?", "Is the plan done?"))
    path = path_of(month, 2)
    page = quinn.get(path)
    answers = [quinn.submit(page, form=f"form[action={path}/publish]") for _ in range(2)]
    assert {answer.location for answer in answers} == {path}
    assert states(month) == [ToolState.RETIRED, ToolState.PUBLISHED]
    assert "Is the plan being done?" in nora.get(place(mine, "D8")).texts("main")[0]
    assert not quinn.get(path).all(f"form[action={path}/publish]")
    quinn.submit(quinn.get(path), form="form", to=f"{path}/publish", status=409)
    assert states(month) == [ToolState.RETIRED, ToolState.PUBLISHED]


def test_a_version_is_retired_after_saying_what_stops(month: Council, quinn: Browser) -> None:
    path = path_of(month, 1)
    assert not quinn.get(path).all("main form"), "no press of a button on this page ends anything"
    page = quinn.get(f"{path}/retire")
    assert page.heading == "Retire Quality of Practice, version 1"
    assert page.texts("main .govuk-body-l") == [
        "No month can be opened until a version of this tool is published again."
    ]
    assert "The 20 audits that are not submitted yet keep it and can be finished." in page.texts("main")[0]
    assert page.texts("main .govuk-button--warning") == ["Retire this version"]
    assert states(month) == [ToolState.PUBLISHED]
    for _ in range(2):
        assert quinn.submit(page).location == path
    assert states(month) == [ToolState.RETIRED]
    quinn.get(f"{path}/retire", status=409)
    quinn.submit(quinn.get(path), to=f"{path}/retire", status=409)
    refused = quinn.submit(quinn.get("/months/open?month=2026-11"), status=422)
    assert "Publish one on the page 'Tools' first." in shown(refused).texts("main")[0]


def test_a_version_that_was_retired_is_published_again(month: Council, quinn: Browser) -> None:
    path = path_of(month, 1)
    quinn.submit(quinn.get(f"{path}/retire"))
    page = quinn.get(path)
    assert page.texts("main form button") == ["Publish again"]
    quinn.submit(page)
    assert states(month) == [ToolState.PUBLISHED]
    assert quinn.submit(quinn.get("/months/open?month=2026-11")).location.startswith("/months/")


def test_the_same_file_again_says_what_is_here_and_what_to_do(month: Council, quinn: Browser) -> None:
    text = to_yaml(QOP)
    assert "published: nothing was changed" in quinn.follow(upload(quinn, text)).texts("[role=alert]")[0]
    quinn.submit(quinn.get(f"{path_of(month, 1)}/retire"))
    told = quinn.follow(upload(quinn, text)).texts("[role=alert]")
    assert "To use it for new audits, publish it again." in told[0]
    assert "Read it below, then publish it." in quinn.follow(upload(quinn, second_version())).texts("[role=alert]")[0]


WRONG = (
    ("", "Line 1: the file is empty."),
    ("\0\1\2", "Line 1: there is a character that cannot be printed."),
    ("a: [", "Line 1: this is not readable as YAML"),
    ("name: Tool\n", 'Line 1: "domains": is missing.'),
    ("a: &a [*a]\n", "anchors and aliases (& and *) are not read."),
    (second_version().replace("code: D3\n", "code: check\n", 1), "which is a page of every audit"),
    (to_yaml(QOP).replace("Is the plan being done?", "Is the plan done?"), "was published and never changes"),
)


def test_what_is_wrong_is_named_and_nothing_is_kept(month: Council, quinn: Browser) -> None:
    quinn.get("/tools/import")
    before = contents(month.database)
    for text, told in WRONG:
        answer = upload(quinn, text, status=422)
        page = shown(answer)
        assert summary(answer) == ["#problems" if page.all("#problems") else "#file"]
        assert told in page.texts("main")[0]
        assert "The tool comes in as a draft" not in page.texts("main")[0]
    assert contents(month.database) == before


def test_a_fault_is_named_with_its_line(quinn: Browser) -> None:
    lines = second_version().split("\n")
    place_of_fault = next(n for n, line in enumerate(lines) if "kind: timescale" in line)
    lines[place_of_fault] = lines[place_of_fault].replace("timescale", "guess")
    answer = upload(quinn, "\n".join(lines), status=422)
    assert any(words.startswith(f"Line {place_of_fault + 1}:") for words in shown(answer).texts("main li"))


def test_a_file_has_to_be_chosen(quinn: Browser) -> None:
    answer = quinn.submit(quinn.get("/tools/import"), {}, status=422)
    assert summary(answer) == ["#file"]


def test_tools_are_there_for_no_other_role(month: Council, at_desk: AtDesk) -> None:
    path = path_of(month, 1)
    for name in ("nora", "hope", "dara", "bea", "adam"):
        browser = at_desk(name)
        for page in ("/tools/", "/tools/import", path, f"{path}/definition.yaml"):
            assert browser.client.get(page).status_code == 404
