"""Every use case that changes something is tried with each of its statements failing: none is forgotten."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "auditapp/services"
TRIES = "every_statement_fails"

# These change nothing.
READ = {
    "board_findings",
    "checkpoint",
    "entries",
    "find_pending",
    "is_to_be_told",
    "open_invitation",
    "preview",
    "preview_dive",
    "preview_month",
    "preview_supervision",
    "preview_theme",
    "read_results",
    "sample",
    "sample_files",
    "why_not_again",
    "waiting_case_list",
    "waiting_link",
    "waiting_people",
    "waiting_theme",
    "waits",
    "was_just_made",
}
# These are steps of use cases that are tried, and are called by nothing else; the last two are one statement each.
STEPS = {
    "claim_files",
    "draw_files",
    "announce",
    "give_to",
    "draw_cases",
    "hand_out",
    "keep_draw",
    "keep_pending",
    "keep_record",
    "new_audit",
    "revoke_sessions",
    "tell_asked",
    "tell_deciders",
    "end_session",
    "note_seen",
}

Functions = dict[str, list[ast.AST]]


def use_cases() -> set[str]:
    """Return the verbs of the services: public functions that take a session and a moment."""
    return {
        function.name
        for path in SERVICES.glob("*.py")
        for function in ast.parse(path.read_text()).body
        if isinstance(function, ast.FunctionDef)
        and not function.name.startswith("_")
        and {"session", "at"} <= {argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)}
    }


def tried_in(text: str) -> set[str]:
    """Return the names that stand in what a module gives to `every_statement_fails`, and in the functions it names.

    Whatever else a test does, to set up or to look afterwards, is tried by nothing.
    """
    module = ast.parse(text)
    own: Functions = {}
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and not _is_fixture(node):
            own.setdefault(node.name, []).append(node)
        if isinstance(node, ast.Assign) and _is_function(node.value):
            for target in node.targets:
                own.setdefault(getattr(target, "id", ""), []).append(node.value)
    return {name for given in _given(module) for name in _names(given, own, seen=set())}


def _is_fixture(function: ast.FunctionDef) -> bool:
    """Say whether a name stands for what a function made before the test, and not for the function."""
    return any("fixture" in ast.unparse(decorator) for decorator in function.decorator_list)


def _is_function(value: ast.expr) -> bool:
    return isinstance(value, ast.Lambda) or (isinstance(value, ast.Call) and "partial" in ast.unparse(value.func))


def _given(module: ast.Module) -> Iterator[ast.AST]:
    """Yield the use case of every call: the argument after the database."""
    for call in ast.walk(module):
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) == TRIES:
            yield from call.args[1:2]
            yield from (keyword.value for keyword in call.keywords if keyword.arg == "use_case")


def _names(node: ast.AST, own: Functions, *, seen: set[str]) -> Iterator[str]:
    """Yield the names called or handed on in a piece of code, and in the module's own functions that it names."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name | ast.Attribute):
            name = part.id if isinstance(part, ast.Name) else part.attr
            yield name
            if name in own and name not in seen and isinstance(part, ast.Name):
                seen.add(name)
                for function in own[name]:
                    yield from _names(function, own, seen=seen)


ALONE = "def test():\n every_statement_fails(database, lambda session: audits.submit(session))"
PARTIAL = "def test():\n every_statement_fails(database, partial(audits.submit, at=at))"
LOCAL = "def test():\n def work(session):\n  audits.submit(session)\n every_statement_fails(database, work)"
SET_UP = "def test():\n x = audits.submit(session)\n every_statement_fails(database, lambda session: y(session, x))"
BESIDE = "def work(session):\n audits.submit(session)\ndef test():\n every_statement_fails(database, lambda s: work(s))"
OTHER = "def other(session):\n audits.submit(session)\ndef test():\n other()\n every_statement_fails(database, x)"
FIXTURE = (
    "@fixture\ndef mine():\n audits.submit(session)\ndef test(mine):\n every_statement_fails(d, lambda s: f(s, mine))"
)


@pytest.mark.parametrize(
    ("text", "tried"),
    [
        (ALONE, True),
        (PARTIAL, True),
        (LOCAL, True),
        (BESIDE, True),
        (SET_UP, False),
        (OTHER, False),
        (FIXTURE, False),
    ],
)
def test_only_what_is_handed_over_counts(text: str, tried: bool) -> None:
    assert ("submit" in tried_in(text)) is tried


def test_every_use_case_fails_at_every_statement_somewhere() -> None:
    tried = {name for path in (ROOT / "tests").rglob("*.py") for name in tried_in(path.read_text())}
    assert use_cases() - tried == (READ | STEPS) - tried
    assert use_cases() >= READ | STEPS, "a name in the tables above is no use case any more"
