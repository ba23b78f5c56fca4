"""Somebody without a mouse: what has the focus, and getting to where one wants with the Tab key."""

from dataclasses import dataclass

from playwright.sync_api import Page

FOCUSED = """() => {
  const element = document.activeElement
  const label = element.labels?.[0] ?? element
  return {
    tag: element.tagName.toLowerCase(),
    type: element.getAttribute('type') ?? '',
    name: element.getAttribute('name') ?? '',
    words: (label.textContent ?? '').trim().replace(/\\s+/g, ' '),
  }
}"""
MOST_STOPS = 300


@dataclass(frozen=True)
class Focus:
    """What has the focus: its tag, type and name, and the words of its label or its own."""

    tag: str
    type: str
    name: str
    words: str


def focus_of(page: Page) -> Focus:
    """Return what has the focus."""
    found: dict[str, str] = page.evaluate(FOCUSED)
    return Focus(**found)


def tab(page: Page) -> Focus:
    """Go to the next stop."""
    page.keyboard.press("Tab")
    return focus_of(page)


def tab_to(page: Page, words: str) -> Focus:
    """Go on until something has the focus that begins with these words."""
    for _ in range(MOST_STOPS):
        focus = tab(page)
        if focus.words.startswith(words):
            return focus
    raise AssertionError(f"The Tab key never came to '{words}'.")


def press_on(page: Page, words: str, key: str = "Enter") -> None:
    """Go to a link, a button or a box, and press it."""
    tab_to(page, words)
    page.keyboard.press(key)
