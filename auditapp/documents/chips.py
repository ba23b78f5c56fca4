"""Grades on paper as on pages: a letter on its colour, before the word that says it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from auditapp.documents.colours import grade_colours, text_colour
from auditapp.domain.grading import Scale


@dataclass(frozen=True, slots=True)
class Chip:
    """A grade's letter and the colour it stands on, '#rrggbb'."""

    letter: str
    fill: str

    @property
    def markup(self) -> str:
        """The chip in ReportLab's mini-markup; it does not part from the word after it."""
        letter = f"<b>&nbsp;{self.letter}&nbsp;</b>"
        return f'<font backcolor="{self.fill}" color="{text_colour(self.fill)}">{letter}</font>&nbsp;'


Chips: TypeAlias = Mapping[str, Chip]
NO_CHIPS: Final[Chips] = MappingProxyType({})


def chips_of(scale: Scale) -> Chips:
    """The chips of a scale's grades by their labels; what is no grade has none."""
    fills = grade_colours(len(scale.grades))
    return {grade.label: Chip(grade.letter, fill) for grade, fill in zip(scale.grades, fills, strict=True)}
