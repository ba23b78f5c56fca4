"""Reads the definition files of tools and scales, with errors that name the line."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from types import MappingProxyType
from typing import Annotated, Self, TypeVar

import yaml
from pydantic import ValidationError, model_validator
from pydantic_core import ErrorDetails

from auditapp.documents.outline import Outline, Value, read_outline, refusal
from auditapp.domain.definition import Definition, Fault, Path, refuse, repeated, sized
from auditapp.domain.grading import Scale, scale_faults
from auditapp.domain.tools import ToolDefinition

SHIPPED_SCALES = "scales.yaml"
SHIPPED_TOOLS = ("quality-of-practice.yaml", "supervision.yaml")

Model = TypeVar("Model", bound=Definition)

# What stands in a list, and the keys that may name it.
NOUNS = {
    "domains": "domain",
    "questions": "question",
    "descriptors": "descriptor",
    "scales": "scale",
    "grades": "grade",
}
NAMES = ("code", "slug", "value", "grade")

# What pydantic found, by its word for it, in words for the person who wrote the file.
WORDS = MappingProxyType(
    {
        "missing": "is missing",
        "extra_forbidden": "does not belong here",
        "enum": "must be one of {expected}",
        "string_type": "must be text",
        "string_too_short": "must not be empty",
        "string_too_long": "must not be longer than {max_length} characters",
        "bool_parsing": "must be true or false",
        "bool_type": "must be true or false",
        "int_parsing": "must be a whole number",
        "int_parsing_size": "must be a smaller number",
        "int_type": "must be a whole number",
        "greater_than_equal": "must be {ge} or more",
        "less_than_equal": "must be {le} or less",
        "tuple_type": "must be a list",
        "model_type": "must be written as keys with values",
        "value_error": "{error}",
    }
)


class _Scales(Definition):
    """A file of scales."""

    scales: Annotated[tuple[Scale, ...], sized(1, 20)]

    @model_validator(mode="after")
    def _slugs_tell_apart(self) -> Self:
        slugs = ((("scales", at, "slug"), scale.slug) for at, scale in enumerate(self.scales))
        refuse(repeated(slugs, "slug"))
        return self


def read_tool(data: bytes, *, name: str, scales: Mapping[str, Scale]) -> ToolDefinition:
    """The tool in a file that names one of these scales by slug; InvalidFile names every line that is wrong."""
    outline = read_outline(data, name=name)
    tool = _made(ToolDefinition, outline, name)
    if faults := scale_faults(tool, scales):
        raise refusal(name, _problems(outline, faults))
    return tool


def read_scales(data: bytes, *, name: str) -> Mapping[str, Scale]:
    """The scales in a file by slug, in its order; InvalidFile names every line that is wrong."""
    outline = read_outline(data, name=name)
    return MappingProxyType({scale.slug: scale for scale in _made(_Scales, outline, name).scales})


def to_yaml(tool: ToolDefinition) -> str:
    """The definition file of a tool, which reads back as the same tool; comments of an imported file are gone."""
    content = tool.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


@cache
def shipped_scales() -> Mapping[str, Scale]:
    """The scales that ship with the product, by slug."""
    return read_scales(_shipped(SHIPPED_SCALES), name=SHIPPED_SCALES)


@cache
def shipped_tools() -> tuple[ToolDefinition, ...]:
    """The audit tools that ship with the product."""
    return tuple(read_tool(_shipped(name), name=name, scales=shipped_scales()) for name in SHIPPED_TOOLS)


def _shipped(name: str) -> bytes:
    return files("auditapp").joinpath("definitions", name).read_bytes()


def _made(model: type[Model], outline: Outline, name: str) -> Model:
    try:
        return model.model_validate(outline.value)
    except ValidationError as error:
        faults = [fault for found in error.errors(include_url=False) for fault in _faults(found)]
        raise refusal(name, _problems(outline, faults)) from error


def _faults(error: ErrorDetails) -> Iterator[Fault]:
    context = error.get("ctx", {})
    if error["type"] == "faults":
        yield from (Fault((*error["loc"], *fault.path), fault.words) for fault in context["faults"])
    else:
        yield Fault(error["loc"], WORDS.get(error["type"], "is not right").format(**context))


def _problems(outline: Outline, faults: Iterable[Fault]) -> list[str]:
    """A sentence for each fault with its line and place, in the order of the file."""
    placed = sorted((outline.line(fault.path), _place(outline.value, fault.path), fault.words) for fault in faults)
    return [f"Line {line}: {place}: {words}." for line, place, words in placed]


def _place(value: Value, path: Path) -> str:
    """The nearest thing that has a name and the key in it, such as: question 1.2, "kind"."""
    owner, key = "", ""
    for outer, step in pairwise(("", *path)):
        value = _inside(value, step)
        if isinstance(step, str):
            key = f'"{step}"'
        elif outer in NOUNS:
            owner, key = f"{NOUNS[outer]} {_name(value) or f'number {step + 1}'}", ""
    return ", ".join(word for word in (owner, key) if word) or "the file"


def _inside(value: Value, step: str | int) -> Value:
    if isinstance(value, dict) and isinstance(step, str):
        return value.get(step, "")
    return value[step] if isinstance(value, list) and isinstance(step, int) else ""


def _name(value: Value) -> str:
    names = (value.get(key) for key in NAMES) if isinstance(value, dict) else ()
    return next((name for name in names if isinstance(name, str)), "")
