"""Supervision audits: months opened and followed, a file picked from a record, supervision by team."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import ListWorker
from auditapp.persistence.cycles import Cycle
from auditapp.services import programme
from tests.council import Council, audits_of, submitted_audit
from tests.pages import Document, words
from tests.services.test_supervision_dives import DIVE
from tests.web.conftest import Browser
from tests.web.writing import AtDesk

WEAK = "requires_improvement_to_be_good"


@pytest.fixture
def opened(quinn: Browser) -> str:
    """Return the address of October's supervision audits."""
    return str(quinn.submit(quinn.get("/supervision/open?month=2026-10")).location)


def files(council: Council) -> list[Audit]:
    with council.database.reading() as session:
        query = select(Audit).join(Cycle).where(Cycle.kind == CycleKind.SUPERVISION).order_by(Audit.id)
        return list(session.scalars(query))


def code_of(council: Council, audit: Audit) -> str:
    with council.database.reading() as session:
        return session.get_one(ListWorker, audit.supervision_worker_id).code


def name_of(council: Council, audit: Audit) -> str:
    return next(name for name, person in council.people.items() if person.id == audit.auditor_id)


class TestMonths:
    def test_a_month_is_drawn_and_shared_out_once(self, month: Council, quinn: Browser) -> None:
        assert [words(each) for each in quinn.get("/supervision/").all("main button")] == ["Continue"]
        page, other_tab = (quinn.get("/supervision/open?month=2026-10") for _ in range(2))
        assert page.heading == "Open the supervision audits of October 2026"
        assert "4 workers are drawn at once" in words(page.one("main"))
        assert "has no supervision audits planned for October 2026" in words(page.one("main"))
        assert "2 auditors are given 2 each." in words(page.one("main"))
        first, second = (quinn.submit(page, to="/supervision/open") for _ in range(2))
        third = quinn.submit(other_tab, to="/supervision/open")
        assert quinn.client.get("/supervision/open?month=2026-10").location == first.location
        assert first.location == second.location == third.location
        shown = quinn.follow(first)
        assert shown.heading == "Supervision, October 2026"
        assert shown.texts(".app-figure__number")[0] == "0 of 4"
        assert len(files(month)) == 4
        assert all(code_of(month, audit) in shown.texts("table")[0] for audit in files(month))
        assert "Supervision, October 2026" in words(quinn.get("/supervision/").one("main"))

    @pytest.mark.parametrize("wanted", ["2027-10", "x", ""])
    def test_a_month_that_is_not_offered_is_refused(self, quinn: Browser, wanted: str) -> None:
        page = quinn.get("/supervision/open?month=2026-10")
        quinn.submit(page, {"month": wanted}, to="/supervision/open", status=422)
        quinn.get(f"/supervision/open?month={wanted}", status=422 if wanted else 303)

    def test_as_many_are_drawn_as_the_programme_has_planned(self, month: Council, quinn: Browser) -> None:
        add = quinn.get("/programme/2026/add/supervision")
        place = quinn.submit(add, {"month": "2026-10", "size": "3", "repeats": "once"}).location
        (link,) = [link for link in quinn.get(place).all("main a") if words(link) == "Open the month"]
        page = quinn.get(link.get("href", ""))
        assert "3 workers are drawn at once" in words(page.one("main"))
        assert place in {link.get("href") for link in page.all("main a")}
        opened = quinn.submit(page, to="/supervision/open").location
        assert len(files(month)) == 3
        assert opened in {link.get("href") for link in quinn.get(place).all("main a")}
        asked = {field.get("name") for field in quinn.get(f"{place}/change").all("main form [name]")}
        assert asked == {"csrf_token", "once", "version", "note"}

    def test_the_draw_is_performed_again(self, quinn: Browser, opened: str) -> None:
        page = quinn.get(f"{opened}/draw")
        assert "Performed again just now, the draw gives the same 4 files." in words(page.one("main"))
        assert "9" in page.texts("dd")

    def test_its_auditor_fills_it_in_gives_it_back_and_reads_of_whom_it_is(
        self, month: Council, at_desk: AtDesk, opened: str
    ) -> None:
        assert opened
        given = next(audit for audit in files(month) if audit.auditor_id)
        desk = at_desk(name_of(month, given))
        code = code_of(month, given)
        assert f"Supervision file of {code}" in words(desk.get("/audits/").one("main"))
        page = desk.get(f"/audits/{given.public_id}")
        assert page.heading == "Supervision audit"
        assert f"supervision file of {code}" in page.texts(".govuk-caption-l")[0]
        refuse = desk.get(f"/audits/{given.public_id}/refuse")
        assert [words(label) for label in refuse.all(".govuk-radios__label")] == [
            "I supervise this worker, or did",
            "I cannot open the file",
        ]
        desk.get(f"/audits/{given.public_id}/S1")
        submitted_audit(month, given.public_id, by=name_of(month, given))
        record = desk.get(f"/audits/{given.public_id}/record")
        assert code in record.texts("dd")
        assert desk.client.get(f"/audits/{given.public_id}/record.pdf").status_code == 200

    def test_months_are_there_for_no_other_role(self, at_desk: AtDesk, opened: str) -> None:
        for name in ("nora", "hope", "dara", "bea", "adam", "paul", "prue"):
            for path in ("/supervision/", opened, f"{opened}/draw"):
                at_desk(name).get(path, status=404)


class TestDeepDives:
    def test_it_is_started_from_its_entry_after_a_look_at_it(
        self, month: Council, quinn: Browser, at_desk: AtDesk
    ) -> None:
        with month.database.transaction() as session:
            by = month.viewer("quinn")
            (entry,) = programme.add_entry(session, DIVE, repeated=False, by=by, at=month.at)
        assert DIVE.title in quinn.get("/supervision/").texts("tbody th a")
        assert DIVE.title not in words(quinn.get("/themes/").one("main"))
        page = quinn.get(f"/programme/entries/{entry}")
        path = next(link.get("href", "") for link in page.all("main a") if words(link) == "Start this deep dive")
        first, other_tab = quinn.get(path), quinn.get(path)
        assert "6 workers are drawn at once" in words(first.one("main"))
        started, again = quinn.submit(first, to=path), quinn.submit(other_tab, to=path)
        assert started.location == again.location == quinn.client.get(path).location
        shown = quinn.follow(started)
        assert shown.heading == DIVE.title
        assert shown.texts(".app-figure__number")[0] == "0 of 6"
        assert quinn.get(f"{started.location}/draw").heading.startswith("How the files of Supervision")
        assert "October 2026" in [words(option) for option in quinn.get("/supervision/").all("option")]
        links = {str(link.get("href")) for link in quinn.get(f"/programme/entries/{entry}").all("main dd a")}
        assert started.location in links
        assert not any("/themes/" in link for link in links)
        assert quinn.client.get(f"/themes/start/{entry}").location == path
        assert DIVE.key_lines in shown.texts("dd")
        assert f"/programme/entries/{entry}" in [link.get("href") for link in shown.all("main p a")]
        with month.database.reading() as session:
            audit = session.scalars(select(Audit).where(Audit.reference.contains("-D-"))).first()
        assert audit
        desk = at_desk(name_of(month, audit))
        for place in ("", "/S1"):
            form = words(desk.get(f"/audits/{audit.public_id}{place}").one("main"))
            assert "What this deep dive asks" in form
            assert DIVE.key_lines in form
        submitted_audit(month, audit.public_id, by=name_of(month, audit))
        record = desk.get(f"/audits/{audit.public_id}/record")
        assert f"Deep dive: {DIVE.title}." in words(record.one("main"))
        assert desk.client.get(f"/audits/{audit.public_id}/record.pdf").status_code == 200

    def test_before_its_time_and_for_anything_else_there_is_none(self, month: Council, quinn: Browser) -> None:
        with month.database.transaction() as session:
            by, later = month.viewer("quinn"), replace(DIVE, starts_on=date(2026, 11, 9))
            (entry,) = programme.add_entry(session, later, repeated=False, by=by, at=month.at)
        page = quinn.get(f"/programme/entries/{entry}")
        assert "It can be started from 26 October 2026 on." in words(page.one("main"))
        quinn.get(f"/supervision/open?entry={entry}", status=422)
        quinn.get("/supervision/open?entry=nothing2here4567", status=404)


class TestPicking:
    @pytest.fixture
    def weak(self, month: Council) -> Audit:
        audit = next(audit for audit in audits_of(month, "nora") if audit.list_worker_id)
        submitted_audit(month, audit.public_id, by="nora", grade=WEAK)
        return audit

    def test_a_record_with_weak_oversight_leads_to_the_file_once(
        self, month: Council, quinn: Browser, at_desk: AtDesk, weak: Audit
    ) -> None:
        path = f"/audits/{weak.public_id}/record"
        page, other_tab = (quinn.get(path) for _ in range(2))
        assert "Audit this worker's supervision file" in words(page.one("main"))
        first, second = (quinn.submit(page) for _ in range(2))
        assert first.location == second.location == path
        assert quinn.submit(other_tab, to=f"/supervision/audits/{weak.public_id}/pick").location == path
        after = quinn.follow(first)
        assert "SUP-2026-10-P-01 looks at the supervision file of this worker" in words(after.one("main"))
        assert not after.all("main form")
        assert len(files(month)) == 1
        link = next(link for link in after.all("main a") if "SUP-2026-10-P-01" in words(link))
        assert quinn.get(str(link.get("href"))).heading == "Supervision, October 2026, picked"
        assert not at_desk("hope").get(path).all("main form")

    def test_a_file_that_is_looked_at_already_is_not_offered_and_the_page_says_so(
        self, month: Council, quinn: Browser, opened: str, weak: Audit
    ) -> None:
        assert opened
        with month.database.transaction() as session:
            looked_at = files(month)[0].supervision_worker_id
            session.get_one(Audit, weak.id).list_worker_id = looked_at
        page = quinn.get(f"/audits/{weak.public_id}/record")
        assert not page.all("main form")
        assert page.texts(".govuk-inset-text")[0].endswith("is looked at already: being audited now.")

    def test_a_record_with_good_oversight_offers_nothing(self, month: Council, quinn: Browser) -> None:
        audit = next(audit for audit in audits_of(month, "nora") if audit.list_worker_id)
        submitted_audit(month, audit.public_id, by="nora", grade="good")
        assert not quinn.get(f"/audits/{audit.public_id}/record").all("main form")


class TestByTeam:
    def test_files_stand_beside_how_cases_were_overseen(
        self, month: Council, quinn: Browser, at_desk: AtDesk, opened: str
    ) -> None:
        assert opened
        assert len(quinn.get("/supervision/by-team").all(".app-empty")) == 4
        given = next(audit for audit in files(month) if audit.auditor_id)
        submitted_audit(month, given.public_id, by=name_of(month, given), grade=WEAK)
        for audit in audits_of(month, "nora")[:2]:
            if audit.supervision_worker_id is None:
                submitted_audit(month, audit.public_id, by="nora", grade="good")
        page = quinn.get("/supervision/by-team?when=2026-10")
        tables = [Document(table) for table in page.all("table")]
        assert len(tables) == 2
        totals = [[words(cell) for cell in table.all("tbody tr")[-1]] for table in tables]
        assert totals[0][:6] == ["All audits", "0 (0 %)", "0 (0 %)", "1 (100 %)", "0 (0 %)", "1"]
        assert totals[1][2] == "2 (100 %)"
        assert len(at_desk("dara").get("/supervision/by-team").all("table")) == 4
        assert len(at_desk("hope").get("/supervision/by-team").all("table")) >= 1
        assert not at_desk("hugo").get("/supervision/by-team").all("table")

    def test_it_is_for_those_who_read_findings(self, at_desk: AtDesk) -> None:
        for name in ("nora", "bea", "adam", "paul", "prue"):
            at_desk(name).get("/supervision/by-team", status=404)
        at_desk("quinn").get("/supervision/by-team?when=1999-01", status=404)
