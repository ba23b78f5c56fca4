"""Entries of the programme: added, read, changed, moved, cancelled, done, repeated. Everything works by keyboard."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.calendar import CouncilYear, london_day
from auditapp.domain.errors import DomainError, NotFound, NotNow, Refused
from auditapp.domain.permissions import allowed, check_runs_programme
from auditapp.domain.programme import STARTED, Entry, Plan, check_movable, check_planned, why_not_done
from auditapp.domain.programme_changes import ROUND_SIZE, Move
from auditapp.domain.programme_flags import Flag
from auditapp.domain.programme_steps import STEPPED, steps_of
from auditapp.domain.themes import may_start_from
from auditapp.domain.vocabulary import ProgrammeKind
from auditapp.domain.wording import say_count
from auditapp.domain.working_days import announced_until
from auditapp.persistence.programme_settings import programme_settings
from auditapp.persistence.queries import programme as stored
from auditapp.services import programme as planning
from auditapp.services.cycles import months_on_offer
from auditapp.services.programme_years import year_plan
from auditapp.services.themes import case_tools
from auditapp.web.access import viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.programme import (
    ALONE,
    LATER,
    CancelForm,
    MoveForm,
    PlanForm,
    ThemeForm,
    plan_form,
    read_version,
    shown_of,
    started_form,
)
from auditapp.web.programme_moves import previewed, sent_day, shown_of_move, where_to
from auditapp.web.units import now, session

entries = Blueprint("entries", __name__)

KINDS: Mapping[ProgrammeKind, str] = {
    ProgrammeKind.THEMATIC: "One practice area looked at closely: with a tool, a sample, a report and actions.",
    ProgrammeKind.MULTI_AGENCY: "With the partner agencies, one a quarter, in about 13 weeks, its steps dated.",
    ProgrammeKind.DEEP_DIVE: "A large sample once. Its repeat is offered when you have planned it.",
    ProgrammeKind.QOP_MONTH: "The month's audits of cases, one by one or for every month up to March.",
    ProgrammeKind.SUPERVISION: "The month's share of supervision files, one by one or for every month up to March.",
    ProgrammeKind.INSPECTION: "It comes unasked: the steps of a round within 5 working days.",
}
OPENED = {ProgrammeKind.QOP_MONTH: "cycles.open_one", ProgrammeKind.SUPERVISION: "supervision.open_one"}
FREE_SIZE = 10


def find_year(starts_in: int) -> CouncilYear:
    """Return the council year that begins in a calendar year, where there is a programme for it."""
    if starts_in not in planning.years_on_offer(session(), london_day(now())):
        raise NotFound
    return CouncilYear(starts_in)


def _kind(word: str) -> ProgrammeKind:
    try:
        return ProgrammeKind.of(word)
    except ValueError:
        raise NotFound from None


def _to(public_id: str) -> Response:
    return redirect(url_for("programme.entries.entry", public_id=public_id), 303)


@entries.get("/<int:starts_in>/add")
def choose(starts_in: int) -> str:
    """Ask what is to be added to a year."""
    return render_template("programme/choose.html", year=find_year(starts_in), kinds=KINDS)


@entries.route("/<int:starts_in>/add/<kind>", methods=["GET", "POST"])
def add(starts_in: int, kind: str) -> Response:
    """Add an entry, or a series of them, to a year."""
    year, wanted = find_year(starts_in), _kind(kind)
    months = year.months
    form = _offered(plan_form(wanted, months=months, shown=_suggested(year, wanted)), wanted)
    page = {"year": year, "kind": wanted, "entry": None}
    if request.method == "GET" or not form.validate():
        return form_page("programme/plan.html", form, **page)
    try:
        plan = form.plan(wanted, None)
        added = planning.add_entry(session(), plan, repeated=form.is_repeated, by=viewer(), at=now())
    except Refused as problem:
        form.form_errors.append(problem.message)
        return form_page("programme/plan.html", form, **page)
    flash(
        "It is planned." if len(added) == 1 else f"{say_count(len(added), 'entry', 'entries')} are planned.", "success"
    )
    return _to(added[0])


def _suggested(year: CouncilYear, kind: ProgrammeKind) -> dict[str, object]:
    """Return what a new entry's form begins with: of what is monthly, the first month that has none."""
    taken = {each.plan.month for each in stored.entries_starting(session(), year) if _is_there(each, kind)}
    month = next((month for month in year.months if month not in taken), year.months[0])
    if kind is ProgrammeKind.QOP_MONTH:
        size = programme_settings(session()).quota_of(month)
    elif kind is ProgrammeKind.SUPERVISION:
        size = programme_settings(session()).supervision_each_month
    else:
        size = ROUND_SIZE if kind in STEPPED else FREE_SIZE
    return {"month": str(month), "size": str(size)}


def _is_there(entry: Entry, kind: ProgrammeKind) -> bool:
    return entry.stands and entry.plan.kind is kind


def _offered(form: PlanForm, kind: ProgrammeKind, before: Plan | None = None) -> PlanForm:
    """Return a form with the tools and auditors that there are, and those of before."""
    if isinstance(form, ThemeForm):
        known = stored.active_auditors(session())
        gone = dict.fromkeys(before.auditors, "Somebody who is no longer an auditor") if before else {}
        tools = stored.published_tools(session())
        if kind is ProgrammeKind.THEMATIC:
            tools = {tool.slug: tool.name for tool in case_tools(session())}
        form.offer(tools=tools, auditors={**gone, **known})
    return form


@entries.get("/entries/<public_id>")
def entry(public_id: str) -> str:
    """Show all that is planned of an entry, what is wrong with it, and what can be done."""
    found = planning.find_entry(session(), public_id)
    repeats = planning.find_entry(session(), found.repeats) if found.repeats else None
    steps = steps_of(found.plan.kind, found.plan.starts_on)
    return render_template(
        "programme/entry.html",
        entry=found,
        plan=found.plan,
        year=found.plan.year,
        flags=_flags_of(found),
        steps=steps,
        ticks={tick.step: tick for tick in found.ticks},
        tick_names=stored.names_by_id(session(), {tick.by for tick in found.ticks}),
        announced_until=None if all(step.is_announced for step in steps) else announced_until(),
        later=[other for other in stored.later_ones(session(), found) if other.stands],
        repeats=repeats,
        repeated_by=stored.repeats_of(session(), found),
        offered=planning.offered_repeat(session(), found),
        tool=stored.published_tools(session()).get(found.plan.tool, found.plan.tool),
        auditors=stored.names_of(session(), found.plan.auditors),
        may_change=allowed(check_runs_programme, viewer()),
        why_not_done=why_not_done(found, today=london_day(now()), left=stored.audits_left(session(), public_id)),
        today=london_day(now()),
        **_start_of(found),
    )


def _start_of(entry: Entry) -> dict[str, object]:
    """Say whether an entry may be started now, as a theme or as a month, or from which day on."""
    if not (entry.is_movable and allowed(check_runs_programme, viewer())):
        return {}
    if entry.plan.kind in OPENED:
        may_open = entry.plan.month in months_on_offer(london_day(now()))
        return {"open_page": url_for(OPENED[entry.plan.kind], month=str(entry.plan.month))} if may_open else {}
    if entry.plan.kind not in STARTED:
        return {}
    day = may_start_from(entry.plan)
    if day > london_day(now()):
        return {"may_start_from": day}
    page = url_for("themes.begin", public_id=entry.public_id)
    if entry.plan.is_supervision_dive:
        page = url_for("supervision.open_one", entry=entry.public_id)
    return {"may_start": True, "start_page": page}


def _flags_of(entry: Entry) -> list[Flag]:
    """Return what is wrong with an entry, and with the months that it has a part in."""
    return [
        flag for flag in year_plan(session(), entry.plan.year, today=london_day(now())).flags if flag.is_about(entry)
    ]


@entries.route("/entries/<public_id>/change", methods=["GET", "POST"])
def change(public_id: str) -> Response:
    """Change what is planned of an entry."""
    found = planning.find_entry(session(), public_id)
    if request.method == "GET":
        check_planned(found)
    shown = shown_of(found.plan, version=found.version)
    make = started_form if found.is_started else plan_form
    form = _offered(make(found.plan.kind, shown=shown), found.plan.kind, found.plan)
    page = {"year": found.plan.year, "kind": found.plan.kind, "entry": found}
    if request.method == "GET" or not form.validate():
        return form_page("programme/plan.html", form, **page)
    try:
        plan, version = form.plan(found.plan.kind, found.plan), read_version(form.version)
        changed = planning.change_entry(session(), public_id, plan=plan, version=version, by=viewer(), at=now())
    except (Refused, NotNow) as problem:
        form.form_errors.append(problem.message)
        return form_page("programme/plan.html", form, **page)
    flash("The entry is changed." if changed else "Nothing was changed.", "success")
    return _to(public_id)


@entries.route("/entries/<public_id>/move", methods=["GET", "POST"])
def move(public_id: str) -> Response:
    """Show where an entry would go, alone or with the later ones of its series, and move it."""
    found = planning.find_entry(session(), public_id)
    if request.method == "POST":
        return _move(found)
    check_movable(found)
    form = where_to(found)
    if not request.args:
        return form_page("programme/move.html", form, **shown_of_move(found))
    moves: tuple[Move, ...] = ()
    if form.validate():
        try:
            moves = previewed(found, to=form.to, later=form.later)
        except (Refused, NotNow) as problem:
            form.form_errors.append(problem.message)
    return form_page("programme/move.html", form, **shown_of_move(found, moves, later=form.later))


def _move(found: Entry) -> Response:
    sent = MoveForm()
    later, seen = sent.which.data == LATER, sent.seen.data or ""
    to = sent_day(sent.to.data or "")
    try:
        moved = planning.move_entry(session(), found.public_id, to=to, later=later, seen=seen, by=viewer(), at=now())
    except (Refused, NotNow) as problem:
        return _shown_again(found, problem, to=to, later=later)
    flash(f"{say_count(moved, 'entry', 'entries')} moved." if moved else "Nothing was moved.", "success")
    return _to(found.public_id)


def _shown_again(found: Entry, problem: DomainError, *, to: date, later: bool) -> Response:
    """Show what a move would come to now, beside why it was not carried out."""
    found = planning.find_entry(session(), found.public_id)
    moves: tuple[Move, ...] = ()
    with suppress(Refused, NotNow):
        moves = previewed(found, to=to, later=later)
    form = where_to(found)
    form.form_errors.append(problem.message)
    return form_page("programme/move.html", form, **shown_of_move(found, moves, later=later))


@entries.route("/entries/<public_id>/cancel", methods=["GET", "POST"])
def cancel(public_id: str) -> Response:
    """Cancel an entry with a reason, alone or with the later ones of its series."""
    found = planning.find_entry(session(), public_id)
    if request.method == "GET":
        check_movable(found)
    form = CancelForm(data={"version": str(found.version), "which": ALONE})
    if not stored.later_ones(session(), found):
        del form.which
    page = {"entry": found, "year": found.plan.year}
    if request.method == "GET" or not form.validate():
        return form_page("programme/cancel.html", form, **page)
    later = "which" in form and form.which.data == LATER
    try:
        n = planning.cancel_entry(
            session(),
            public_id,
            reason=form.reason.data or "",
            later=later,
            version=read_version(form.version),
            by=viewer(),
            at=now(),
        )
    except (Refused, NotNow) as problem:
        form.form_errors.append(problem.message)
        return form_page("programme/cancel.html", form, **page)
    flash(f"{say_count(n, 'entry', 'entries')} cancelled." if n else "Nothing was changed.", "success")
    return _to(public_id)


@entries.post("/entries/<public_id>/done")
def finish(public_id: str) -> Response:
    """Mark an entry as done."""
    planning.finish_entry(session(), public_id, by=viewer(), at=now())
    flash("The entry is marked as done.", "success")
    return _to(public_id)


@entries.post("/entries/<public_id>/again")
def reopen(public_id: str) -> Response:
    """Plan again what was cancelled or marked as done."""
    planning.reopen_entry(session(), public_id, by=viewer(), at=now())
    flash("The entry is planned again.", "success")
    return _to(public_id)


@entries.post("/entries/<public_id>/repeat")
def repeat(public_id: str) -> Response:
    """Plan the repeat of a deep dive."""
    repeated = planning.plan_repeat(session(), public_id, by=viewer(), at=now())
    flash("The repeat is planned.", "success")
    return _to(repeated)
