"""The colours of charts, and the arithmetic that says whether they can be told apart and read."""

from functools import cache
from typing import Final

# Best to worst. Ever darker, so that greyscale and a photocopier keep the order; from blue to brown, so that
# colour-blind eyes keep the difference; and the letter in each segment says it once more. A test measures all of it.
GRADE_COLOURS: Final = ("#cde7e9", "#5aa5b2", "#8a4510", "#33091e")
DARK: Final = "#1c2427"
BLACK: Final = "#000000"
LIGHT: Final = "#ffffff"
QUIET: Final = "#4b5a5f"
EDGE: Final = "#0b5563"
BAR: Final = "#0b5563"
TRACK: Final = "#e4ecee"


def grade_colours(count: int) -> tuple[str, ...]:
    """As many colours as a scale has grades, best first, in even steps along `GRADE_COLOURS`; for two, its middle."""
    if count == 2:
        return GRADE_COLOURS[1:3]
    last = len(GRADE_COLOURS) - 1
    return tuple(_between(at * last / (count - 1)) for at in range(count))


@cache
def text_colour(fill: str) -> str:
    """Black or white, whichever is read more easily on a colour: one of them always has a contrast over 4.5."""
    return max((BLACK, LIGHT), key=lambda colour: contrast(colour, fill))


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, 'contrast ratio')."""
    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of a colour written '#rrggbb', 0 to 1 (WCAG 2.2, 'relative luminance')."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _between(place: float) -> str:
    """The colour at a place along `GRADE_COLOURS`, mixed of the two beside it."""
    lower = min(int(place), len(GRADE_COLOURS) - 2)
    mixed = (
        round(one + (other - one) * (place - lower))
        for one, other in zip(_channels(GRADE_COLOURS[lower]), _channels(GRADE_COLOURS[lower + 1]), strict=True)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(channel: float) -> float:
    """One channel of sRGB, 0 to 1, as light."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
