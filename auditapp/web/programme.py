"""The programme of a council's year: as a list and as a calendar, begun, copied from last year, approved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from auditapp.domain.calendar import CouncilYear, Month, Quarter, Span, london_day
from auditapp.domain.errors import NotNow, Refused
from auditapp.domain.permissions import allowed, check_runs_programme
from auditapp.domain.programme import MONTHLY, Entry
from auditapp.domain.programme_calendar import days_of, lanes
from auditapp.domain.programme_flags import Flag, quarters_of, rounds_of
from auditapp.domain.vocabulary import ProgrammeState
from auditapp.domain.wording import say_count
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries.programme import entries_of, entries_starting
from auditapp.services import programme_years as running
from auditapp.services.programme import years_on_offer
from auditapp.services.programme_dates import CHASED_FOR
from auditapp.services.programme_years import Preview, YearPlan
from auditapp.web.access import viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.programme import ApprovalForm, ConfirmForm, read_version
from auditapp.web.programme_entries import entries, find_year
from auditapp.web.programme_steps import steps
from auditapp.web.units import now, session

programme = Blueprint("programme", __name__, url_prefix="/programme")
programme.register_blueprint(entries)
programme.register_blueprint(steps)


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month of the list: what starts in it, how many audits fall into it, and how many can be done."""

    month: Month
    entries: tuple[Entry, ...]
    audits: int
    capacity: int

    @property
    def is_over(self) -> bool:
        """Whether more audits fall into it than its auditors can do."""
        return self.audits > self.capacity


@dataclass(frozen=True, slots=True)
class QuarterRows:
    """A quarter of the list, with its months, how many multi-agency rounds it has, and how many of them are done."""

    quarter: Quarter
    rounds: int
    done: int
    months: tuple[MonthRow, ...]


@programme.get("/", endpoint="programme")
def this_year() -> str:
    """Show the programme of the council year that runs."""
    return _year_page(CouncilYear.of(Month.of(london_day(now()))))


@programme.get("/<int:starts_in>")
def year(starts_in: int) -> str:
    """Show the programme of a council year as a list by month."""
    return _year_page(find_year(starts_in))


def _year_page(year: CouncilYear) -> str:
    plan = running.year_plan(session(), year, today=london_day(now()))
    cancelled = [entry for entry in plan.starting if not entry.stands]
    return render_template(
        "programme/year.html",
        plan=plan,
        quarters=[_quarter_rows(plan, quarter) for quarter in quarters_of(year)],
        cancelled=cancelled,
        running_on=[entry for entry in plan.entries if entry.stands and entry not in plan.starting],
        has_last=bool(entries_starting(session(), CouncilYear(year.starts_in - 1))),
        may_change=allowed(check_runs_programme, viewer()),
        **_around(year),
    )


def _quarter_rows(plan: YearPlan, quarter: Quarter) -> QuarterRows:
    rows = tuple(_month_row(plan, month) for month in quarter.months)
    done = [entry for entry in plan.starting if entry.state is ProgrammeState.DONE]
    return QuarterRows(quarter, rounds_of(quarter, plan.starting), rounds_of(quarter, done), rows)


def _month_row(plan: YearPlan, month: Month) -> MonthRow:
    starting = [entry for entry in plan.starting if entry.stands and entry.plan.month == month]
    here = tuple(sorted(starting, key=lambda entry: entry.plan.kind not in MONTHLY))
    return MonthRow(month, here, plan.planned.get(month, 0), plan.capacity.of(month))


def _around(year: CouncilYear) -> dict[str, object]:
    """Return the years before and after, where there is a programme for them."""
    before, after = year.starts_in - 1, year.starts_in + 1
    offered = years_on_offer(session(), london_day(now()))
    return {
        "year": year,
        "before": CouncilYear(before) if before in offered else None,
        "after": CouncilYear(after) if after in offered else None,
    }


@programme.get("/<int:starts_in>/calendar")
def calendar(starts_in: int) -> str:
    """Show the programme of a council year as a calendar: what runs when, and what is due on which day."""
    year = find_year(starts_in)
    plan = running.year_plan(session(), year, today=london_day(now()))
    # A re-check, and a late report, come after the end of their entry: of one of the year before, too.
    days = days_of(entries_of(session(), Span(year.first_day - CHASED_FOR, year.last_day)), year)
    by_month = [(month, [due for due in days if Month.of(due.day) == month]) for month in year.months]
    this = Month.of(london_day(now()))
    return render_template(
        "programme/calendar.html",
        plan=plan,
        kinds=lanes(plan.entries, year),
        quarters=[(quarter, rounds_of(quarter, plan.starting)) for quarter in quarters_of(year)],
        days_over=[(month, due) for month, due in by_month if due and month < this],
        days_to_come=[(month, due) for month, due in by_month if due and month >= this],
        may_change=allowed(check_runs_programme, viewer()),
        **_around(year),
    )


@programme.route("/<int:starts_in>/begin", methods=["GET", "POST"])
def begin(starts_in: int) -> Response:
    """Show what the guide's rhythm would add to a year, and add it."""
    year = find_year(starts_in)
    return _propose(
        "programme/begin.html", year, preview=running.preview_start, carry_out=running.start_year, done="added"
    )


@programme.route("/<int:starts_in>/copy", methods=["GET", "POST"])
def copy(starts_in: int) -> Response:
    """Show what copying last year's programme would add to a year, and add it."""
    year = find_year(starts_in)
    return _propose(
        "programme/copy.html", year, preview=running.preview_copy, carry_out=running.copy_year, done="copied"
    )


def _propose(
    template: str,
    year: CouncilYear,
    *,
    preview: Callable[[Session, CouncilYear], Preview],
    carry_out: Callable[..., int],
    done: str,
) -> Response:
    """Show a proposal and carry it out as it was shown; where it is no longer true, show what is."""
    form = ConfirmForm()
    if request.method == "POST" and form.validate():
        try:
            added = carry_out(session(), year, seen=form.seen.data or "", by=viewer(), at=now())
        except NotNow as problem:
            form.form_errors.append(problem.message)
        else:
            flash(f"{say_count(added, 'entry', 'entries')} {done}." if added else "Nothing was left to add.", "success")
            return redirect(url_for("programme.year", starts_in=year.starts_in), 303)
    shown = preview(session(), year)
    form.seen.data = shown.proposal.fingerprint
    return form_page(template, form, preview=shown, flags=_new_flags(year, shown.flags), **_around(year))


def _new_flags(year: CouncilYear, flags: Sequence[Flag]) -> list[Flag]:
    """Return the flags that the year does not have yet."""
    known = running.year_plan(session(), year).flags
    return [flag for flag in flags if flag not in known]


@programme.route("/<int:starts_in>/approval", methods=["GET", "POST"])
def approval(starts_in: int) -> Response:
    """Record that the Board approved of the frequency and of the year's plan."""
    year = find_year(starts_in)
    plan = running.year_plan(session(), year, today=london_day(now()))
    form = ApprovalForm(data=_shown_of(plan))
    if request.method == "GET" or not form.validate():
        return form_page("programme/approval.html", form, plan=plan, **_around(year))
    try:
        version = read_version(form.version)
        running.record_approval(session(), year, form.approval, version=version, by=viewer(), at=now())
    except Refused as problem:
        form.form_errors.append(problem.message)
        return form_page("programme/approval.html", form, plan=plan, **_around(year))
    flash(f"The approval of the programme of {year.label} is recorded.", "success")
    return redirect(url_for("programme.year", starts_in=starts_in), 303)


def _shown_of(plan: YearPlan) -> dict[str, object]:
    if plan.approval:
        there = plan.approval
        return {
            "version": str(plan.version),
            "board": there.board,
            "approved_on": there.approved_on,
            "minute": there.minute,
            "audits_a_month": str(there.audits_a_month),
        }
    quota = programme_settings(session()).quota_of(plan.year.months[0])
    return {"version": str(plan.version), "audits_a_month": str(quota)}
