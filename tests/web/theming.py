"""A theme by its pages, for tests: planned, looked at, started, found again."""

from sqlalchemy import select

from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence.audits import Audit
from auditapp.persistence.cycles import Cycle
from tests.council import Council
from tests.pages import Document, words
from tests.web.conftest import Browser

PLANNED = {
    "title": "Neglect",
    "practice_area": "Child protection planning",
    "key_lines": "Is neglect named?\r\nIs it measured?",
    "tool": "quality-of-practice",
    "size": "6",
    "strata": ["CP", "CIN"],
    "note": "",
    **dict(zip((f"starts_on-{part}" for part in ("day", "month", "year")), ("19", "10", "2026"), strict=True)),
    **dict(zip((f"ends_on-{part}" for part in ("day", "month", "year")), ("27", "11", "2026"), strict=True)),
    **dict(zip((f"report_due_on-{part}" for part in ("day", "month", "year")), ("11", "12", "2026"), strict=True)),
}
DRAWN = {"how": "drawn"}


def planned(quinn: Browser, **typed: object) -> str:
    """Plan a theme where the page of themes leads to, and return where its entry in the programme is."""
    page = quinn.get("/themes/")
    (link,) = [link for link in page.all("main a") if words(link) == "Plan a theme"]
    return quinn.submit(quinn.get(link.get("href", "")), {**PLANNED, **typed}).location


def begun(quinn: Browser, entry: str) -> Document:
    """Return the page on which an entry's theme is started."""
    (link,) = [link for link in quinn.get(entry).all("main a") if words(link) == "Start this theme"]
    return quinn.get(link.get("href", ""))


def previewed(quinn: Browser, **typed: object) -> Document:
    """Plan a theme, say what it is of, and return the page on which it is looked at."""
    return quinn.follow(quinn.submit(begun(quinn, planned(quinn)), {**DRAWN, **typed}))


def started(quinn: Browser, **typed: object) -> Document:
    """Plan a theme, look at it, start it, and return its page."""
    return quinn.follow(quinn.submit(previewed(quinn, **typed)))


def theme_of(council: Council) -> Cycle:
    """Return the one theme that was started."""
    with council.database.reading() as session:
        return session.scalars(select(Cycle).where(Cycle.kind == CycleKind.THEMATIC)).one()


def audits_of_theme(council: Council, name: str) -> list[Audit]:
    """Return the audits of that theme that somebody has."""
    with council.database.reading() as session:
        query = select(Audit).where(Audit.cycle_id == theme_of(council).id)
        return list(session.scalars(query.where(Audit.auditor_id == council.people[name].id).order_by(Audit.id)))
