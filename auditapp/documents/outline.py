"""Reads a small YAML file into plain text, lists and mappings, and remembers the line of every value.

Only the plain part of YAML is read. Every scalar stays text, so that a code 1.10 is not 1.1 and a No is not False.
Anchors, aliases, tags and repeated keys are refused: they hide from a reader what a file says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import yaml

from auditapp.domain.definition import Path
from auditapp.domain.errors import InvalidFile

SIZE_LIMIT = 1_000_000
DEPTH_LIMIT = 12
PROBLEM_LIMIT = 100

Value: TypeAlias = "str | list[Value] | dict[str, Value]"


@dataclass(frozen=True, slots=True)
class Outline:
    """What a file says, and on which line each value begins, by its path of keys and positions."""

    value: Value
    lines: Mapping[Path, int]

    def line(self, path: Path) -> int:
        """The line of a value, or of what it would stand in where it is missing."""
        while path not in self.lines:
            path = path[:-1]
        return self.lines[path]


def read_outline(data: bytes, *, name: str) -> Outline:
    """The outline of a file; InvalidFile with the lines of what cannot be read. `name` is for messages."""
    if len(data) > SIZE_LIMIT:
        raise refusal(name, [f"The file is larger than {SIZE_LIMIT // 1_000_000} MB."])
    try:
        builder = _Builder(yaml.parse(_text(data), Loader=yaml.BaseLoader))
        outline = Outline(builder.document(), builder.lines)
    except _UnreadableError as error:
        raise refusal(name, [str(error)]) from error
    except yaml.MarkedYAMLError as error:
        raise refusal(name, [_in_words(error)]) from error
    if builder.problems:
        raise refusal(name, builder.problems)
    return outline


def refusal(name: str, problems: list[str]) -> InvalidFile:
    """The error for a file with these problems; of very many only the first are named."""
    shown = problems[:PROBLEM_LIMIT]
    if len(problems) > PROBLEM_LIMIT:
        shown.append(f"There are {len(problems) - PROBLEM_LIMIT:,} more problems.")
    return InvalidFile(f"{name} was not accepted. Nothing was changed. Mend what is named and try again.", tuple(shown))


class _UnreadableError(Exception):
    """The file stops making sense here."""


class _Builder:
    """Builds the values of a stream of YAML events, one event after the other."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.lines: dict[Path, int] = {(): 1}
        self.problems: list[str] = []

    def document(self) -> Value:
        """The one value of the file."""
        event = self._next(yaml.StreamStartEvent, yaml.DocumentStartEvent)
        if isinstance(event, yaml.StreamEndEvent):
            raise _UnreadableError("Line 1: the file is empty.")
        value = self._value(event, ())
        after = self._next(yaml.DocumentEndEvent)
        if not isinstance(after, yaml.StreamEndEvent):
            raise _UnreadableError(f"{_line(after)}: a second document begins. Keep one definition in a file.")
        return value

    def _next(self, *skipped: type[yaml.Event]) -> yaml.Event:
        event = next(self.events)
        while isinstance(event, skipped):
            event = next(self.events)
        return event

    def _value(self, event: yaml.Event, path: Path) -> Value:
        self._refuse_what_hides(event)
        if len(path) > DEPTH_LIMIT:
            raise _UnreadableError(f"{_line(event)}: lists within lists go deeper than {DEPTH_LIMIT} levels.")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path)
        return event.value if isinstance(event, yaml.ScalarEvent) else ""

    def _mapping(self, path: Path) -> Value:
        mapping: dict[str, Value] = {}
        while not isinstance(key := self._next(), yaml.MappingEndEvent):
            self._refuse_what_hides(key)
            if not isinstance(key, yaml.ScalarEvent):
                raise _UnreadableError(f"{_line(key)}: a key must be one word.")
            if key.value in mapping:
                self.problems.append(f'{_line(key)}: "{key.value}" is given twice.')
            self.lines[*path, key.value] = _number(key)
            mapping[key.value] = self._value(self._next(), (*path, key.value))
        return mapping

    def _sequence(self, path: Path) -> Value:
        sequence: list[Value] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            here = (*path, len(sequence))
            self.lines[here] = _number(event)
            sequence.append(self._value(event, here))
        return sequence

    def _refuse_what_hides(self, event: yaml.Event) -> None:
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self.problems.append(f"{_line(event)}: anchors and aliases (& and *) are not read. Write it out.")
        if getattr(event, "tag", None):
            self.problems.append(f"{_line(event)}: tags (!) are not read. Leave the tag out.")


def _text(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _UnreadableError(f"Line {line}: this is not UTF-8 text. Save the file as UTF-8.") from error
    if unprintable := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, unprintable.start()) + 1
        raise _UnreadableError(f"Line {line}: there is a character that cannot be printed. Remove it.")
    return text


def _in_words(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f"Line {mark.line + 1 if mark else 1}: this is not readable as YAML: {error.problem}."


def _line(event: yaml.Event) -> str:
    return f"Line {_number(event)}"


def _number(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1
