"""Every event that anything records has its sentence, and no sentence is for an event that nothing records."""

import ast
import re
from pathlib import Path

import pytest

from auditapp.domain.trail import Details
from auditapp.domain.trail_sentences import KINDS, NOT_TOLD, UNREADABLE, say_what, say_who

PACKAGE = Path(__file__).resolve().parents[2] / "auditapp"
EVENT = re.compile(r"[a-z_]+\.[a-z_]+")
NAMES = {"p1": "Ada Example", "p2": "Pat Example", "D3": "Assessment"}


def sources(folder: Path) -> dict[Path, ast.Module]:
    return {file: ast.parse(file.read_text()) for file in sorted(folder.rglob("*.py"))}


def recorded_names() -> set[str]:
    """Return every text of a service that is written like an event: some are handed on before they are recorded."""
    return {
        node.value
        for module in sources(PACKAGE / "services").values()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and EVENT.fullmatch(node.value)
    }


def recorded_patterns() -> list[re.Pattern[str]]:
    """Return what the names that a service puts together may be: 'tool.' and a word, or a word and '.added'."""
    return [
        re.compile(
            "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else "[a-z_]+" for part in name.values)
        )
        for module in sources(PACKAGE / "services").values()
        for call in ast.walk(module)
        if isinstance(call, ast.Call) and is_record(call)
        for name in call.args
        if isinstance(name, ast.JoinedStr)
    ]


def is_record(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func) == "trail.record"


def test_every_event_that_is_recorded_has_a_sentence() -> None:
    assert len(recorded_names()) > 10
    assert recorded_names() - KINDS.keys() == set(), "add these to KINDS in auditapp/domain/trail_sentences.py"


def test_every_event_whose_name_is_put_together_has_a_sentence() -> None:
    for pattern in recorded_patterns():
        assert any(pattern.fullmatch(name) for name in KINDS), f"no sentence fits '{pattern.pattern}'"


def test_no_sentence_is_for_an_event_that_nothing_records() -> None:
    patterns = recorded_patterns()
    put_together = {name for name in KINDS if any(pattern.fullmatch(name) for pattern in patterns)}
    assert KINDS.keys() - recorded_names() - put_together == set()


def test_nothing_but_the_services_records() -> None:
    recording = {
        file.relative_to(PACKAGE).parts[0]
        for file, module in sources(PACKAGE).items()
        for call in ast.walk(module)
        if isinstance(call, ast.Call) and is_record(call)
    }
    assert recording == {"services"}


def test_labels_are_each_their_own() -> None:
    labels = [kind.label for kind in KINDS.values()]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_a_sentence_is_one(kind: object) -> None:
    sentence = getattr(kind, "sentence", "")
    assert re.fullmatch(r"[A-Z][^{].*\.", sentence)


@pytest.mark.parametrize(
    ("name", "details", "sentence"),
    [
        ("person.added", {"roles": "qa, administrator"}, "Added Pat Example as Quality assurance team, Administrator."),
        (
            "person.changed",
            {"roles": "", "active": "no"},
            "Changed Pat Example, who is now nothing. Account active: no.",
        ),
        ("person.left", {"roles": "qa", "active": "no"}, "Ended the account of Pat Example."),
        ("person.came_back", {"roles": "qa", "active": "yes"}, "Opened the account of Pat Example again."),
        ("audit.reassigned", {"from": "p1", "to": "p2"}, "Reassigned the audit from Ada Example to Pat Example."),
        ("audit.reassigned", {"from": None, "to": "p2"}, "Reassigned the audit from nobody yet to Pat Example."),
        ("audit.assigned", {"to": "gone"}, "Assigned the audit to somebody whose account is not here."),
        ("audit.written", {"section": "D3"}, "Wrote in section Assessment."),
        ("audit.submitted", {"revision": 2}, "Submitted version 2 of the audit."),
        (
            "case.replaced",
            {"reason": "supervised"},
            "Replaced the case by the next one drawn. Reason: 'I supervised this case'.",
        ),
        (
            "case.replaced",
            {"reason": "qa"},
            "Replaced the case by the next one drawn. The quality assurance team decided so.",
        ),
        (
            "cycle.opened",
            {"month": "2026-12", "audits": 20, "unassigned": 1},
            "Opened December 2026 with 20 audits, 1 of them not yet assigned.",
        ),
        (
            "cycle.opened",
            {"month": "2026-12", "audits": 20, "unassigned": 0},
            "Opened December 2026 with 20 audits.",
        ),
        (
            "upkeep.tidied",
            {"sessions": 0, "links": 42, "counters": 0, "keys": 1200, "files": 0},
            "Removed what can have no effect any more; dead links: 42; keys of forms: 1,200.",
        ),
        (
            "cases.imported",
            {"as_of": "2026-09-30", "children": 1753},
            "Imported the case list of 30 September 2026: 1,753 children.",
        ),
    ],
)
def test_slots_are_filled_with_words(name: str, details: Details, sentence: str) -> None:
    assert say_what(name, subject="p2", details=details, names=NAMES) == sentence


@pytest.mark.parametrize("name", KINDS)
def test_an_event_that_lacks_its_details_is_still_shown(name: str) -> None:
    assert "{" not in say_what(name, subject="p2", details={}, names={})


def test_what_is_missing_is_said_to_be() -> None:
    assert NOT_TOLD in say_what("audit.submitted", subject="a", details={}, names={})
    assert NOT_TOLD in say_what("audit.submitted", subject="a", details={"revision": None}, names={})


def test_a_word_of_no_vocabulary_is_shown_as_it_is() -> None:
    assert "emperor" in say_what("person.added", subject="p2", details={"roles": "emperor"}, names=NAMES)
    assert "2026-99" in say_what("cycle.opened", subject="c", details={"month": "2026-99"}, names=NAMES)


def test_a_sentence_takes_no_slots_from_what_is_told() -> None:
    said = say_what("team.added", subject="t", details={"name": "{subject.__class__}"}, names={})
    assert said == "Added the team {subject.__class__}."


def test_an_event_without_a_sentence_is_shown_too() -> None:
    assert say_what("moon.landed", subject="x", details={}, names={}) == UNREADABLE


@pytest.mark.parametrize(
    ("by", "who"),
    [
        ("p1", "Ada Example"),
        ("command-line", "The command line"),
        ("nobody", "Somebody not signed in"),
        ("gone", "Somebody whose account is not here"),
    ],
)
def test_who_it_was_is_named(by: str, who: str) -> None:
    assert say_who(by, NAMES) == who
