"""What every template may use: names, navigation, dates in words, and addresses of assets."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Flask, g, request, url_for

from auditapp.config import Settings, resources
from auditapp.domain.calendar import say_date, say_instant, say_time
from auditapp.domain.items import sections
from auditapp.domain.permissions import Viewer
from auditapp.domain.tools import ToolDefinition
from auditapp.domain.working_days import say_due, urgency_of
from auditapp.web.access import may_open
from auditapp.web.keys import new_key

# The service navigation, in order: at most six entries are for any one role.
NAVIGATION = (
    ("home.home", "Home"),
    ("audits.mine", "My audits"),
    ("programme.programme", "Programme"),
    ("cycles.cycles", "Months"),
    ("cases.cases", "Case lists"),
    ("findings.findings", "Findings"),
    ("board.reports", "Board reports"),
    ("people.people", "People"),
    ("outbox.outbox", "Outbox"),
    ("settings.settings", "Settings"),
    ("trail.trail", "Trail"),
)
# Pages of an audit that one is writing, and of one's absences, stand under 'My audits' too; what runs beside months
# stands under these; tools are chosen when a year is planned.
PARTS = {
    "absences": "audits",
    "actions": "audits",
    "concerns": "audits",
    "handovers": "cycles",
    "supervision": "cycles",
    "themes": "cycles",
    "tools": "programme",
}


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One entry of the service navigation."""

    text: str
    href: str
    active: bool


def present(app: Flask, settings: Settings) -> None:
    """Give the templates their words."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        date=say_date, instant=say_instant, time=say_time, due=say_due, urgency=urgency_of, unbroken=unbroken
    )
    app.jinja_env.globals.update(
        asset=asset,
        form_key=new_key,
        council_name=settings.council_name,
        service_name=settings.service_name,
        classification=settings.classification,
        contact=settings.contact,
        product_version=settings.version,
    )

    @app.context_processor
    def about_this_request() -> dict[str, object]:
        who: Viewer | None = g.get("viewer")
        return {
            "me": who,
            "navigation": navigation(who),
            "is_demonstration": g.get("is_demonstration", False),
            "request_number": g.get("request_number", ""),
        }


def navigation(who: Viewer | None) -> tuple[NavigationEntry, ...]:
    """Return the entries of the service navigation that are for this person."""
    if who is None:
        return ()
    here = "" if g.get("is_error") else g.get("stands_under") or (request.endpoint or "").partition(".")[0]
    here = PARTS.get(here, here)
    return tuple(
        NavigationEntry(text, url_for(endpoint), endpoint.partition(".")[0] == here)
        for endpoint, text in NAVIGATION
        if may_open(endpoint, who)
    )


def stand_under(endpoint: str) -> None:
    """Mark another entry of the navigation than the page's own name says, where that depends on who reads it."""
    g.stands_under = endpoint.partition(".")[0]


def page_titles(tool: ToolDefinition) -> dict[str, str]:
    """Return what the pages of a tool's form are called, by their codes: domains with their numbers."""
    numbers = {domain.code: f"{number}. " for number, domain in enumerate(tool.domains, start=1)}
    return {page.code: numbers.get(page.code, "") + page.name for page in sections(tool)}


def unbroken(text: str) -> str:
    """Keep a number and its per cent sign on one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def asset(name: str) -> str:
    """Return the address of a built asset, which changes with its content and may be cached for ever."""
    return url_for("static", filename=name, v=_manifest().get(name, ""))


@cache
def _manifest() -> dict[str, str]:
    path: Path = resources() / "static" / "build" / "manifest.json"
    manifest: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    return manifest
