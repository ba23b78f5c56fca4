"""The first page after signing in: what I must do now, what is late, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import Blueprint, render_template

from auditapp.documents.charts import SHORT, Chart, MonthRow, month_chart
from auditapp.domain.calendar import london_day, say_date
from auditapp.domain.outlook import BESIDES, METHOD
from auditapp.domain.vocabulary import Role
from auditapp.domain.wording import say_count
from auditapp.domain.working_days import add_working_days, announced_until, say_due
from auditapp.jobs.tick import behind_since
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.absences import ids_to_decide
from auditapp.persistence.queries.actions import ActionRow, actions_near
from auditapp.persistence.queries.audit_lists import AuditRow, LateAudits, findings_to_read, late_audits, my_open_audits
from auditapp.persistence.queries.cases import latest_case_list, unmapped
from auditapp.persistence.queries.concerns import ConcernRow, open_concerns
from auditapp.persistence.queries.outbox import Post, post_that_waits
from auditapp.persistence.queries.people import count_not_signed_in
from auditapp.services.coming import next_report, what_comes
from auditapp.services.glance import Glance, month_at_a_glance
from auditapp.services.handovers import soon_away
from auditapp.services.publications import BoardReport, board_reports
from auditapp.web.access import may_open, viewer
from auditapp.web.findings_pages import page_of
from auditapp.web.units import now, sends_post, session

home = Blueprint("home", __name__, url_prefix="/")

FINDINGS_TO_READ = "Findings to read"
LATE = "late in your services"
TO_DECIDE = "to approve or refuse"
# How far ahead audits and the steps of a round are dated.
PLANNED_AHEAD = timedelta(days=183)
ANSWERING = (Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR)
READERS = (Role.QA, Role.AUDITOR, Role.HEAD_OF_SERVICE, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR, Role.PRACTITIONER)


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody for whom nothing waits can do, and where; without an endpoint, what will come."""

    words: str
    text: str = ""
    endpoint: str = ""
    is_done: bool = False


STEPS = (
    (Role.ADMINISTRATOR, Step("Add people, give them roles, make their sign-in links.", "People", "people.people")),
    (
        Role.ADMINISTRATOR,
        Step("What auditors, workers and heads belong to.", "Teams, services and agencies", "people.teams.teams"),
    ),
    (Role.ADMINISTRATOR, Step("The quota, deadlines, shares and who is told when.", "Settings", "settings.settings")),
    (Role.ADMINISTRATOR, Step("What was sent, what waits, and what may not have arrived.", "Outbox", "outbox.outbox")),
    (Role.ADMINISTRATOR, Step("What was done here, and whether the record of it is whole.", "Trail", "trail.trail")),
    (Role.BOARD_MEMBER, Step("No report has been shown to the Board yet. The first one appears here.")),
    (
        Role.PARTNER_AUDITOR,
        Step("The council plans multi-agency rounds. What agencies send in is not collected in this service yet."),
    ),
)


@home.get("/", endpoint="home")
def first_page() -> str:
    """Show what waits for the person who is signed in, role by role."""
    me, today = viewer(), london_day(now())
    is_concerned = may_open("concerns.concerns", me)
    mine = my_open_audits(session(), me) if me.has(Role.AUDITOR) else None
    programme = month_at_a_glance(session(), today=today) if me.has(Role.QA) else None
    latest = next(iter(board_reports(session())), None) if me.has(Role.BOARD_MEMBER) else None
    concerns = open_concerns(session(), me)
    to_read = findings_to_read(session(), me) if me.has(*READERS) else None
    late = late_audits(session(), me, today=today) if me.has(*ANSWERING) else LateAudits()
    first_steps = _first_steps() if programme and programme.is_new else ()
    waits = post_that_waits(session(), at=now()) if me.has(Role.ADMINISTRATOR) else Post()
    to_decide = len(ids_to_decide(session(), me)) if is_concerned else 0
    heading = _heading(mine or (), programme, latest, today=today) or _what_waits(
        concerns, late, to_decide, to_read if mine is None else None
    )
    return render_template(
        "home/home.html",
        heading=heading,
        is_about_late=heading.endswith(LATE) and not to_decide,
        is_about_decisions=heading.endswith(TO_DECIDE),
        is_about_findings=heading == FINDINGS_TO_READ,
        today=today,
        concerns=concerns,
        is_concerned=is_concerned,
        to_decide=f"{_say_absences(to_decide)} {TO_DECIDE}" if to_decide else "",
        late=late,
        mine=mine,
        programme=programme,
        actions=_actions(today) if me.has(Role.AUDITOR) else (),
        coming=what_comes(session(), me, today=today),
        reads_programme=may_open("programme.programme", me),
        next_report=next_report(today) if me.has(Role.BOARD_MEMBER) else "",
        soon_away=soon_away(session(), today=today) if programme else (),
        waits=waits,
        is_sent=sends_post(),
        holidays_until=_holidays_until(today) if me.has(Role.ADMINISTRATOR, Role.QA) else None,
        stopped_at=behind_since(session(), now()) if me.has(Role.ADMINISTRATOR, Role.QA) else None,
        weeks_chart=_weeks_chart(programme) if programme else None,
        method=(*METHOD, BESIDES) if programme and programme.beside.counted else METHOD,
        to_read=to_read,
        first_steps=first_steps,
        steps=[_with_counts(step, waits) for role, step in STEPS if me.has(role)],
        latest=latest,
        page=page_of(latest.findings) if latest else None,
    )


def _heading(mine: Sequence[AuditRow], programme: Glance | None, latest: BoardReport | None, *, today: date) -> str:
    """Return what the eye meets first: the audits to finish, the month, the latest report."""
    if mine:
        return f"You have {say_count(len(mine), 'audit')} to finish{_say_when(mine, today)}"
    if programme and programme.is_new:
        return f"Begin with {programme.month.label}"
    if programme:
        done = f"{programme.month.label}: {programme.done} of {programme.outlook.target} done"
        return f"{done}, forecast {programme.outlook.range}" if programme.outlook.has_begun else done
    if latest:
        return f"Latest report: {latest.quarter.label}"
    return ""


def _what_waits(
    concerns: Sequence[ConcernRow], late: LateAudits, to_decide: int, to_read: Sequence[AuditRow] | None
) -> str:
    """Return what the eye meets first where no audit, month or report does: concerns first, what is to be read last."""
    to_acknowledge = sum(not concern.is_own for concern in concerns)
    if to_acknowledge:
        return f"{say_count(to_acknowledge, 'immediate concern')} to acknowledge"
    if late.total:
        return f"{say_count(late.total, 'audit')} {LATE}"
    if to_decide:
        return f"{_say_absences(to_decide)} {TO_DECIDE}"
    return FINDINGS_TO_READ if to_read else "Home"


def _say_absences(n: int) -> str:
    """'1 absence or exemption', '4 absences or exemptions'."""
    return "1 absence or exemption" if n == 1 else f"{n} absences or exemptions"


def _say_when(mine: Sequence[AuditRow], today: date) -> str:
    dues = [audit.due_on for audit in mine if audit.due_on]
    late = [due for due in dues if due < today]
    if len(late) == 1 == len(mine):
        return f", {say_due(late[0], today)}"
    if late:
        return ", all late" if len(late) == len(mine) else f", {len(late)} of them late"
    return f" by {say_date(max(dues))}" if dues else ""


def _first_steps() -> tuple[Step, ...]:
    """Return what leads a new council to its first month, and what of it is done."""
    listed = latest_case_list(session())
    unmatched = unmapped(session(), listed.id) if listed else None
    to_match = "Whether an auditor is independent of a case is told by its team and its worker."
    if unmatched and (unmatched.teams or unmatched.workers):
        to_match += f" {say_count(unmatched.teams, 'team')} and {say_count(unmatched.workers, 'worker')} wait."
    return (
        Step("Samples are drawn from it.", "Import a case list", "cases.cases", is_done=listed is not None),
        Step(
            to_match,
            "Match teams and workers",
            "cases.mapping.teams",
            is_done=unmatched is not None and not (unmatched.teams or unmatched.workers),
        ),
        Step("Its cases are drawn and shared out to the auditors.", "Open the first month", "cycles.cycles"),
    )


def _with_counts(step: Step, waits: Post) -> Step:
    """Return a step that says how much waits there."""
    if step.endpoint == "outbox.outbox":
        counts = ((waits.in_doubt, "to decide about"), (waits.waiting, "waiting to be sent"))
        said = ", ".join(f"{n} {what}" for n, what in counts if n)
    elif step.endpoint == "people.people":
        n = count_not_signed_in(session())
        said = f"{n} not signed in yet" if n else ""
    else:
        return step
    return replace(step, words=f"{step.words} Now: {said}." if said else step.words)


def _holidays_until(today: date) -> date | None:
    """Return the day up to which bank holidays are known, once days are planned that lie beyond it."""
    return announced_until() if announced_until() < today + PLANNED_AHEAD else None


def _actions(today: date) -> tuple[ActionRow, ...]:
    """Return the actions of somebody's audits and their team's that they are reminded of, and those that are past."""
    until = add_working_days(today, programme_settings(session()).remind_days)
    return actions_near(session(), viewer(), today=today, until=until)


def _weeks_chart(glance: Glance) -> Chart:
    """Draw what came in week by week."""
    weeks = "; ".join(f"{week.label} {week.submitted}" for week in glance.weeks)
    return month_chart(
        f"Submitted by week, {glance.month.label}",
        description=f"Bars of the audits submitted in each week: {weeks}.",
        rows=[MonthRow(week.days, week.submitted, None) for week in glance.weeks],
        form=SHORT,
    )
