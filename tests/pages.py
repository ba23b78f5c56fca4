"""Reads the HTML of an answer the way a browser does, and strictly: any parse error fails the test, with its line."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E

STEP = re.compile(r"(?P<tag>[a-z0-9]*)(?P<rest>(?:[.#][\w-]+|\[[\w-]+(?:=[^\]]*)?\])*)$")
CONDITION = re.compile(r"([.#])([\w-]+)|\[([\w-]+)(?:=([^\]]*))?\]")
UNLABELLED = {"hidden", "submit", "button"}
# What somebody typed may hold code points that HTML calls wrong (U+FFFF); it is shown to them as it came.
TYPED = {"invalid-codepoint"}


@dataclass(frozen=True)
class Document:
    """A page, or a part of one, as a tree."""

    root: Element

    def all(self, selector: str) -> list[Element]:
        """Return the elements that a small CSS selector finds, in order: `form.app-x #y a[href=/z]`."""
        found = [self.root]
        for step in selector.split():
            inside = [element for parent in found for element in parent.iter() if element is not parent]
            found = [element for element in unique(inside) if fits(element, step)]
        return found

    def one(self, selector: str) -> Element:
        """Return the only element that the selector finds."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements for '{selector}' instead of one"
        return found[0]

    def texts(self, selector: str) -> list[str]:
        """Return the words of each element that the selector finds."""
        return [words(element) for element in self.all(selector)]

    @property
    def title(self) -> str:
        """The words of the page's title."""
        return words(self.one("head title"))

    @property
    def heading(self) -> str:
        """The words of the page's one h1."""
        return words(self.one("h1"))


@lru_cache(maxsize=8)  # an answer is parsed where it is made, and again by the test that reads it
def parse(html: str) -> Document:
    """Return the page, or fail with every parse error, its line and that line's text. It is not to be changed."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    root: Element = parser.parse(html)
    lines = html.split("\n")
    wrong = [
        f"line {line}: {E.get(code, code) % data}\n    {lines[min(line, len(lines)) - 1].strip()[:200]}"
        for (line, _), code, data in parser.errors
        if code not in TYPED
    ]
    assert not wrong, "This does not parse:\n" + "\n".join(wrong)
    for template in root.iter("template"):
        template.clear()  # what a script may put there is no part of the page yet
    return Document(root)


def check_page(document: Document) -> None:
    """Fail where a whole page breaks a rule that every page keeps."""
    problems = list(page_problems(document))
    assert not problems, "\n".join(problems)


def page_problems(document: Document) -> Iterator[str]:
    """Yield what is wrong with a page: identifiers, heading, title, labels, forms, scripts, styles."""
    yield from identifier_problems(document)
    yield from heading_problems(document)
    yield from label_problems(document)
    yield from stacking_problems(document)
    for form in document.all("form"):
        if "novalidate" not in form.attrib:
            yield f"the form to {form.get('action')} has no novalidate: browsers speak before our messages"
    for script in document.all("script"):
        if not script.get("src"):
            yield "a script stands inside the page"
    for element in document.root.iter():
        if element.tag == "style" or "style" in element.attrib or any(name.startswith("on") for name in element.attrib):
            yield f"<{element.tag}> holds a style or a script of its own"


def stacking_problems(document: Document) -> Iterator[str]:
    """Yield cells that say little on a narrow screen, where they stand under each other without the headings."""
    for cell in document.all("table.app-table--stacked td"):
        says_it_all = "colspan" in cell.attrib or cell.find(".//a") is not None or not words(cell)
        if not cell.get("data-heading") and not says_it_all:
            yield f"the cell '{words(cell)}' of a table that is stacked has no data-heading"


def identifier_problems(document: Document) -> Iterator[str]:
    """Yield identifiers used twice, and references to those that are not there."""
    used = Counter(element.get("id") for element in document.all("[id]"))
    yield from (f"the id '{name}' is used {times} times" for name, times in used.items() if times > 1)
    for attribute in ("for", "aria-describedby", "aria-labelledby"):
        for element in document.all(f"[{attribute}]"):
            for name in str(element.get(attribute)).split():
                if name not in used:
                    yield f"{attribute} of <{element.tag}> names '{name}', which is not there"
    for link in document.all("a[href]"):
        if (name := link.get("href", "")).startswith("#") and name[1:] not in used:
            yield f"a link leads to '{name}', which is not there"


def heading_problems(document: Document) -> Iterator[str]:
    """Yield what is wrong with the h1, the title and the word 'Error:' in it."""
    headings = document.texts("h1")
    if len(headings) != 1:
        yield f"there are {len(headings)} h1"
        return
    is_wrong = bool(document.all(".govuk-error-summary"))
    if document.title.startswith("Error: ") != is_wrong:
        yield f"the title is '{document.title}', and the page has {'a' if is_wrong else 'no'} summary of errors"
    if not words(document.one("main")):
        yield "the main part is empty"


def label_problems(document: Document) -> Iterator[str]:
    """Yield inputs that have no label, and groups that have no legend."""
    labelled = {label.get("for") for label in document.all("label") if words(label)}
    for tag in ("input", "select", "textarea"):
        for field in document.all(tag):
            named = field.get("id") in labelled or field.get("aria-label") or field.get("aria-labelledby")
            if field.get("type") not in UNLABELLED and not named:
                yield f"<{tag} name='{field.get('name')}'> has no label"
    legends = [
        {field.get("name") for field in fieldset.iter("input")}
        for fieldset in document.all("fieldset")
        if any(words(legend) for legend in fieldset.iter("legend"))
    ]
    for radio in document.all("input[type=radio]"):
        if not any(radio.get("name") in group for group in legends):
            yield f"the radios '{radio.get('name')}' have no question"


def fits(element: Element, step: str) -> bool:
    """Whether an element is what one step of a selector asks for: `tag.class#id[attribute=value]`."""
    parsed = STEP.match(step)
    assert parsed, f"'{step}' is not a selector that is known here"
    if parsed["tag"] and element.tag != parsed["tag"]:
        return False
    return all(
        value in element.get("class", "").split()
        if mark == "."
        else element.get("id") == value
        if mark == "#"
        else name in element.attrib and (wanted == "" or element.get(name) == wanted.strip("'\""))
        for mark, value, name, wanted in CONDITION.findall(parsed["rest"])
    )


def words(element: Element) -> str:
    """Return the text of an element and of what is inside it, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def unique(elements: list[Element]) -> list[Element]:
    """Return the elements once each, in order."""
    return list({id(element): element for element in elements}.values())
