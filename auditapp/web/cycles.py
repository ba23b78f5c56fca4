"""QoP months: opened, watched, their draw read, their cases replaced and handed on."""

import secrets
from collections.abc import Iterator, Sequence
from http import HTTPStatus

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.absences import is_away
from auditapp.domain.calendar import Month, Span, london_day
from auditapp.domain.errors import NotFound, Refused
from auditapp.domain.wording import say_count
from auditapp.domain.workflow import check_reassign, check_replace
from auditapp.persistence.audits import Audit
from auditapp.persistence.people import Person
from auditapp.persistence.queries.audit_lists import waiting_audits
from auditapp.persistence.queries.auditors import auditors, aways, open_by_auditor
from auditapp.persistence.queries.audits import find_audit
from auditapp.persistence.queries.cases import case_list_to_draw_from, latest_case_list
from auditapp.persistence.queries.cycles import months
from auditapp.persistence.queries.handovers import leavers, people_away
from auditapp.services import audits, replacements
from auditapp.services import cycles as running
from auditapp.services.audits import due_day
from auditapp.services.independence import tied_to, ties_of_open_audits
from auditapp.services.openings import preview_month
from auditapp.web.access import viewer
from auditapp.web.cycle_pages import address_of, month_among, progress_of, way_back_to
from auditapp.web.forms.audits import ReasonForm, ReassignForm
from auditapp.web.forms.cycles import ConfirmMonthForm, OpenMonthForm
from auditapp.web.units import now, session

cycles = Blueprint("cycles", __name__, url_prefix="/months")

WAITING = {
    "late": "Late",
    "unassigned": "Without an auditor",
    "returned": "Returned for correction",
    "left": "With people who left",
    "away": "With people who are away",
}


@cycles.get("/", endpoint="cycles")
def list_months() -> str:
    """List the months that were opened, and open the next."""
    opened, today = months(session()), london_day(now())
    form = _open_form(opened_months={row.month for row in opened})
    return render_template(
        "cycles/cycles.html",
        months=opened,
        open_form=form,
        case_list=latest_case_list(session()),
        next_offer=Month.of(today).next,
        targets={
            month: running.target_of(session(), month, today=today) for month in _offered({row.month for row in opened})
        },
    )


@cycles.route("/open", methods=["GET", "POST"])
def open_one() -> Response | str:
    """Open a month: say what that does, then draw its cases and share them out."""
    if request.method == "GET":
        return _before_opening(request.args.get("month", ""))
    month = month_among(running.months_on_offer(london_day(now())), request.form.get("month", ""))
    cycle = running.open_month(session(), month, seed=secrets.token_hex(16), by=viewer(), at=now())
    flash(f"{month.label} is open: its audits are shared out.", "success")
    return redirect(url_for("cycles.cycle", public_id=cycle.public_id), 303)


@cycles.get("/waiting")
def waiting() -> str:
    """List the audits of all cycles that are late, have no auditor, were sent back, or are with people not there."""
    show = request.args.get("show", "late")
    if show not in WAITING:
        raise NotFound
    today = london_day(now())
    rows, ties = waiting_audits(session(), show=show, today=today), ties_of_open_audits(session())
    holders = leavers(session()) if show == "left" else people_away(session(), today=today) if show == "away" else ()
    return render_template(
        "cycles/waiting.html", rows=rows, kinds=WAITING, show=show, ties=ties, today=today, holders=holders
    )


@cycles.get("/<public_id>")
def cycle(public_id: str) -> str:
    """Show who has done what in a month."""
    found = running.find_cycle(session(), public_id)
    return render_template("cycles/cycle.html", month=Month.parse(found.period), **progress_of(found))


@cycles.get("/<public_id>/draw")
def draw(public_id: str) -> str:
    """Show how the cases were drawn, and perform the draw again."""
    found = running.find_cycle(session(), public_id)
    stored = running.draw_of(session(), found)
    return render_template(
        "cycles/draw.html",
        cycle=found,
        name=Month.parse(found.period).label,
        back=url_for("cycles.cycle", public_id=public_id),
        stored=stored,
        draw=running.read_draw(stored),
        differences=running.verify_draw(session(), found),
    )


@cycles.route("/audits/<public_id>/replace", methods=["GET", "POST"])
def replace(public_id: str) -> Response | str:
    """Replace a drawn case by the next in order."""
    audit = find_audit(session(), public_id, viewer=viewer())
    check_replace(audit, viewer())
    form = ReasonForm()
    if request.method == "POST" and form.validate():
        new = replacements.replace_case(session(), public_id, reason=form.reason.data or "", by=viewer(), at=now())
        flash(f"{audit.reference} is replaced by {new.reference}.", "success")
        return _back(audit)
    return _form_page("cycles/replace.html", audit, form)


@cycles.route("/audits/<public_id>/reassign", methods=["GET", "POST"])
def reassign(public_id: str) -> Response | str:
    """Hand an open audit to another auditor."""
    audit = find_audit(session(), public_id, viewer=viewer())
    check_reassign(audit, viewer())
    form = ReassignForm()
    others = [person for person in auditors(session()) if person.id != audit.auditor_id]
    form.to.choices = [("", "Select an auditor"), *_named(audit, others)]
    if request.method == "POST" and form.validate():
        try:
            moved = audits.reassign(session(), public_id, to=form.to.data or "", by=viewer(), at=now())
        except Refused as problem:
            form.to.errors = [problem.message]
        else:
            flash(f"{moved.reference} is now with {moved.auditor.name if moved.auditor else ''}.", "success")
            return _back(audit)
    return _form_page("cycles/reassign.html", audit, form)


def _named(audit: Audit, people: Sequence[Person]) -> Iterator[tuple[str, str]]:
    """Yield people with what they have to do already, and a word about who has no time for a case or must not have it.

    Whoever can take it and has least to do comes first.
    """
    today = london_day(now())
    days = Span(today, due_day(session(), today))
    found, to_do, tied = aways(session(), days), open_by_auditor(session()), tied_to(session(), audit, people)
    away = {person.id for person in people if is_away(found.get(person.id, ()), days)}
    for person in sorted(people, key=lambda one: (one.id in tied, one.id in away, to_do.get(one.id, 0), one.name)):
        words = [say_count(to_do.get(person.id, 0), "open audit")]
        words += ["away or exempt"] if person.id in away else []
        words += ["not independent"] if person.id in tied else []
        yield person.public_id, f"{person.name} ({', '.join(words)})"


def _before_opening(asked: str) -> Response | str:
    """Say how many cases are drawn from which list, and for whom; where it is open already, show it."""
    if not asked:
        return redirect(url_for("cycles.cycles"), 303)
    month = month_among(running.months_on_offer(london_day(now())), asked)
    there = running.find_month(session(), month)
    if there is not None:
        return redirect(url_for("cycles.cycle", public_id=there.public_id), 303)
    case_list = case_list_to_draw_from(session())
    return render_template(
        "cycles/open.html",
        form=ConfirmMonthForm(month=str(month)),
        month=month,
        preview=preview_month(session(), month, case_list, by=viewer(), at=now()),
        case_list=case_list,
    )


def _offered(opened_months: set[Month]) -> list[Month]:
    """Return the months that may be opened now, those open aside."""
    return [month for month in running.months_on_offer(london_day(now())) if month not in opened_months]


def _open_form(*, opened_months: set[Month]) -> OpenMonthForm:
    form = OpenMonthForm()
    form.month.choices = [(str(month), month.label) for month in _offered(opened_months)]
    return form


def _back(audit: Audit) -> Response:
    return redirect(address_of(audit.cycle), 303)


def _form_page(template: str, audit: Audit, form: ReasonForm | ReassignForm) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    page = render_template(template, audit=audit, form=form, back=way_back_to(audit.cycle))
    return make_response(page, status)
