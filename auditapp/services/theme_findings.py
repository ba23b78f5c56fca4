"""What a theme found: the one findings record, counted from its submitted audits; its notes say how it was done."""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from auditapp.domain.calendar import Span, london_day, say_date
from auditapp.domain.findings import Findings
from auditapp.domain.permissions import Viewer, check_reads_findings
from auditapp.domain.themes import ThemePlan
from auditapp.domain.vocabulary import AuditState, Role
from auditapp.domain.wording import say_count
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import CaseList
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.queries import findings as queries
from auditapp.persistence.queries.findings import KeptCount
from auditapp.persistence.queries.themes import count_actions, in_theme
from auditapp.services.audits import counts_of
from auditapp.services.findings import find_kept, noted
from auditapp.services.themes import plan_of

STOPS = (".", "?", "!", ":", ";")


def theme_findings(session: Session, cycle: Cycle, *, viewer: Viewer) -> Findings:
    """Return what a theme's submitted audits found: all of them, or those of a person's own services."""
    check_reads_findings(viewer)
    kept, days = [], [london_day(cycle.opened_at)]
    for audit, answers in queries.submitted_audits(session, in_theme(cycle.id, viewer)):
        assert audit.first_submitted_at is not None
        days.append(london_day(audit.first_submitted_at))
        kept += [KeptCount(audit.tool_version_id, count) for count in counts_of(audit, answers)]
    versions = queries.versions(session, cycle.tool_version.slug)
    found = find_kept(Span(min(days), max(days)), kept, versions=versions, targets={})
    headline = found.headline if found.audits else "No audit of this theme was submitted yet."
    done, standing = _progress(session, cycle)
    if found.audits and done < standing and viewer.has(Role.QA, Role.DIRECTOR):
        headline = f"So far, with {done} of {standing} audits submitted: {headline[0].lower()}{headline[1:]}"
    notes = (*theme_method(session, cycle, viewer), *found.notes)
    found = replace(found, period=cycle.title, headline=headline, notes=notes)
    return noted(found, viewer, services=queries.services_read(session, viewer))


def theme_method(session: Session, cycle: Cycle, viewer: Viewer) -> Iterator[str]:
    """Yield what was asked, of which cases, with which tool, and what came of it."""
    plan = plan_of(cycle)
    yield f"Practice area: {plan.practice_area.strip()}."
    lines = filter(None, map(str.strip, plan.key_lines.splitlines()))
    yield f"Key lines of enquiry: {' '.join(line if line.endswith(STOPS) else f'{line}.' for line in lines)}"
    yield f"Sample: {_say_sample(session, cycle, plan)}."
    yield f"Tool: {cycle.tool_version.tool.title}."
    if viewer.has(Role.QA, Role.DIRECTOR):
        done, standing = _progress(session, cycle)
        yield f"{done} of {say_count(standing, 'audit')} of this theme {'is' if done == 1 else 'are'} submitted."
    yield f"{say_count(count_actions(session, cycle.id, viewer), 'action was', 'actions were')} agreed in these audits."


def _say_sample(session: Session, cycle: Cycle, plan: ThemePlan) -> str:
    drawn_from = select(CaseList.as_of).join(CycleDraw, CycleDraw.case_list_id == CaseList.id)
    as_of = session.scalar(drawn_from.where(CycleDraw.cycle_id == cycle.id))
    return f"{plan.sample_words}, from the case list of {say_date(as_of)}" if as_of else plan.sample_words


def _progress(session: Session, cycle: Cycle) -> tuple[int, int]:
    """Return how many audits of a theme are submitted, and how many there are, those that were replaced aside."""
    states = select(Audit.state, func.count()).where(Audit.cycle_id == cycle.id).group_by(Audit.state)
    counted = dict(session.execute(states).all())
    standing = sum(n for state, n in counted.items() if state is not AuditState.REPLACED)
    return counted.get(AuditState.SUBMITTED, 0), standing
