"""Writing in an audit: every answer is stored on its own, as it is given, and judged after it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Select, bindparam, select, update
from sqlalchemy.orm import Session

from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.items import Answer, Item, check_answer
from auditapp.domain.permissions import Viewer
from auditapp.domain.vocabulary import AuditState, CaseType
from auditapp.domain.workflow import check_write
from auditapp.persistence import trail
from auditapp.persistence.answers import StoredAnswer, begin_sitting, store, stored_answers
from auditapp.persistence.audits import Audit
from auditapp.persistence.scope import visible_audits
from auditapp.persistence.tools import ScaleVersion, ToolVersion, form_of

# A text far over the limit of an answer is kept all the same until its writer has shortened it.
MOST_KEPT = 200_000
CUT = (
    f" Its first {MOST_KEPT:,} characters are stored. The rest is on this page alone: shorten it here, or copy it "
    "before you leave."
)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into one item: as it came, and the version it is based on (0: nothing was there)."""

    value: str
    text: str
    base: int


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of saving: new versions, what is wrong with what was stored, and what somebody saved meanwhile."""

    versions: Mapping[str, int] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)
    conflicts: Mapping[str, StoredAnswer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WritingAudit:
    """What saving needs to know of an audit, read in one statement: no more than a row."""

    id: int
    public_id: str
    state: AuditState
    auditor_id: int | None
    case_type: CaseType | None
    tool_definition: str
    scale_definition: str

    @property
    def form(self) -> Mapping[str, Item]:
        """The items of the form by code."""
        return form_of(self.tool_definition, self.scale_definition, self.case_type)


def audit_to_write(session: Session, public_id: str, *, by: Viewer) -> WritingAudit:
    """Return an audit that a person may write in, and hold it: while it is saved nobody submits it or hands it on."""
    row = session.connection().execute(_held_for(by), {"audit": public_id}).one_or_none()
    if row is None:
        raise NotFound
    audit = WritingAudit(*row)
    check_write(audit, by)
    return audit


@lru_cache(maxsize=500)
def _held_for(viewer: Viewer) -> Select[int, str, AuditState, int | None, CaseType | None, str, str]:
    """Return what holds an audit for a person: made once for those who are writing now, and run with every answer."""
    # Not FOR SHARE: the first answer begins its audit, and two who share the row would wait for each other to do it.
    return (
        select(
            Audit.id,
            Audit.public_id,
            Audit.state,
            Audit.auditor_id,
            Audit.case_type,
            ToolVersion.definition,
            ScaleVersion.definition,
        )
        .join(Audit.tool_version)
        .join(Audit.scale_version)
        .where(Audit.public_id == bindparam("audit"), visible_audits(viewer))
        .with_for_update(of=Audit)
    )


def save(
    session: Session, audit: WritingAudit, *, typed: Mapping[str, Typed], sitting: str, by: Viewer, at: datetime
) -> Saved:
    """Store what was typed, whole or not; then say what is wrong with it, and what could not be stored and why."""
    form = audit.form
    unknown = typed.keys() - form.keys()
    if unknown:
        raise Refused("This form asks other questions by now. Reload the page: what was saved is there.")
    judged = {code: _judge(form[code], entry) for code, entry in typed.items()}
    answers = {code: (answer, typed[code].base) for code, (answer, _) in judged.items()}
    versions = store(session, audit.id, answers=answers, sitting=sitting, by_id=by.person_id, at=at)
    missed = typed.keys() - versions.keys()
    if versions:
        _note(session, audit, form[next(iter(versions))].section, sitting=sitting, by=by, at=at)
    return Saved(
        versions=versions,
        problems={code: problem for code, (_, problem) in judged.items() if problem},
        conflicts=stored_answers(session, audit.id, items=missed) if missed else {},
    )


def problem_of(item: Item, answer: Answer) -> str:
    """Return what is wrong with an answer that is stored, or nothing: it was kept as it was typed."""
    is_unread = item.takes_value and not item.takes_text and answer.value is None
    try:
        check_answer(
            item,
            value=answer.text if is_unread else answer.value,
            text=answer.text if item.takes_text else "",
        )
    except Refused as problem:
        return problem.message
    return ""


def _judge(item: Item, entry: Typed) -> tuple[Answer, str]:
    """Return what to store of an entry, and what is wrong with it: a wrong value is kept as words beside no value.

    Of a text beyond all measure its beginning is kept, and the problem says so: the rest is on its writer's page.
    """
    try:
        return check_answer(item, value=entry.value or None, text=entry.text), ""
    except Refused as problem:
        chosen = entry.value if entry.value in dict(item.choices) else None
        words = _storable("\n".join(part for part in ("" if chosen else entry.value, entry.text) if part))
        return Answer(chosen, words[:MOST_KEPT]), problem.message + (CUT if len(words) > MOST_KEPT else "")


def _storable(text: str) -> str:
    """Replace what no database holds: NUL, and halves of characters."""
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _note(session: Session, audit: WritingAudit, section: str, *, sitting: str, by: Viewer, at: datetime) -> None:
    """Write one event for a section and sitting, however often it is saved; begin the audit with its first answer."""
    if not begin_sitting(session, audit.id, section=section, sitting=sitting, at=at):
        return
    if audit.state is AuditState.ASSIGNED:
        begun = update(Audit).where(Audit.id == audit.id, Audit.state == AuditState.ASSIGNED)
        session.execute(
            begun.values(state=AuditState.BEGUN, begun_at=at, version=Audit.version + 1),
            execution_options={"synchronize_session": False},
        )
    trail.record(
        session,
        "audit.written",
        by=by.public_id,
        at=at,
        subject=audit.public_id,
        chain=trail.audit_chain(audit.public_id),
        details={"section": section},
    )
