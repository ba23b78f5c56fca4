"""Every use case that changes something is tried with each of its statements failing: none is forgotten."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "auditapp/services"
TRIES = "every_statement_fails"

# These change nothing.
READ = {
    "board_findings",
    "checkpoint",
    "find_pending",
    "is_to_be_told",
    "read_results",
    "sample",
    "waiting_case_list",
    "waiting_link",
    "waiting_people",
}
# These are steps of use cases that are tried, and are called by nothing else; the last two are one statement each.
STEPS = {
    "announce",
    "give_to",
    "draw_cases",
    "hand_out",
    "keep_draw",
    "keep_pending",
    "keep_record",
    "new_audit",
    "revoke_sessions",
    "end_session",
    "note_seen",
}


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


def functions() -> Iterator[tuple[str, set[str]]]:
    """Yield every function of the tests with the names that it mentions."""
    for path in (ROOT / "tests").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                yield (
                    node.name,
                    {
                        getattr(part, "id", getattr(part, "attr", ""))
                        for part in ast.walk(node)
                        if isinstance(part, ast.Name | ast.Attribute)
                    },
                )


def test_every_use_case_fails_at_every_statement_somewhere() -> None:
    mentions = list(functions())
    named = {name for _, names in mentions if TRIES in names for name in names}
    # What a test tries may stand in a function of its own beside it.
    tried = named | {name for function, names in mentions if function in named for name in names}
    assert use_cases() - tried == (READ | STEPS) - tried
    assert use_cases() >= READ | STEPS, "a name in the tables above is no use case any more"
