"""Absences and exemptions: one's own, those entered for others, and what waits for approval."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.absences import check_decide, check_withdraw, faults, may_read_reason, say_effect
from auditapp.domain.calendar import Span, london_day
from auditapp.domain.errors import DomainError, Refused
from auditapp.domain.permissions import allowed
from auditapp.domain.vocabulary import AbsenceKind, AbsenceState, Role
from auditapp.persistence.absences import Absence
from auditapp.persistence.handovers import Handover
from auditapp.persistence.queries.absences import (
    absences_of_others,
    auditors_to_enter_for,
    find_absence,
    ids_to_decide,
    my_absences,
)
from auditapp.persistence.queries.handovers import count_open, last_handovers
from auditapp.services import absences as asking
from auditapp.web.access import may_open, viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.absences import AbsenceForm, EnterForm, RefuseForm
from auditapp.web.presenters import stand_under
from auditapp.web.units import now, session

absences = Blueprint("absences", __name__, url_prefix="/absences")

KINDS = {
    AbsenceKind.ABSENCE: "Not at work. The share of audits gets smaller by the working days missed.",
    AbsenceKind.EXEMPTION: "At work, but excused from auditing. No audits are given of a month that it touches. "
    "An assistant director or director approves it.",
}
# More months than these are said in one line.
MONTHS_SAID = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may see and do of an absence. `why_not` says why they cannot decide it; empty where they can."""

    is_own: bool
    reason: str | None
    why_not: str
    may_withdraw: bool


@absences.get("/mine")
def mine() -> str:
    """List one's own absences, the latest first."""
    return render_template("absences/mine.html", absences=my_absences(session(), viewer()), today=london_day(now()))


@absences.route("/add", methods=["GET", "POST"])
def add() -> Response:
    """Ask for an absence or an exemption of one's own."""
    form = AbsenceForm()
    if request.method == "GET" or not _is_sound(form):
        return form_page("absences/add.html", form, kinds=KINDS)
    try:
        asking.enter(session(), viewer().public_id, asked=form.asked(), by=viewer(), at=now())
    except Refused as problem:
        form.form_errors.append(problem.message)
        return form_page("absences/add.html", form, kinds=KINDS)
    flash("It waits for approval. You see here when it is decided.", "success")
    return redirect(url_for("absences.mine"), 303)


@absences.route("/enter", methods=["GET", "POST"])
def enter() -> Response:
    """Enter an absence or an exemption for somebody else."""
    stand_under("people.people" if _only_administers() else "home.home")
    form = EnterForm(person=request.args.get("person", ""))
    people = auditors_to_enter_for(session(), viewer())
    form.offer(people)
    chosen = next((person for person in people if person.public_id == form.person.data), None)
    values = {"kinds": KINDS, "people": people, "chosen": chosen, "only_administers": _only_administers()}
    if request.method == "GET" or not _is_sound(form) or chosen is None:
        return form_page("absences/enter.html", form, **values)
    try:
        absence = asking.enter(session(), chosen.public_id, asked=form.asked(), by=viewer(), at=now())
    except Refused as problem:
        form.form_errors.append(problem.message)
        return form_page("absences/enter.html", form, **values)
    flash(f"It is entered for {chosen.name}, and waits for somebody else's approval.", "success")
    if _only_administers():
        return redirect(url_for("people.person", public_id=chosen.public_id), 303)
    return redirect(url_for("absences.absence", public_id=absence.public_id), 303)


@absences.get("/", endpoint="absences")
def list_absences() -> str:
    """List what waits for approval, who is away now and will be, and what was settled last."""
    stand_under("home.home")
    return render_template(
        "absences/absences.html",
        found=absences_of_others(session(), viewer(), today=london_day(now())),
        to_decide=ids_to_decide(session(), viewer()),
        hands_on=may_open("handovers.handovers", viewer()),
        today=london_day(now()),
    )


@absences.get("/<public_id>")
def absence(public_id: str) -> Response:
    """Show an absence: its days, what it changes, and, to those who may know, why."""
    return _absence_page(find_absence(session(), public_id, viewer=viewer()), RefuseForm())


@absences.post("/<public_id>/approve")
def approve(public_id: str) -> Response:
    """Approve an absence."""
    approved = asking.approve(session(), public_id, by=viewer(), at=now())
    flash(f"Approved. It counts in the shares of {approved.person.name} from now on.", "success")
    return _to(public_id)


@absences.post("/<public_id>/refuse")
def refuse(public_id: str) -> Response:
    """Refuse an absence with a reason."""
    form = RefuseForm()
    try:
        refused = asking.refuse(session(), public_id, reason=form.reason.data or "", by=viewer(), at=now())
    except Refused as problem:
        form.reason.errors = [problem.message]
        return _absence_page(find_absence(session(), public_id, viewer=viewer()), form)
    flash(f"Refused. {refused.person.name} sees why.", "success")
    return _to(public_id)


@absences.post("/<public_id>/withdraw")
def withdraw(public_id: str) -> Response:
    """Take back an absence."""
    asking.withdraw(session(), public_id, by=viewer(), at=now())
    flash("Withdrawn. Audits that were reassigned stay where they are.", "success")
    return _to(public_id)


def _is_sound(form: AbsenceForm) -> bool:
    """Judge what was typed by the form's shape and by the rules of the use case: every fault at once."""
    form.validate()
    for name, fault in faults(form.asked(), today=london_day(now())).items():
        form[name].errors = form[name].errors or [fault]
    return not form.errors


def _absence_page(found: Absence, form: RefuseForm) -> Response:
    standing, today = _standing(found), london_day(now())
    stand_under("audits.mine" if standing.is_own else "home.home")
    hands_on = may_open("handovers.handovers", viewer())
    months = Span(found.starts_on, found.ends_on).months
    can_spread = found.state is AbsenceState.APPROVED and found.ends_on >= today
    open_audits = None if standing.is_own else count_open(session(), found.person_id)
    return form_page(
        "absences/absence.html",
        form,
        absence=found,
        standing=standing,
        effects=[say_effect(found.away, month) for month in months[:MONTHS_SAID]],
        more_months=len(months) - MONTHS_SAID,
        open_audits=open_audits,
        hands_on=hands_on and can_spread,
        is_spread_by_others=bool(open_audits) and can_spread and not hands_on,
        handovers=last_handovers(session(), Handover.absence_id == found.id) if hands_on else (),
        sees_list=may_open("absences.absences", viewer()) and not standing.is_own,
    )


def _standing(found: Absence) -> Standing:
    whose, me = asking.whose(session(), found), viewer()
    why_not = ""
    try:
        check_decide(found, whose, me)
    except DomainError as problem:
        why_not = problem.message
    return Standing(
        is_own=found.person_id == me.person_id,
        reason=found.reason if may_read_reason(found, whose, me) else None,
        why_not=why_not,
        may_withdraw=allowed(check_withdraw, found, whose, me, today=london_day(now())),
    )


def _only_administers() -> bool:
    return viewer().has(Role.ADMINISTRATOR) and not may_open("absences.absences", viewer())


def _to(public_id: str) -> Response:
    return redirect(url_for("absences.absence", public_id=public_id), 303)
