"""Thematic audits: started from their entries in the programme, followed, and what they found and asked for."""

import secrets

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from auditapp.documents.findings_downloads import FileKind
from auditapp.domain.calendar import CouncilYear, Month, london_day
from auditapp.domain.cycle_names import PREFIXES
from auditapp.domain.errors import Refused
from auditapp.domain.programme import STARTED, Entry, check_planned
from auditapp.domain.theme_actions import OfTheme
from auditapp.domain.themes import Choice
from auditapp.domain.vocabulary import CycleKind, Role
from auditapp.persistence.cycles import Cycle, CycleDraw
from auditapp.persistence.queries.auditors import auditors
from auditapp.persistence.queries.cases import latest_case_list, strata
from auditapp.persistence.queries.cycles import cycles_of
from auditapp.persistence.queries.programme import entry_of, published_tools, themes_to_start
from auditapp.persistence.queries.themes import theme_actions
from auditapp.services import cycles as running
from auditapp.services import themes as services
from auditapp.services.theme_findings import theme_findings, theme_method
from auditapp.web.access import viewer
from auditapp.web.cycle_pages import address_of, progress_of
from auditapp.web.findings_pages import download, page_of
from auditapp.web.form_pages import form_page
from auditapp.web.forms.themes import StartForm
from auditapp.web.presenters import stand_under
from auditapp.web.units import now, session

themes = Blueprint("themes", __name__, url_prefix="/themes")

SHOWN = "shown"


@themes.get("/", endpoint="themes")
def list_themes() -> str:
    """List the themes that run and those that are finished."""
    _stand()
    found = cycles_of(session(), CycleKind.THEMATIC)
    return render_template(
        "themes/themes.html",
        running=[row for row in found if not row.is_finished],
        finished=[row for row in found if row.is_finished],
        planned=[entry for entry in _to_start() if not entry.plan.is_supervision_dive],
        year=CouncilYear.of(Month.of(london_day(now()))),
    )


def _to_start() -> tuple[Entry, ...]:
    return themes_to_start(session(), STARTED) if viewer().has(Role.QA) else ()


@themes.route("/start/<public_id>", methods=["GET", "POST"])
def begin(public_id: str) -> Answer:
    """Show what is planned of a theme, and ask what only its start settles."""
    entry = services.find_planned_theme(session(), public_id)
    if entry.plan.is_supervision_dive:
        return redirect(url_for("supervision.open_one", entry=public_id), 303)
    if entry.cycle:
        return redirect(url_for("themes.theme", public_id=entry.cycle), 303)
    check_planned(entry)
    form = _form()
    if request.method == "GET":
        form.show(_chosen_before(entry), known={person.public_id for person in auditors(session())})
        return _begin_page(form, entry)
    if not form.validate() or not _is_known(form):
        return _begin_page(form, entry)
    seed = secrets.token_hex(16)
    try:
        waits = services.keep_theme(session(), public_id, form.choice, seed=seed, by=viewer(), at=now())
    except Refused as problem:
        form.form_errors.append(problem.message)
        return _begin_page(form, entry)
    return redirect(url_for("themes.preview", public_id=waits), 303)


@themes.get("/plans/<public_id>")
def preview(public_id: str) -> str:
    """Show what starting a theme would do: the cases, and who would audit them."""
    waiting = services.waiting_theme(session(), public_id, by=viewer(), at=now())
    entry = services.find_planned_theme(session(), waiting.entry)
    found, problem = None, ""
    try:
        found = services.preview_theme(session(), waiting, by=viewer(), at=now())
    except Refused as refused:
        problem = refused.message
    names = {person.public_id: person.name for person in auditors(session())}
    return render_template(
        "themes/preview.html",
        public_id=public_id,
        entry=entry,
        preview=found,
        problem=problem,
        chosen=[names[person] for person in waiting.choice.auditors if person in names],
    )


@themes.post("/plans/<public_id>/start")
def start(public_id: str) -> Answer:
    """Start a theme: its cases are shared out."""
    shown = request.form.get(SHOWN, "")
    cycle = services.start_theme(session(), public_id, shown=shown, by=viewer(), at=now())
    flash(f"The theme ‘{cycle.title}’ is started: its audits are shared out.", "success")
    return redirect(address_of(cycle), 303)


@themes.post("/plans/<public_id>/discard")
def discard(public_id: str) -> Answer:
    """Do not start it now."""
    entry = services.discard_theme(session(), public_id, by=viewer(), at=now())
    flash("Nothing was started. The theme stays planned.", "success")
    return redirect(url_for("programme.entries.entry", public_id=entry), 303)


@themes.get("/<public_id>")
def theme(public_id: str) -> str:
    """Show who has done what in a theme."""
    found = _found(public_id)
    plan = services.plan_of(found)
    return render_template(
        "themes/theme.html",
        plan=plan,
        entry=entry_of(session(), found.id),
        number=_number(found),
        tool=found.tool_version.name,
        is_drawn=session().get(CycleDraw, found.id) is not None,
        **progress_of(found),
    )


@themes.get("/<public_id>/draw")
def draw(public_id: str) -> str:
    """Show how the cases of a theme were drawn, and perform the draw again."""
    found = _found(public_id)
    stored = running.draw_of(session(), found)
    return render_template(
        "cycles/draw.html",
        cycle=found,
        name=found.title,
        back=url_for("themes.theme", public_id=public_id),
        stored=stored,
        draw=running.read_draw(stored),
        differences=running.verify_draw(session(), found),
    )


@themes.get("/<public_id>/actions")
def actions(public_id: str) -> str:
    """List the actions that the audits of a theme ask for, with their owners and dates."""
    found = _found(public_id)
    _stand()
    return render_template(
        "themes/actions.html",
        cycle=found,
        number=_number(found),
        actions=theme_actions(session(), found.id, viewer()),
        today=london_day(now()),
    )


@themes.get("/<public_id>/findings")
def findings(public_id: str) -> str:
    """Show what a theme found."""
    found = _found(public_id)
    _stand()
    return render_template(
        "themes/findings.html",
        cycle=found,
        number=_number(found),
        plan=services.plan_of(found),
        page=page_of(theme_findings(session(), found, viewer=viewer())),
    )


@themes.get("/<public_id>/findings.<any(pdf, csv, json):kind>")
def paper(public_id: str, kind: str) -> Response:
    """Give what a theme found as a file."""
    found = _found(public_id)
    record = theme_findings(session(), found, viewer=viewer())
    theme = _of_theme(found) if kind == FileKind.PDF else None
    return download(record, kind, name=f"theme-{found.period.lower()}", made_at=now(), theme=theme)


def _of_theme(found: Cycle) -> OfTheme:
    """Return what stands on the paper of a theme alone."""
    method = theme_method(session(), found, viewer())
    return OfTheme(tuple(method), tuple(theme_actions(session(), found.id, viewer())))


def _found(public_id: str) -> Cycle:
    return running.find_cycle(session(), public_id, kind=CycleKind.THEMATIC)


def _number(cycle: Cycle) -> str:
    """Return what the references of a theme's audits begin with."""
    return f"{PREFIXES[cycle.kind]}-{cycle.period}"


def _stand() -> None:
    """Stand under what the reader came from: QA's months, or the findings of those who read them."""
    stand_under("cycles.cycles" if viewer().has(Role.QA) else "findings.findings")


def _form() -> StartForm:
    form, case_list = StartForm(), latest_case_list(session())
    teams = sorted({team for _, team in strata(session(), case_list.id)}) if case_list else []
    form.offer(teams=teams, people=auditors(session()))
    return form


def _chosen_before(entry: Entry) -> Choice:
    """Return what was chosen on the way to the preview that somebody comes back from, or what is planned."""
    waits = request.args.get("plan", "")
    waiting = services.waiting_theme(session(), waits, by=viewer(), at=now()) if waits else None
    if waiting and waiting.entry == entry.public_id:
        return waiting.choice
    return Choice(auditors=entry.plan.auditors)


def _is_known(form: StartForm) -> bool:
    """Say at the field which cases the case list does not know."""
    if form.choice.named and latest_case_list(session()):
        form.refuse_unknown(services.unknown_cases(session(), form.choice.named))
    return not form.errors


def _begin_page(form: StartForm, entry: Entry) -> Answer:
    return form_page(
        "themes/begin.html",
        form,
        entry=entry,
        plan=entry.plan,
        problems=services.problems_of(session(), entry.plan, today=london_day(now())),
        tool=published_tools(session()).get(entry.plan.tool, entry.plan.tool),
        case_list=latest_case_list(session()),
    )
