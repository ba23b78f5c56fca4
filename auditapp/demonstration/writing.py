"""What invented auditors write: sentences out of `writing.yaml`, with days and pronouns that fit one audit."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import yaml

from auditapp.demonstration.chance import Chance
from auditapp.domain.calendar import MONTH_NAMES, Month, Span
from auditapp.domain.working_days import add_working_days

LOOKS_BACK = 6
"""How many months before its own an audit looks at."""

PRONOUNS = ({"she": "she", "her": "her", "him": "her"}, {"she": "he", "her": "his", "him": "him"})

Node = Mapping[str, "Node"] | Sequence["Node"] | str


@cache
def _bank() -> Node:
    cases, supervision = (
        yaml.safe_load(files("auditapp").joinpath("demonstration", name).read_bytes())
        for name in ("writing.yaml", "writing_supervision.yaml")
    )
    domains = {**cases["domains"], **supervision["domains"]}
    return {**cases, "domains": domains, "sources_of_files": supervision["sources"]}


class Writing:
    """One auditor's words about one child in the months before a day."""

    def __init__(self, chance: Chance, *, written_on: date) -> None:
        self._chance, self._day = chance, written_on
        self._pronouns = chance.choice(PRONOUNS)

    def one(self, *keys: str) -> str:
        """Return one of the texts under some keys."""
        return self._filled(_text(self._chance.choice(_several(keys))))

    def pair(self, *keys: str) -> tuple[str, str]:
        """Return two texts that belong together."""
        first, second = self.several(*keys, most=1)[0]
        return first, second

    def several(self, *keys: str, most: int) -> tuple[tuple[str, ...], ...]:
        """Return some of the groups of texts under some keys, none of them twice."""
        known = _several(keys)
        chosen = self._chance.sample(known, min(most, len(known)))
        return tuple(tuple(self._filled(_text(part)) for part in group) for group in chosen)

    def look_back(self) -> str:
        """Return the period that was looked at."""
        last = Month.of(self._day).previous
        return Span(last.plus(1 - LOOKS_BACK).first_day, last.last_day).label

    def _filled(self, text: str) -> str:
        if "{" not in text:
            return text
        seen = add_working_days(self._day - timedelta(days=self._chance.randrange(10, 80)), -1)
        lately = add_working_days(self._day, -self._chance.randrange(1, 4))
        earlier = Month.of(self._day).plus(-self._chance.randrange(1, LOOKS_BACK))
        fitting = self._pronouns | {key.capitalize(): word.capitalize() for key, word in self._pronouns.items()}
        filled = text.format(
            day=_without_year(seen),
            lately=_without_year(lately),
            month=earlier.name,
            few=self._chance.choice(("two", "three", "four", "five")),
            weeks=self._chance.randrange(5, 12),
            **fitting,
        )
        return filled[:1].upper() + filled[1:]


def _without_year(day: date) -> str:
    return f"{day.day} {MONTH_NAMES[day.month - 1]}"


def _several(keys: Sequence[str]) -> Sequence[Node]:
    node = _bank()
    for key in keys:
        assert isinstance(node, Mapping)
        node = node[key]
    assert not isinstance(node, str | Mapping)
    return node


def _text(node: Node) -> str:
    assert isinstance(node, str)
    return node
