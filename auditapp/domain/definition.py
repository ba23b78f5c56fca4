"""What every definition is made of: frozen values that can be written down, read back and told apart by a digest."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

Path = tuple[str | int, ...]


def written(pattern: str, words: str) -> AfterValidator:
    """Holds a text to a pattern; `words` say to a person how it must be written."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"must be {words}")
        return text

    return AfterValidator(check)


def sized(least: int, most: int) -> BeforeValidator:
    """Holds a list to a length before its items are looked at, so that a huge one costs nothing."""

    def check(items: object) -> object:
        if isinstance(items, list | tuple) and not least <= len(items) <= most:
            raise ValueError(f"must have {least} to {most} in it, and has {len(items)}")
        return items

    return BeforeValidator(check)


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=600)]
Slug = Annotated[str, written(r"[a-z0-9][a-z0-9-]{0,59}", "small letters, digits and hyphens, at most 60")]
Value = Annotated[str, written(r"[a-z][a-z0-9_]{0,39}", "small letters, digits and underscores, at most 40")]


class Definition(BaseModel):
    """A frozen part of a tool or scale. A word it does not know is refused.

    Defaults are part of the stored form (they are left out of it), so a default never changes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> str:
        """The canonical JSON text: equal definitions give equal text."""
        content = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The definition that `to_json` wrote down."""
        return cls.model_validate_json(text)

    @property
    def digest(self) -> str:
        """The SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a definition: where, as a path of keys and positions, and what."""

    path: Path
    words: str


def refuse(faults: Iterable[Fault]) -> None:
    """Stop the making of a definition that has faults; the error carries them all."""
    found = tuple(faults)
    if found:
        raise PydanticCustomError("faults", "{words}", {"words": found[0].words, "faults": found})


def repeated(values: Iterable[tuple[Path, str]], what: str) -> list[Fault]:
    """A fault for every value that an earlier path already had; capitals do not tell values apart."""
    seen: set[str] = set()
    faults = []
    for path, value in values:
        if value.casefold() in seen:
            faults.append(Fault(path, f'the {what} "{value}" is used twice'))
        seen.add(value.casefold())
    return faults
