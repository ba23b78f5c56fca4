"""Accessibility checks of a page in the browser with axe-core, as sentences."""

from pathlib import Path
from typing import TypedDict

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"


class Element(TypedDict):
    """An element that breaks a rule: its markup, and how to mend it."""

    html: str
    failureSummary: str


class Violation(TypedDict):
    """A rule of axe that the page breaks."""

    id: str
    impact: str
    help: str
    nodes: list[Element]


def accessibility_problems(page: Page) -> list[str]:
    """Return what axe finds wrong on the page, one text for each element; empty when nothing is."""
    if page.evaluate("!('axe' in window)"):
        page.evaluate(SCRIPT.read_text())
    violations: list[Violation] = page.evaluate(RUN)
    return [
        f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
        f"  {element['html']}\n  {element['failureSummary']}"
        for violation in violations
        for element in violation["nodes"]
    ]


def scrolls_sideways(page: Page) -> bool:
    """Whether the page itself is wider than its window: nothing but a region of its own may be."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return wide
