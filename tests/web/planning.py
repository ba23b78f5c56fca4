"""Planning a year by its pages, for tests."""

from tests.pages import Document, words
from tests.web.conftest import Browser

YEAR = "/programme/2026"
THEME = {
    "title": "Missing children",
    "practice_area": "Children who go missing",
    "key_lines": "Was a return interview offered?",
    "tool": "quality-of-practice",
    "size": "10",
    "strata": ["LAC", "CP"],
    "starts_on-day": "7",
    "starts_on-month": "9",
    "starts_on-year": "2026",
    "ends_on-day": "30",
    "ends_on-month": "10",
    "ends_on-year": "2026",
    "report_due_on-day": "13",
    "report_due_on-month": "11",
    "report_due_on-year": "2026",
    "note": "With the police.",
}


def shown(page: Document) -> str:
    """Return the words of a page."""
    return words(page.one("main"))


def add_theme(qa: Browser, **said: str) -> str:
    """Plan a thematic audit and return where its page is."""
    return qa.submit(qa.get(f"{YEAR}/add/thematic"), {**THEME, **said}).location


def begin(qa: Browser) -> Document:
    """Begin the year with the usual rhythm, and return its page."""
    return qa.follow(qa.submit(qa.get(f"{YEAR}/begin")))
