"""An audit as a record: checked, submitted, read, printed, sent back."""

from http import HTTPStatus

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from auditapp.config import Settings, resources
from auditapp.documents.record_paper import record_paper
from auditapp.domain import records as documents
from auditapp.domain.errors import NotNow
from auditapp.domain.permissions import allowed
from auditapp.domain.vocabulary import AuditState, Role
from auditapp.domain.workflow import OPEN, check_raise, check_return, check_write
from auditapp.persistence.audits import Audit, SubmittedRecord
from auditapp.persistence.queries import trail as trails
from auditapp.persistence.queries.audit_lists import my_open_audits
from auditapp.persistence.queries.audits import find_audit, find_audit_with_history, find_record, revisions
from auditapp.persistence.trail import audit_chain
from auditapp.services import audits, readings, supervision
from auditapp.services.records import write_record
from auditapp.web.access import may_open, viewer
from auditapp.web.cycle_pages import PAGES, address_of, name_and_address
from auditapp.web.forms.audits import ReasonForm, SubmitForm
from auditapp.web.presenters import page_titles, stand_under
from auditapp.web.units import database, now, session

records = Blueprint("records", __name__, url_prefix="/audits/<public_id>")


@records.route("/check", methods=["GET", "POST"])
def check(public_id: str) -> Response | str:
    """Show everything on one page, what is missing first, and take the declaration."""
    form = SubmitForm()
    if request.method == "POST" and form.validate():
        try:
            audit = audits.submit(session(), public_id, by=viewer(), at=now())
        except audits.NotComplete:
            flash("Something is still missing: it is listed below. Nothing was submitted.")
            return redirect(url_for("records.check", public_id=public_id), 303)
        except NotNow:
            if not _is_submitted(public_id):
                raise
            flash("This audit was submitted already. It is submitted once.")
            return redirect(url_for("records.record", public_id=public_id), 303)
        flash(_thanks(audit), "success")
        return redirect(url_for("records.record", public_id=public_id), 303)
    page = _check_page(public_id, form)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)


def _is_submitted(public_id: str) -> bool:
    """Say whether one's own audit was submitted, in another tab perhaps: pressing twice is no mistake."""
    audit = find_audit(session(), public_id, viewer=viewer())
    return audit.auditor_id == viewer().person_id and audit.state is AuditState.SUBMITTED


@records.get("/record")
def record(public_id: str) -> str:
    """Show what was submitted, in the version that is asked for or the last."""
    audit, kept = _read(public_id)
    return render_template(
        "records/record.html",
        audit=audit,
        kept=kept,
        record=documents.from_json(kept.document),
        versions=revisions(session(), audit.id, viewer=viewer()),
        may_return=kept.revision == audit.revision and allowed(check_return, audit, viewer()),
        picked=_picked(audit),
        pick=_pick(audit),
        may_raise=allowed(check_raise, audit, viewer()),
        way_back=_way_back(audit),
    )


@records.get("/record.pdf")
def paper(public_id: str) -> Response:
    """Give the record as a PDF."""
    audit, kept = _read(public_id)
    settings: Settings = current_app.extensions["settings"]
    said = documents.from_json(kept.document)
    content = record_paper(
        said,
        scale=audit.scale_version.scale,
        council=settings.council_name,
        made_at=kept.submitted_at,
        fonts=resources() / "static" / "build" / "fonts",
        classification=settings.classification,
        theme=audit.cycle.theme,
    )
    response = make_response(content)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'attachment; filename="{said.reference}.pdf"'
    return response


@records.get("/history")
def history(public_id: str) -> str:
    """Tell what was done with an audit, in sentences."""
    audit = find_audit_with_history(session(), public_id, viewer=viewer())
    names = {code: f"'{title}'" for code, title in page_titles(audit.tool_version.tool).items()}
    rows = trails.history(session(), audit_chain(audit.public_id), names=names)
    back = _way_back(audit)
    if audit.state is AuditState.SUBMITTED:
        back = {"text": "The audit", "href": url_for("records.record", public_id=public_id)}
    elif audit.auditor_id == viewer().person_id and audit.state in OPEN:
        back = {"text": "The audit", "href": url_for("audits.audit", public_id=public_id)}
    return render_template("records/history.html", audit=audit, rows=rows, back=back)


@records.route("/return", methods=["GET", "POST"])
def send_back(public_id: str) -> Response | str:
    """Return a submitted audit for correction, with a reason."""
    audit = find_audit(session(), public_id, viewer=viewer())
    check_return(audit, viewer())
    form = ReasonForm()
    if request.method == "POST" and form.validate():
        audits.send_back(session(), public_id, reason=form.reason.data or "", by=viewer(), at=now())
        flash(f"{audit.reference} was returned for correction.", "success")
        return redirect(address_of(audit.cycle), 303)
    page = render_template("records/return.html", audit=audit, form=form)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)


def _read(public_id: str) -> tuple[Audit, SubmittedRecord]:
    """Return an audit and its record, in the version that is asked for or the last, once its history tells of it.

    The line is written before anything is shown, and apart, since the page itself cannot write: where it cannot be
    written, nobody reads.
    """
    kept = find_record(session(), public_id, viewer=viewer(), revision=request.args.get("version", type=int))
    audit = find_audit(session(), public_id, viewer=viewer())
    if readings.is_to_be_told(session(), audit, by=viewer(), at=now()):
        with database().transaction() as apart:
            readings.tell(apart, public_id, by=viewer(), at=now())
    return audit, kept


def _picked(audit: Audit) -> dict[str, str] | None:
    """Return the audit of a supervision file that this one led to, and where it is followed, for QA."""
    if audit.case_id is None or not viewer().has(Role.QA):
        return None
    found = supervision.picked_file(session(), audit)
    if found is None:
        return None
    return {"reference": found.reference, "href": address_of(found.cycle)}


def _pick(audit: Audit) -> dict[str, str] | None:
    """Return what QA is offered, or told instead, about the supervision file of the worker of a case."""
    if not viewer().has(Role.QA) or not allowed(supervision.check_pick, session(), audit):
        return None
    return {"why_not": supervision.why_not_again(session(), audit, at=now())}


def _way_back(audit: Audit) -> dict[str, str]:
    """Return the link to where its reader comes from, marked in the navigation: their own audits, the month, home."""
    me, cycle = viewer(), audit.cycle
    endpoint, text, href = "home.home", "Home", url_for("home.home")
    if audit.auditor_id == me.person_id and may_open("audits.mine", me):
        endpoint, text, href = "audits.mine", "My audits", url_for("audits.mine")
    elif cycle.kind in PAGES and may_open(PAGES[cycle.kind], me):
        endpoint, (text, href) = "cycles.cycle", name_and_address(cycle)
    stand_under(endpoint)
    return {"text": text, "href": href}


def _thanks(audit: Audit) -> Markup:
    """Say to its auditor who can read an audit now, and lead to the next one, or home."""
    following = next(iter(my_open_audits(session(), viewer())), None)
    if following is None:
        href, words = url_for("home.home"), "Go to your first page"
    else:
        href, words = url_for("audits.audit", public_id=following.public_id), f"Go on with {following.reference}"
    return Markup(
        '{} is submitted. Thank you. {} can read it now. <a class="govuk-notification-banner__link" href="{}">{}</a>'
    ).format(audit.reference, _readers(audit), href, words)


def _readers(audit: Audit) -> str:
    """Name those who may read a submitted audit, as `persistence.scope` lets them."""
    team, worker = audit.list_team, audit.list_worker
    readers = ["The quality assurance team", "the director"]
    if team and team.team_id:
        readers.append(f"the managers and heads of {team.name}")
    if worker and worker.person_id:
        readers.append("the worker of the case")
    return f"{', '.join(readers[:-1])} and {readers[-1]}"


def _check_page(public_id: str, form: SubmitForm) -> str:
    audit = find_audit(session(), public_id, viewer=viewer())
    check_write(audit, viewer())
    answers = audits.answers_of(session(), audit)
    stand_under("audits.mine")
    return render_template(
        "records/check.html",
        audit=audit,
        form=form,
        lacks=audits.lacks_of(audit, answers),
        pages=[*page_titles(audit.tool_version.tool).items(), ("actions", "Actions")],
        record=write_record(audit, answers, at=now()),
    )
