"""What every event of the trail says to a reader: a label for the kind, and a sentence with slots for one of them.

The sentence follows the name of whoever did it: 'Ada Example' - 'Invited Pat Example to choose a password.'
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from auditapp.domain.calendar import Month, Quarter, say_date
from auditapp.domain.errors import Refused
from auditapp.domain.programme_settings import say_beside, settings
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import AbsenceKind, CycleKind, NoticeKind, ProgrammeKind, Refusal, Role
from auditapp.domain.wording import begin

Names = Mapping[str, str]

UNKNOWN = "somebody whose account is not here"
NOBODY_YET = "nobody yet"
NOT_TOLD = "(not recorded)"
UNREADABLE = "Did something that this version has no words for, or the event was altered."

# Who stands in for a person where nobody is signed in.
STANDINS: Names = {"command-line": "the command line", "schedule": "the schedule", "nobody": "somebody not signed in"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event: what a filter calls it, and its sentence. Slots are `subject` and the names of its details."""

    label: str
    sentence: str


KINDS: dict[str, Kind] = {
    "absence.approved": Kind("Absence approved", "Approved for {subject}: {kind}, {starts_on} to {ends_on}."),
    "absence.entered": Kind("Absence entered", "Entered for {subject}: {kind}, {starts_on} to {ends_on}."),
    "absence.refused": Kind("Absence refused", "Refused for {subject}: {kind}, {starts_on} to {ends_on}."),
    "absence.withdrawn": Kind("Absence withdrawn", "Withdrew for {subject}: {kind}, {starts_on} to {ends_on}."),
    "action.removed": Kind("Action taken out", "Took action {number} out."),
    "action.written": Kind("Action written", "Wrote action {number}."),
    "agency.added": Kind("Agency added", "Added the agency {name}."),
    "agency.renamed": Kind("Agency renamed", "Renamed an agency to {name}."),
    "audit.assigned": Kind("Audit assigned", "Assigned the audit to {to}."),
    "audit.escalated": Kind("Audit late, and told", "Told somebody about the audit: {step}."),
    "audit.given_back": Kind("Audit given back", "Gave the audit back, to be given to somebody else. {reason}."),
    "audit.imported": Kind("Earlier result imported", "Imported this audit as an earlier result."),
    "audit.read": Kind("Audit read", "Read the record of the audit."),
    "audit.reassigned": Kind("Audit reassigned", "Reassigned the audit from {from} to {to}."),
    "audit.returned": Kind("Audit returned", "Returned version {revision} of the audit for correction."),
    "audit.submitted": Kind("Audit submitted", "Submitted version {revision} of the audit."),
    "audit.written": Kind("Audit written", "Wrote in section {section}."),
    "audits.handed_on": Kind("Audits reassigned together", "Reassigned open audits of {subject}: {audits}."),
    "audits.imported": Kind("Earlier results imported", "Imported {audits} earlier results of the audit tool {tool}."),
    "audits.moved_back": Kind("Audits moved back together", "Moved audits back to {subject}: {audits}."),
    "calendar.closed": Kind("Calendar address taken back", "Took the address of their own calendar back."),
    "calendar.opened": Kind("Calendar address made", "Made an address for their own calendar."),
    "case.replaced": Kind("Case replaced", "Replaced the case by the next one drawn. {reason}."),
    "cases.put_back": Kind(
        "Case list put back in force",
        "Imported the case list of {as_of} again, over another one of that day.",
    ),
    "cases.imported": Kind("Case list imported", "Imported the case list of {as_of}: {children} children."),
    "concern.acknowledged": Kind("Concern acknowledged", "Acknowledged an immediate concern."),
    "concern.escalated": Kind("Concern waits, and told", "Told somebody about a concern: {step}."),
    "concern.raised": Kind("Concern raised", "Raised an immediate concern."),
    "cycle.opened": Kind("Month opened", "Opened {month} with {audits} audits{unassigned}."),
    "findings.recounted": Kind("Findings recounted", "Counted every submitted audit anew and put the counts right."),
    "findings.shown": Kind("Findings shown", "Showed the findings of {quarter} to the Board."),
    "findings.withdrawn": Kind("Findings withdrawn", "Withdrew the findings of {quarter} from the Board."),
    "link.asked": Kind("Link asked for", "Asked for a one-time link for {subject}, which was put into the post."),
    "link.sent": Kind("Link sent", "Had a one-time link sent to {subject}."),
    "message.resent": Kind("Message sent again", "Had a message to {to} sent again."),
    "message.withdrawn": Kind("Message not sent", "Decided that a message to {to} is not to be sent."),
    "password.changed": Kind("Password changed", "Changed their own password."),
    "password.chosen": Kind("Password chosen", "Chose a password with a one-time link."),
    "people.imported": Kind("People imported", "Imported a list of people: {added} added, {changed} changed."),
    "person.added": Kind("Person added", "Added {subject} as {roles}."),
    "person.changed": Kind("Person changed", "Changed {subject}, who is now {roles}. Account active: {active}."),
    "person.came_back": Kind("Account opened again", "Opened the account of {subject} again."),
    "person.invited": Kind("Person invited", "Made a one-time link for {subject}."),
    "person.left": Kind("Account ended", "Ended the account of {subject}."),
    "person.signed_in": Kind("Signed in", "Signed in."),
    "person.signed_out": Kind("Signed out", "Signed out."),
    "post.chosen": Kind("Post chosen", "Chose to be written to at {hour}. Reminders in it: {reminders}."),
    "programme.added": Kind("Programme: planned", "Planned for the programme: {kind}, {day}."),
    "programme.approved": Kind(
        "Programme: approved",
        "Recorded that {board} approved the programme of {year} on {day}: {audits} audits a month; minute {minute}.",
    ),
    "programme.cancelled": Kind("Programme: cancelled", "Cancelled in the programme: {kind}, {day}{later}."),
    "programme.changed": Kind("Programme: changed", "Changed in the programme: {kind}, {day}."),
    "programme.copied": Kind("Programme: copied", "Copied {entries} entries of the year before into {year}."),
    "programme.done": Kind("Programme: done", "Marked as done in the programme: {kind}, {day}."),
    "programme.moved": Kind("Programme: moved", "Moved in the programme: {kind}, {day_before}, to {day}{later}."),
    "programme.reopened": Kind("Programme: planned again", "Planned again for the programme: {kind}, {day}."),
    "programme.step_done": Kind(
        "Programme: step done", "Marked the step ‘{stage}’ as done in the programme: {kind}, {day}."
    ),
    "programme.step_undone": Kind(
        "Programme: step open again", "Took back that the step ‘{stage}’ is done in the programme: {kind}, {day}."
    ),
    "programme.started": Kind("Programme: begun", "Began the programme of {year} with {entries} entries."),
    "quota.changed": Kind(
        "Quota changed", "Changed the quota from {before} to {after} audits a month, from {month} on."
    ),
    "quota.counted": Kind(
        "What counts to the average changed",
        "Changed what counts to the average beside Quality of Practice audits from {counted} to {counts}, from {month} "
        "on.",
    ),
    "service.added": Kind("Service added", "Added the service {name}."),
    "service.renamed": Kind("Service renamed", "Renamed a service to {name}."),
    "setting.changed": Kind("Setting changed", "Changed the setting ‘{setting}’ from {before} to {after}."),
    "sign_in.throttled": Kind("Sign-in refused", "Was refused after too many attempts to sign in to one account."),
    "supervision.dive_started": Kind(
        "Deep dive into supervision started",
        "Started the deep dive into supervision of {month} with {audits} files{unassigned}.",
    ),
    "supervision.opened": Kind(
        "Supervision audits opened", "Opened the supervision audits of {month} with {audits} files{unassigned}."
    ),
    "supervision.picked": Kind(
        "Supervision file picked", "Had the supervision file of the worker audited because of what was found here."
    ),
    "team.added": Kind("Team added", "Added the team {name}."),
    "team.mapped": Kind("Team of the lists matched", "Matched a team of the case lists to the team {team}."),
    "team.moved": Kind("Team moved", "Moved a team to the service {service}."),
    "team.renamed": Kind("Team renamed", "Renamed a team to {name}."),
    "team.unmapped": Kind("Team of the lists unmatched", "Took back which team a team of the case lists is."),
    "theme.started": Kind("Thematic audit started", "Started the theme {theme} with {audits} audits{unassigned}."),
    "tool.imported": Kind("Audit tool imported", "Stored version {version} of the audit tool {tool} as a draft."),
    "tool.published": Kind("Audit tool published", "Published version {version} of the audit tool {tool}."),
    "tool.retired": Kind("Audit tool retired", "Retired version {version} of the audit tool {tool}."),
    "upkeep.tidied": Kind(
        "Tidied up", "Removed what can have no effect any more{sessions}{links}{counters}{keys}{files}."
    ),
    "worker.mapped": Kind("Worker of the lists matched", "Matched a worker of the case lists to {to}."),
    "worker.unmapped": Kind("Worker of the lists unmatched", "Took back who a worker of the case lists is."),
}

# The slots that hold a person's opaque identifier.
PEOPLE = frozenset({"subject", "from", "to"})

# Slots that add to the end of a sentence, left out where there is nothing to count.
ENDINGS: Mapping[str, str] = {
    "unassigned": ", {} of them not yet assigned",
    "later": ", with later ones of its series: {}",
    "sessions": "; ended sign-ins: {}",
    "links": "; dead links: {}",
    "counters": "; counts of failed sign-ins: {}",
    "keys": "; keys of forms: {}",
    "files": "; files that waited: {}",
}


def say_who(by: str, names: Names) -> str:
    """Return the name that somebody has now, or who stands in for a person, with a capital."""
    return begin(say_person(by, names))


def say_person(identifier: str | int | None, names: Names) -> str:
    """Return the name behind an opaque identifier, for the middle of a sentence."""
    if identifier is None:
        return NOBODY_YET
    known = str(identifier)
    return names.get(known) or STANDINS.get(known, UNKNOWN)


def say_what(name: str, *, subject: str, details: Details, names: Names) -> str:
    """Return the sentence of one event. `names` gives words for identifiers and codes that the event holds."""
    if name not in KINDS:
        return UNREADABLE
    told: dict[str, str | int | None] = {"subject": subject, **details}
    return KINDS[name].sentence.format_map(_Slots({slot: _say(slot, held, names) for slot, held in told.items()}))


class _Slots(dict[str, str]):
    """An older event may lack what its sentence names today: it is still shown."""

    def __missing__(self, slot: str) -> str:
        return "" if slot in ENDINGS else NOT_TOLD


def _say(slot: str, held: str | int | None, names: Names) -> str:
    if slot in PEOPLE:
        return say_person(held, names)
    if held is None:
        return NOT_TOLD
    if isinstance(held, int):
        return _say_number(slot, held)
    try:
        return WORDS[slot](str(held)) if slot in WORDS else names.get(str(held), str(held))
    except (ValueError, Refused):
        return str(held)  # a word of another time, or one that somebody altered: the check of the chain says which


def _say_number(slot: str, held: int) -> str:
    if slot in ENDINGS:
        return ENDINGS[slot].format(f"{held:,}") if held else ""
    return f"{held:,}"


def _say_day(held: str) -> str:
    return say_date(date.fromisoformat(held))


def _say_roles(held: str) -> str:
    return ", ".join(Role.of(role).label for role in held.split(", ") if role) or "nothing"


def _say_month(held: str) -> str:
    return Month.parse(held).label


def _say_quarter(held: str) -> str:
    return Quarter.parse(held).label


def _say_reason(held: str) -> str:
    return "The quality assurance team decided so" if held == "qa" else f"Reason: '{Refusal.of(held).label}'"


def _say_step(held: str) -> str:
    label = NoticeKind.of(held).label
    return label[0].lower() + label[1:]


def _say_kind(held: str) -> str:
    """Say what kind of thing an event is about: of the programme, or of an absence."""
    if held in list(AbsenceKind):
        return AbsenceKind.of(held).label.lower()
    return ProgrammeKind.of(held).label


def _say_counted(held: str) -> str:
    return say_beside([CycleKind.of(kind) for kind in held.split(", ") if kind])


def _say_setting(held: str) -> str:
    return next((about.label for name, about in settings() if name == held), held)


WORDS: dict[str, Callable[[str], str]] = {
    "as_of": _say_day,
    "starts_on": _say_day,
    "ends_on": _say_day,
    "day": _say_day,
    "counted": _say_counted,
    "counts": _say_counted,
    "day_before": _say_day,
    "kind": _say_kind,
    "roles": _say_roles,
    "month": _say_month,
    "quarter": _say_quarter,
    "reason": _say_reason,
    "setting": _say_setting,
    "step": _say_step,
}
