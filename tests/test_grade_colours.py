"""The colours of grades: readable, and in order without hue."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from auditapp.documents.colours import GRADE_COLOURS

PARTIAL = Path(__file__).resolve().parents[1] / "static/scss/_grades.scss"
STEPS = re.findall(r'"(\w+)": \(fill: (#\w{6}), text: (#\w{6}), edge: (#\w{6})\)', PARTIAL.read_text())
FILLS = [fill for _, fill, _, _ in STEPS[:4]]


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def lightness(colour: str) -> float:
    """CIELAB L*, 0 to 100."""
    return float(116 * luminance(colour) ** (1 / 3) - 16)


def test_there_are_four_steps_and_one_for_none() -> None:
    assert [name for name, *_ in STEPS] == ["first", "second", "third", "fourth", "unjudged"]


@pytest.mark.parametrize(("name", "fill", "text", "edge"), STEPS)
def test_text_can_be_read_and_edges_seen(name: str, fill: str, text: str, edge: str) -> None:
    assert contrast(fill, text) >= 4.5
    assert contrast(edge, "#ffffff") >= 3


def test_chips_have_the_colours_of_the_charts() -> None:
    assert tuple(FILLS) == GRADE_COLOURS


def test_steps_darken_from_best_to_worst_so_that_greyscale_keeps_them_apart() -> None:
    steps = [lightness(fill) for fill in FILLS]
    assert min(better - worse for better, worse in pairwise(steps)) >= 20
