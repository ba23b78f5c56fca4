"""What every page is held to: for the eye, for the screen reader, for the keyboard, on any screen."""

import re

from playwright.sync_api import Page, ViewportSize

from tests.browser.axe import accessibility_problems, scrolls_sideways
from tests.browser.site import HEIGHT

DESKTOP: ViewportSize = {"width": 1280, "height": HEIGHT}
PHONE: ViewportSize = {"width": 360, "height": 740}
ENLARGED: ViewportSize = {"width": 320, "height": 256}
"""A screen of 1280 by 1024 at 400 %."""

# Notes what the Tab key reaches, and what looks the same with the focus as without. A group of radios is one stop.
WATCH_THE_FOCUS = """() => {
  const stops = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
  const isShown = (element) => element.checkVisibility({visibilityProperty: true}) && !element.disabled
  const inUse = (element) => isShown(element) && element.tabIndex >= 0
  const stop = (element) => element.type === 'radio' ? element.name : element
  const look = (element) => {
    const [part, pseudo] = ['radio', 'checkbox'].includes(element.type)
      ? [element.labels[0], '::before'] : [element, undefined]
    const { outlineStyle, outlineColor, boxShadow, backgroundColor } = getComputedStyle(part, pseudo)
    const outline = outlineStyle === 'none' || outlineColor.endsWith(', 0)') ? 'none' : outlineColor
    return [outline, boxShadow, backgroundColor].join()
  }
  const name = (element) => element.outerHTML.slice(0, 160)
  document.activeElement?.blur()  // there is none for a moment where a page has just come
  const looks = new Map([...document.querySelectorAll(stops)].filter(inUse).map((element) => [element, look(element)]))
  const wanted = new Map([...looks.keys()].map((element) => [stop(element), element]))
  window.focusWalk = { unseen: [], left: () => [...wanted.values()].map(name) }
  document.addEventListener('focusin', ({ target }) => {
    wanted.delete(stop(target))
    if (looks.get(target) === look(target)) window.focusWalk.unseen.push(name(target))
  })
  return wanted.size
}"""
# The parts of a date and regions that scroll are stops too, though nothing above names them.
FURTHER_STOPS = 30


def look_at(page: Page) -> None:
    """Hold an open page to all of it, and leave it as wide as it was."""
    problems = [*keyboard_problems(page), *problems_at_a_glance(page)]
    page.set_viewport_size(ENLARGED)
    problems += accessibility_problems(page)
    page.set_viewport_size(DESKTOP)
    assert not problems, "\n".join(problems)


def glance_at(page: Page) -> None:
    """Hold an open page to what may differ from reader to reader, and leave it as wide as it was."""
    problems = problems_at_a_glance(page)
    assert not problems, "\n".join(problems)


def problems_at_a_glance(page: Page) -> list[str]:
    """Return what is wrong with the heading, what axe finds, and where the page is wider than its window."""
    problems = [*heading_problems(page), *accessibility_problems(page)]
    if " object at 0x" in page.locator("body").inner_text():
        problems.append("it shows how something is stored instead of words")
    for size in (PHONE, ENLARGED):
        page.set_viewport_size(size)
        if scrolls_sideways(page):
            problems.append(f"it scrolls sideways at {size['width']} px")
    page.set_viewport_size(DESKTOP)
    return problems


def heading_problems(page: Page) -> list[str]:
    """Return what is wrong with the one h1 and the title that begins with it."""
    headings = [" ".join(words.split()) for words in page.locator("h1").all_inner_texts()]
    if len(headings) != 1:
        return [f"{len(headings)} h1"]
    is_wrong = page.locator(".govuk-error-summary").count() > 0
    wanted = f"{'Error: ' if is_wrong else ''}{headings[0]}"
    return (
        []
        if re.match(f"{re.escape(wanted)}( · [A-Z0-9-]+)? - ", page.title())
        else [f"the title is '{page.title()}', not '{wanted}...'"]
    )


def keyboard_problems(page: Page) -> list[str]:
    """Return what the Tab key does not reach, and what it reaches without showing it."""
    wanted: int = page.evaluate(WATCH_THE_FOCUS)
    left: list[str] = []
    for presses in (wanted, FURTHER_STOPS):
        for _ in range(presses):
            page.keyboard.press("Tab")
        left = page.evaluate("focusWalk.left()")
        if not left:
            break
    unseen: list[str] = page.evaluate("focusWalk.unseen")
    return [*(f"not reached: {name}" for name in left), *(f"no visible focus: {name}" for name in unseen)]
