"""The samples of every address that has arguments: one's own object, somebody else's, and one that is not there.

A page that comes gets a line in `RULES`, and where its address has arguments also its samples here: a test names the
page that has none.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import Role
from auditapp.web.rules import EVERYBODY, RULES
from tests.web.world import World

NOWHERE = "nothing2here4567"
DAY = (("day", "18"), ("month", "1"), ("year", "2027"))
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Sample:
    """One object of an address: whose it is, who gets to it, and what GET answers them. To all others it is not there.

    `sent` is a form that its page would send, where one is wanted.
    """

    what: str
    arguments: Mapping[str, object]
    opens: frozenset[Role]
    status: int = 200
    sent: Mapping[str, object] = field(default_factory=dict)


NOBODY: frozenset[Role] = frozenset()
# Asked for nothing, these lead to the page where one chooses.
LEADS_ON = {"cycles.open_one": 303, "supervision.open_one": 303}
AUDITOR = frozenset({Role.AUDITOR})
QA = frozenset({Role.QA})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
# Of the people of factories.py: the head of service is for safeguarding, the assistant director for looked-after.
READ_OWN = frozenset({Role.AUDITOR, Role.QA, Role.HEAD_OF_SERVICE, Role.DIRECTOR, Role.PRACTITIONER})
READ_OTHER = frozenset({Role.QA, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR})


def samples(world: World) -> dict[str, tuple[Sample, ...]]:
    """Return the samples of every address that has arguments."""
    return {
        "accounts.invitation": _of("secret", {"open": "secret"}, world, opens=frozenset(Role)),
        **_of_audits(world),
        **_of_findings(),
        **_of_months(world),
        **_of_programme(world),
        **_of_themes(world),
        **_of_case_lists(world),
        **_of_people(world),
        **_of_post(world),
        "calendars.read": _of("secret", {"open": "calendar"}, world, opens=frozenset(Role)),
        **_of_absences(world),
    }


def _of_audits(world: World) -> dict[str, tuple[Sample, ...]]:
    written = _audits(world, {"own": "open_own"}, opens=AUDITOR)
    unseen = _audits(world, {"other": "open_other", "other's record": "read_other"}, opens=NOBODY)
    writing = (*written, *unseen)
    reading = (
        *_audits(world, {"own": "read_own"}, opens=READ_OWN),
        *_audits(world, {"other": "read_other"}, opens=READ_OTHER),
        *_audits(world, {"not submitted": "open_own", "nor this": "open_other"}, opens=NOBODY),
    )
    planned = {"action": "See", "success_measure": "Seen", "owner": "Manager", "due_on-day": "2", "due_on-month": "12"}
    raised = {"what": "Not seen", "told_whom": "Manager", "told_how": "By telephone", "told_time": "08:15"}
    raised |= {"told_on-day": "14", "told_on-month": "10", "told_on-year": "2026"}
    return {
        "audits.audit": (*writing, *_audits(world, {"submitted": "read_own"}, opens=AUDITOR, status=303)),
        "audits.section": _with(
            writing,
            section="D1",
            sent={"sitting": "a-sitting-of-tests", "base-D1.grade": "0", "value-D1.grade": "good"},
        ),
        "audits.save_answer": _with(
            writing, sent={"item": "D1.grade", "value": "good", "text": "", "base": 0, "sitting": "a-sitting"}
        ),
        "audits.refuse": (
            *_audits(world, {"own": "drawn_own"}, opens=AUDITOR, sent={"refusal": "supervised"}),
            *_audits(world, {"other": "drawn_other"}, opens=NOBODY),
        ),
        "actions.actions": writing,
        "actions.add": _with(writing, sent={**planned, "due_on-year": "2026"}),
        "actions.change": _with(writing, number=1, sent={**planned, "due_on-year": "2026"}),
        "actions.remove": _with(writing, number=1),
        "concerns.raise_one": _with(writing, sent=raised),
        "concerns.acknowledge": (
            *_of("public_id", {"own": "concern_own"}, world, opens=READ_OWN - {Role.AUDITOR, Role.PRACTITIONER}),
            *_of("public_id", {"other": "concern_other"}, world, opens=READ_OWN - {Role.AUDITOR, Role.PRACTITIONER}),
        ),
        "records.check": _with(writing, sent={"declared": "y"}),
        "records.record": reading,
        "records.paper": reading,
        "records.history": (
            *_audits(world, {"own": "read_own"}, opens=READ_OWN),
            *_audits(world, {"other": "read_other"}, opens=READ_OTHER),
            *_audits(world, {"not submitted": "open_own"}, opens=AUDITOR | QA),
            *_audits(world, {"nor this": "open_other"}, opens=QA),
        ),
        "records.send_back": _audits(
            world, {"own": "read_own", "other": "read_other"}, opens=QA, sent={"reason": "Look again."}
        ),
    }


def _of_findings() -> dict[str, tuple[Sample, ...]]:
    readers = RULES["findings.quarter"]
    quarter = _plain({"a quarter": {"quarter": "2026-07"}}, opens=readers)
    position = _plain({"a tool": {"tool": QOP}}, opens=readers)
    shown = (
        *_plain({"shown": {"quarter": "2026-07"}}, opens=RULES["board.report"]),
        *_plain({"not shown": {"quarter": "2026-04"}}, opens=NOBODY),
    )
    return {
        "findings.quarter": quarter,
        "findings.paper": _with(quarter, kind="csv"),
        "findings.board": _plain({"a quarter": {"quarter": "2026-07"}}, opens=QA),
        "findings.withdraw": _plain({"a quarter": {"quarter": "2026-07"}}, opens=QA),
        "findings.again": _plain({"not withdrawn": {"quarter": "2026-07"}}, opens=QA, status=409),
        "findings.position": position,
        "findings.position_paper": _with(position, kind="csv"),
        "board.report": shown,
        "board.paper": _with(shown, kind="csv"),
    }


def _of_months(world: World) -> dict[str, tuple[Sample, ...]]:
    months = _of("public_id", {"a month": "month"}, world, opens=QA)
    tools = _of("public_id", {"a tool": "tool"}, world, opens=QA)
    drawn = {"own": "drawn_own", "other": "drawn_other"}
    return {
        "cycles.cycle": months,
        "cycles.draw": months,
        "cycles.replace": _audits(world, drawn, opens=QA, sent={"reason": "Moved away."}),
        "cycles.reassign": _audits(world, drawn, opens=QA, sent={"to": world.known["somebody"]}),
        "tools.tool": tools,
        "tools.definition": tools,
        "tools.publish": tools,
        "tools.retire": tools,
    }


def _of_absences(world: World) -> dict[str, tuple[Sample, ...]]:
    readers = frozenset({Role.QA, Role.HEAD_OF_SERVICE, Role.DIRECTOR})
    own = _of("public_id", {"own": "absence_own"}, world, opens=readers | AUDITOR)
    other = _of("public_id", {"other": "absence_other"}, world, opens=readers)
    shown = {"chosen": "yes", "audit": world.known["held_other"].split(), "seen": world.known["seen_other"]}
    return {
        "absences.absence": (*own, *other),
        "absences.approve": (*own, *other),
        "absences.refuse": _with((*own, *other), sent={"reason": "Too many are away."}),
        "absences.withdraw": (*own, *other),
        "handovers.absence": (
            *_of("public_id", {"approved": "absence_other"}, world, opens=QA, sent=shown),
            *_of("public_id", {"not approved": "absence_own"}, world, opens=QA, status=409),
        ),
        "handovers.person": _of("public_id", {"a person": "somebody"}, world, opens=QA, sent=shown),
        "handovers.handover": _of(
            "public_id", {"done": "handover"}, world, opens=QA, sent={"seen": world.known["seen_back"]}
        ),
    }


def _of_programme(world: World) -> dict[str, tuple[Sample, ...]]:
    readers = RULES["programme.year"]
    years = {"a year": {"starts_in": "2026"}}
    read = (*_plain(years, opens=readers), *_plain({"none": {"starts_in": "1066"}}, opens=NOBODY))
    planning = (*_plain(years, opens=QA), *_plain({"none": {"starts_in": "2099"}}, opens=NOBODY))
    copying = (*_plain({"a year": {"starts_in": "2027"}}, opens=QA), *planning[1:])
    planned = _of("public_id", {"an entry": "entry", "a done one": "finished"}, world, opens=QA)
    entry = _of("public_id", {"an entry": "entry"}, world, opens=QA)
    finished = _of("public_id", {"a done one": "finished"}, world, opens=QA)
    rounds = _of("public_id", {"a round": "round"}, world, opens=QA)
    theme = {"version": "1", "title": "Bruises", "practice_area": "Health", "key_lines": "Who saw it?", "size": "4"}
    theme |= {"tool": "", "note": "None", "chosen": world.people[Role.AUDITOR].public_id, "strata": "LAC"}
    theme |= {f"{name}-{part}": value for name in ("starts_on", "ends_on", "report_due_on") for part, value in DAY}
    approval = {"version": "0", "board": "Improvement Board", "minute": "26/14", "audits_a_month": "20"}
    approval |= {f"approved_on-{part}": value for part, value in (("day", "1"), ("month", "4"), ("year", "2026"))}
    return {
        "programme.year": read,
        "programme.calendar": read,
        "programme.begin": _with(planning, sent={"seen": world.known["begun"]}),
        "programme.copy": _with(copying, sent={"seen": world.known["copied"]}),
        "programme.approval": _with(planning, sent=approval),
        "programme.entries.choose": planning,
        "programme.entries.add": (
            *_with(planning, kind="thematic", sent=theme),
            *_with(_plain({"no kind": {"starts_in": "2026"}}, opens=NOBODY), kind="holiday"),
        ),
        "programme.entries.entry": tuple(
            replace(sample, opens=readers) if sample.opens else sample for sample in planned
        ),
        "programme.entries.change": _with(entry, sent=theme),
        "programme.entries.move": _with(
            entry, sent={"to": "2027-01-12", "which": "alone", "seen": world.known["moved"]}
        ),
        "programme.entries.cancel": _with(entry, sent={"version": "1", "reason": "Overtaken."}),
        "programme.entries.finish": entry,
        "programme.entries.reopen": finished,
        "programme.entries.repeat": entry,
        "programme.steps.tick": _with(rounds, number=1),
        "programme.steps.untick": _with(rounds, number=2),
    }


def _of_themes(world: World) -> dict[str, tuple[Sample, ...]]:
    followed = _of("public_id", {"a theme": "theme"}, world, opens=QA)
    read = _of("public_id", {"a theme": "theme"}, world, opens=RULES["themes.findings"])
    plans = (
        *_of("public_id", {"own": "plan_own"}, world, opens=QA, sent={"shown": world.known["plan_shown"]}),
        *_of("public_id", {"other": "plan_other"}, world, opens=NOBODY),
    )
    files = _of("public_id", {"a month": "files"}, world, opens=QA)
    return {
        "themes.theme": followed,
        "themes.draw": followed,
        "themes.actions": read,
        "themes.findings": read,
        "themes.paper": _with(read, kind="csv"),
        "themes.begin": (
            *_of("public_id", {"planned": "theme_planned"}, world, opens=QA, sent={"how": "drawn"}),
            *_of("public_id", {"started": "theme_begun"}, world, opens=QA, status=303),
            *_of("public_id", {"done": "finished"}, world, opens=QA, status=409),
        ),
        "themes.preview": plans,
        "themes.start": plans,
        "themes.discard": plans,
        "supervision.cycle": files,
        "supervision.draw": files,
        "supervision.pick": _audits(world, {"weak oversight": "read_own"}, opens=QA),
    }


def _of_case_lists(world: World) -> dict[str, tuple[Sample, ...]]:
    waiting = (
        *_of("public_id", {"own": "cases_own"}, world, opens=QA),
        *_of("public_id", {"other": "cases_other"}, world, opens=NOBODY),
    )
    return {
        "cases.case_list": _of("public_id", {"a list": "case_list"}, world, opens=QA),
        "cases.preview": waiting,
        "cases.accept": waiting,
        "cases.discard": waiting,
    }


def _of_people(world: World) -> dict[str, tuple[Sample, ...]]:
    people = _of("public_id", {"a person": "somebody"}, world, opens=ADMINISTRATOR)
    lists = (
        *_of("public_id", {"own": "list_own"}, world, opens=ADMINISTRATOR),
        *_of("public_id", {"other": "list_other"}, world, opens=NOBODY),
    )
    places = [{"kind": kind, "public_id": world.known[kind]} for kind in ("team", "service", "agency")]
    return {
        "people.person": _with(people, sent={"role": "qa", "place": ""}),
        "people.take_role": people,
        "people.change": _with(people, sent={"name": "Otto", "email": "otto@example.org", "working_time": "0.5"}),
        "people.leave": people,
        "people.come_back": people,
        "people.invite": people,
        "people.people_import.preview": lists,
        "people.people_import.refuse": lists,
        "people.teams.add": _plain(
            {kind: {"kind": kind} for kind in ("team", "service", "agency")}, opens=ADMINISTRATOR
        ),
        "people.teams.change": _plain({place["kind"]: place for place in places}, opens=ADMINISTRATOR),
    }


def _of_post(world: World) -> dict[str, tuple[Sample, ...]]:
    messages = _of("public_id", {"a message": "message"}, world, opens=ADMINISTRATOR)
    return dict.fromkeys(("outbox.message", "outbox.send_again", "outbox.withdraw"), messages)


def _audits(
    world: World,
    named: Mapping[str, str],
    *,
    opens: frozenset[Role],
    status: int = 200,
    sent: Mapping[str, object] = NOTHING,
) -> tuple[Sample, ...]:
    return _of("public_id", named, world, opens=opens, status=status, sent=sent)


def _of(
    argument: str,
    named: Mapping[str, str],
    world: World,
    *,
    opens: frozenset[Role],
    status: int = 200,
    sent: Mapping[str, object] = NOTHING,
) -> tuple[Sample, ...]:
    """Return samples of objects that the world knows by name, and one of an object that is not there."""
    there = {what: {argument: world.known[name]} for what, name in named.items()}
    return (
        *_plain(there, opens=opens, status=status, sent=sent),
        *_plain({"nothing": {argument: NOWHERE}}, opens=NOBODY),
    )


def _plain(
    there: Mapping[str, Mapping[str, str]],
    *,
    opens: frozenset[Role],
    status: int = 200,
    sent: Mapping[str, object] = NOTHING,
) -> tuple[Sample, ...]:
    return tuple(Sample(what, arguments, opens, status, sent) for what, arguments in there.items())


def _with(known: Iterable[Sample], *, sent: Mapping[str, object] = NOTHING, **arguments: object) -> tuple[Sample, ...]:
    """Return samples with one more argument, or with the form that their page sends."""
    return tuple(replace(sample, arguments={**sample.arguments, **arguments}, sent=sent) for sample in known)


def sample_of_a_list(endpoint: str) -> Sample:
    """Return the only sample of an address without arguments: it is there for everybody whom the rules let in."""
    rule = RULES[endpoint]
    status = LEADS_ON.get(endpoint, 200)
    return Sample("the page", {}, frozenset(Role) if rule is EVERYBODY else rule, status)
