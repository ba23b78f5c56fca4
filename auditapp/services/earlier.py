"""Earlier results out of a spreadsheet: audits from before the product, stored as submitted on their day."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.documents.spreadsheets import read_spreadsheet
from auditapp.domain.calendar import LONDON, london_day
from auditapp.domain.completeness import domain_grades
from auditapp.domain.earlier import EarlierAudit, EarlierResults, understand_earlier
from auditapp.domain.errors import InvalidFile
from auditapp.domain.grading import indicative_grade
from auditapp.domain.items import OVERALL_GRADE, Answer
from auditapp.domain.permissions import Viewer, check_runs_programme
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import AuditState, CycleKind
from auditapp.persistence import rollup, trail
from auditapp.persistence.audits import Audit, AuditAnswer
from auditapp.persistence.cases import Case, ListTeam
from auditapp.persistence.cycles import Cycle
from auditapp.persistence.queries.findings import submitted_audits
from auditapp.persistence.tools import ScaleVersion, ToolVersion
from auditapp.services import tools
from auditapp.services.audits import counts_of, keep_record

NOON = time(12)
SITTING = "import"

Progress = Callable[[int, int], None]
"""Is told now and then how many audits of how many are stored."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What importing a file would do: the audits that are new, and how many are here already."""

    new: tuple[EarlierAudit, ...]
    known: int


def read_results(session: Session, path: Path, *, name: str, tool: str, by: Viewer, at: datetime) -> EarlierResults:
    """Read a file that somebody calls `name` as results of a tool, or raise InvalidFile with all its faults."""
    check_runs_programme(by)
    version = tools.published(session, tool)
    scale = tools.scale_of(session, version).scale
    first, *others = read_spreadsheet(path, name=name)
    if others:
        raise InvalidFile(
            f"The file was not accepted: the workbook has {len(others) + 1} sheets. "
            "Keep the one with the results and import it again."
        )
    return understand_earlier(first, tool=version.tool, scale=scale, today=london_day(at))


def preview_results(session: Session, results: EarlierResults, *, tool: str) -> Preview:
    """Say what an import would do; raise InvalidFile where a result is here already and says something else."""
    stored = _stored(session, tool, days={audit.on for audit in results.audits})
    new = tuple(audit for audit in results.audits if (audit.case_reference, audit.on) not in stored)
    other = [
        audit for audit in results.audits if stored.get((audit.case_reference, audit.on), _said(audit)) != _said(audit)
    ]
    if other:
        raise InvalidFile(
            "The file was not accepted: what was imported before is never changed by a file. Nothing was changed.",
            tuple(f"Row {audit.row}: this case and day are here already, with other results." for audit in other),
        )
    return Preview(new, len(results.audits) - len(new))


def import_results(
    session: Session,
    results: EarlierResults,
    *,
    tool: str,
    by: Viewer,
    at: datetime,
    progress: Progress | None = None,
) -> Preview:
    """Store the results that are not here yet: cases, audits, records and counts. Twice changes nothing."""
    check_runs_programme(by)
    preview = preview_results(session, results, tool=tool)
    if not preview.new:
        return preview
    version = tools.published(session, tool)
    store = _Store(session, version, tools.scale_of(session, version), preview.new, by=by, at=at)
    for done, result in enumerate(preview.new, start=1):
        store.put(result)
        if progress:
            progress(done, len(preview.new))
    details: Details = {"tool": tool, "audits": len(preview.new)}
    trail.record(session, "audits.imported", by=by.public_id, at=at, subject=version.public_id, details=details)
    return preview


class _Store:
    """Puts results into the database, with the cases, teams and cycles that they need."""

    def __init__(
        self,
        session: Session,
        version: ToolVersion,
        scale: ScaleVersion,
        new: Iterable[EarlierAudit],
        *,
        by: Viewer,
        at: datetime,
    ) -> None:
        new = tuple(new)
        self._session, self._version, self._scale, self._by, self._at = session, version, scale, by, at
        self._cases = _cases(session, {result.case_reference for result in new})
        self._teams = _teams(session, {result.team for result in new if result.team})
        self._cycles = _cycles(session, version, {result.on for result in new}, at=at)
        self._numbers = _numbers(session, self._cycles.values())

    def put(self, result: EarlierAudit) -> None:
        """Store one result as an audit that was submitted on its day, with its record and its counts."""
        answers = _answers(result)
        audit = self._audit(result, answers)
        self._session.add(audit)
        self._session.flush()
        self._keep_answers(audit, answers)
        keep_record(self._session, audit, answers, at=_noon(result.on))
        counts = counts_of(audit, answers)
        rollup.add(self._session, counts, tool_version_id=self._version.id, kind=CycleKind.EARLIER)
        chain = trail.audit_chain(audit.public_id)
        trail.record(
            self._session, "audit.imported", by=self._by.public_id, at=self._at, subject=audit.public_id, chain=chain
        )

    def _audit(self, result: EarlierAudit, answers: Mapping[str, Answer]) -> Audit:
        noon = _noon(result.on)
        tool, scale = self._version.tool, self._scale.scale
        indicative = indicative_grade(tool, domain_grades(tool, answers), scale=scale).grade
        return Audit(
            reference=self._reference(result.on),
            cycle=self._cycles[result.on],
            case=self._cases[result.case_reference],
            case_type=result.case_type,
            list_team=self._teams.get(result.team),
            list_worker=None,
            supervision_worker=None,
            tool_version=self._version,
            scale_version=self._scale,
            auditor=None,
            state=AuditState.SUBMITTED,
            is_independence_known=False,
            assigned_at=noon,
            begun_at=noon,
            submitted_at=noon,
            first_submitted_at=noon,
            overall_grade=result.overall,
            indicative_grade=indicative.value if indicative else None,
            revision=1,
            actions=[],
            concerns=[],
        )

    def _reference(self, on: date) -> str:
        """The tool, the day and a number: nothing that leads to the case."""
        self._numbers[on] += 1
        return f"{self._version.slug.upper()}-{on}-{self._numbers[on]:03}"

    def _keep_answers(self, audit: Audit, answers: Mapping[str, Answer]) -> None:
        assert audit.submitted_at is not None
        self._session.add_all(
            AuditAnswer(
                audit_id=audit.id,
                item=item,
                value=answer.value,
                text=answer.text,
                version=1,
                sitting=SITTING,
                saved_at=audit.submitted_at,
                saved_by_id=None,
            )
            for item, answer in answers.items()
        )


Said = tuple[str, str, Mapping[str, Answer]]


def _said(result: EarlierAudit) -> Said:
    return result.team, result.case_type or "", _answers(result)


def _answers(result: EarlierAudit) -> dict[str, Answer]:
    """The answers that a result stands for, by item; an overall grade that was not judged is no answer."""
    grades = {f"{code}.grade": Answer(value) for code, value in result.grades.items()}
    return {**grades, OVERALL_GRADE: Answer(result.overall)} if result.overall else grades


def _stored(session: Session, slug: str, *, days: Iterable[date]) -> dict[tuple[str, date], Said]:
    """What earlier results of a tool say that are here already, by case and day."""
    periods = [_period(slug, day) for day in days]
    of_these = Audit.cycle_id.in_(select(Cycle.id).where(Cycle.kind == CycleKind.EARLIER, Cycle.period.in_(periods)))
    audited = Case.id.in_(select(Audit.case_id).where(of_these))
    cases = dict(session.execute(select(Case.id, Case.case_reference).where(audited)).all())
    found: dict[tuple[str, date], Said] = {}
    for audit, answers in submitted_audits(session, of_these):
        assert audit.submitted_at is not None
        team = audit.list_team.name if audit.list_team else ""
        said = (team, audit.case_type or "", answers)
        assert audit.case_id is not None
        found[cases[audit.case_id], london_day(audit.submitted_at)] = said
    return found


def _cases(session: Session, references: set[str]) -> dict[str, Case]:
    found = {
        case.case_reference: case for case in session.scalars(select(Case).where(Case.case_reference.in_(references)))
    }
    return found | {reference: Case(case_reference=reference) for reference in sorted(references - found.keys())}


def _teams(session: Session, names: set[str]) -> dict[str, ListTeam]:
    found = {team.name: team for team in session.scalars(select(ListTeam).where(ListTeam.name.in_(names)))}
    return found | {name: ListTeam(name=name) for name in sorted(names - found.keys())}


def _cycles(session: Session, version: ToolVersion, days: set[date], *, at: datetime) -> dict[date, Cycle]:
    """A cycle for each day: a case has at most one earlier result of a tool on a day, and one audit in a cycle."""
    periods = {_period(version.slug, day): day for day in days}
    query = select(Cycle).where(Cycle.kind == CycleKind.EARLIER, Cycle.period.in_(periods))
    found = {periods[cycle.period]: cycle for cycle in session.scalars(query)}
    return found | {
        day: Cycle(kind=CycleKind.EARLIER, period=period, tool_version=version, target=0, opened_at=at)
        for period, day in sorted(periods.items())
        if day not in found
    }


def _numbers(session: Session, cycles: Iterable[Cycle]) -> Counter[date]:
    """How many audits the cycles that were here already have, by day."""
    ids = [cycle.id for cycle in cycles if cycle.id]
    query = select(Audit.submitted_at).where(Audit.cycle_id.in_(ids))
    return Counter(london_day(moment) for moment in session.scalars(query) if moment)


def _period(slug: str, day: date) -> str:
    return f"{slug}:{day}"


def _noon(day: date) -> datetime:
    return datetime.combine(day, NOON, LONDON).astimezone(UTC)
