"""The pictures of the README, made of the demonstration. AUDITAPP_PICTURES=1 puts fresh ones into the checkout."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.site import HEIGHT, Site, Visitor

KEPT = Path(__file__).resolve().parents[2] / "static/images/readme"
SIZE = (1280, HEIGHT)
LARGEST = 150_000
COLOURS = 128


def manager_home(visitor: Visitor) -> Page:
    """Open the first page of a team manager."""
    return visitor.sign_in("manager@demo.example")


def form(visitor: Visitor) -> Page:
    """Open a domain of an audit that a team manager has begun."""
    page = visitor.sign_in("manager@demo.example")
    page.get_by_role("link", name="Continue").first.click()
    page.get_by_role("link", name="Assessment and analysis").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3. Assessment and analysis")
    return page


def month(visitor: Visitor) -> Page:
    """Open the present month as the quality assurance team sees it."""
    page = visitor.sign_in("qa@demo.example")
    page.get_by_role("link", name="audits submitted in October 2026").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("October 2026")
    return page


def findings(visitor: Visitor) -> Page:
    """Open what the last quarter found."""
    page = visitor.sign_in("qa@demo.example")
    page.get_by_role("link", name="Findings", exact=True).click()
    page.get_by_role("link", name="July to September 2026").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Findings, July to September 2026")
    return page


PICTURES = {"home": manager_home, "form": form, "month": month, "findings": findings}


@pytest.mark.parametrize("name", PICTURES)
def test_the_readme_has_a_picture_that_can_be_made_again(
    name: str, demonstration: Site, visit: Visit, tmp_path: Path
) -> None:
    open_page: Callable[[Visitor], Page] = PICTURES[name]
    page = open_page(visit(demonstration))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    fresh = tmp_path / f"{name}.png"
    fresh.write_bytes(small(page.screenshot()))
    check_picture(fresh)
    kept = KEPT / fresh.name
    if os.environ.get("AUDITAPP_PICTURES") == "1":
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(fresh.read_bytes())
    check_picture(kept)


def test_the_readme_shows_every_picture_and_no_other_is_kept() -> None:
    assert {path.name for path in KEPT.iterdir()} == {f"{name}.png" for name in PICTURES}
    readme = (KEPT.parents[2] / "README.md").read_text()
    missing = [name for name in PICTURES if f"static/images/readme/{name}.png" not in readme]
    assert not missing, f"the README does not show {missing}"


def small(screenshot: bytes) -> bytes:
    """Return a screenshot with as few colours as it needs: a third of its size."""
    target = io.BytesIO()
    with Image.open(io.BytesIO(screenshot)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
    return target.getvalue()


def check_picture(path: Path) -> None:
    """Hold a picture to its size in pixels and in bytes."""
    assert path.is_file(), f"{path.name} is not there: run this test with AUDITAPP_PICTURES=1"
    with Image.open(path) as picture:
        assert picture.size == SIZE
    assert path.stat().st_size <= LARGEST
