"""Writing an audit: the list of one's audits, the task list of one, its pages, and the saving of single answers."""

import re
import secrets
from collections.abc import Container, Iterable, Mapping
from functools import partial
from http import HTTPStatus

from flask import Blueprint, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.activity import suggested_minutes
from auditapp.domain.calendar import london_day, say_instant, say_time
from auditapp.domain.completeness import domain_grades, progress
from auditapp.domain.errors import NotFound
from auditapp.domain.grading import Indicative, Scale, indicative_grade, reason_required
from auditapp.domain.items import OVERALL, OVERALL_GRADE, OVERALL_REASON, Item
from auditapp.domain.vocabulary import AuditState, CaseType, Refusal, Unjudged
from auditapp.domain.workflow import check_refuse, check_write
from auditapp.persistence.answers import StoredAnswer, stored_answers
from auditapp.persistence.audits import Audit
from auditapp.persistence.queries.audit_lists import my_open_audits, my_submitted_audits, submitted_page
from auditapp.persistence.queries.audits import find_audit
from auditapp.persistence.tools import form_of
from auditapp.services import answers, replacements
from auditapp.services.answers import Saved, Typed, problem_of
from auditapp.services.audits import lacks_of
from auditapp.services.tools import scales_in_use
from auditapp.web.access import may_open, viewer
from auditapp.web.forms import answers as forms
from auditapp.web.forms.audits import RefusalForm
from auditapp.web.paging import paging
from auditapp.web.presenters import page_titles, stand_under
from auditapp.web.units import now, session, store_first

audits = Blueprint("audits", __name__, url_prefix="/audits")

CONCERN = "concern"
SITTING = re.compile(r"[A-Za-z0-9_-]{8,40}")


@audits.get("/")
def mine() -> str:
    """List one's audits: what is to be finished, most urgent first, and what was submitted."""
    me = viewer()
    return render_template(
        "audits/mine.html",
        open_audits=my_open_audits(session(), me),
        submitted=my_submitted_audits(session(), me),
        today=london_day(now()),
    )


@audits.get("/submitted")
def submitted() -> str:
    """List the submitted audits that one may read, 25 a page: all, or those that the filters in the address leave."""
    case_type, grade = request.args.get("type", ""), request.args.get("grade", "")
    grades = {kept.value: kept.label for scale in scales_in_use(session()) for kept in scale.grades}
    if case_type and case_type not in list(CaseType):
        raise NotFound
    page = submitted_page(
        session(),
        viewer(),
        after=request.args.get("after", ""),
        case_type=CaseType.of(case_type) if case_type else None,
        grade=grade,
    )
    stand_under("audits.mine" if may_open("audits.mine", viewer()) else "home.home")
    return render_template(
        "audits/submitted.html",
        page=page,
        filters={"type": case_type or None, "grade": grade or None},
        types=[(kind.value, kind.label) for kind in CaseType],
        grades=grades.items(),
        paging=paging("audits.submitted", page.next_after, type=case_type, grade=grade),
    )


@audits.get("/<public_id>")
def audit(public_id: str) -> Response | str:
    """Show the task list of an audit that one is writing; lead to the record of one that is submitted."""
    found = find_audit(session(), public_id, viewer=viewer())
    if found.state is AuditState.SUBMITTED:
        return redirect(url_for("records.record", public_id=public_id), 303)
    check_write(found, viewer())
    tool, scale = found.tool_version.tool, found.scale_version.scale
    said = {item: stored.answer for item, stored in stored_answers(session(), found.id).items()}
    return render_template(
        "audits/audit.html",
        audit=found,
        steps=progress(tool, said, case_type=found.case_type, scale=scale),
        titles=page_titles(tool),
        lacks=lacks_of(found, said),
        today=london_day(now()),
    )


@audits.route("/<public_id>/<section>", methods=["GET", "POST"])
def section(public_id: str, section: str) -> Response | str:
    """Show one page of the form, or store it whole."""
    if request.method == "GET":
        found = find_audit(session(), public_id, viewer=viewer())
        check_write(found, viewer())
        return _page(found, section, sitting=secrets.token_urlsafe(9))
    audit = answers.audit_to_write(session(), public_id, by=viewer())
    asked = [item for item in audit.form.values() if item.section == section] or abort(404)
    sitting = _sitting(request.form.get("sitting", ""))
    stored = stored_answers(session(), audit.id, items=[item.code for item in asked])
    typed = forms.typed(request.form, asked, stored=stored, sitting=sitting)
    choices = forms.choices(request.form, typed)
    mine = {code: entry for code, entry in typed.items() if choices.get(code) in {None, forms.MINE}}
    saved = _store(audit, mine, sitting=sitting)
    undecided = [code for code, choice in choices.items() if choice not in {forms.MINE, forms.SAVED}]
    conflicts = {**{code: stored[code] for code in undecided if code in stored}, **saved.conflicts}
    if conflicts:
        page = _conflict(public_id, section, conflicts, typed=typed, sitting=sitting, undecided=undecided)
        return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if undecided else HTTPStatus.CONFLICT)
    problems = {**_problems_before(asked, stored, but=typed), **saved.problems, **_reason_asked_for(audit, section)}
    if not problems or request.form.get("then") == CONCERN:
        return _after(audit, section)
    found = find_audit(session(), public_id, viewer=viewer())
    page = _page(found, section, sitting=sitting, problems=problems, typed=typed)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY)


@audits.route("/<public_id>/refuse", methods=["GET", "POST"])
def refuse(public_id: str) -> Response | str:
    """Give a case back that one cannot audit, and take the next in order."""
    found = find_audit(session(), public_id, viewer=viewer())
    check_refuse(found, viewer())
    form, is_drawn = RefusalForm(), replacements.is_drawn(session(), found)
    if found.case_id is None:
        form.ask_of_file()
    if request.method == "POST" and form.validate():
        why, refusal = form.reason.data or "", Refusal.of(form.refusal.data or "")
        new = replacements.refuse_case(session(), public_id, refusal=refusal, reason=why, by=viewer(), at=now())
        if new.auditor is None:
            what = "the next one" if is_drawn else "it"
            flash(f"{found.reference} is given back. The quality assurance team gives {what} to somebody else.")
            return redirect(url_for("audits.mine"), 303)
        flash(f"You have {new.reference} instead of {found.reference}.", "success")
        return redirect(url_for("audits.audit", public_id=new.public_id), 303)
    page = render_template("audits/refuse.html", audit=found, form=form, is_drawn=is_drawn)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)


@audits.post("/<public_id>/answers")
def save_answer(public_id: str) -> Response:
    """Store one answer as it is given, for the page's own script."""
    code, entry, sitting = forms.typed_alone(request.get_json()) or abort(400)
    audit = answers.audit_to_write(session(), public_id, by=viewer())
    saved = _store(audit, {code: entry}, sitting=_sitting(sitting))
    if saved.conflicts:
        other = saved.conflicts[code]
        who = "you" if other.saved_by_id == viewer().person_id else other.saved_by
        where = " in another window" if other.saved_by_id == viewer().person_id else ""
        problem = f"{who} saved another answer{where} on {say_instant(other.saved_at)}."
        return make_response(jsonify(problem=problem, conflict=True), HTTPStatus.CONFLICT)
    return jsonify(
        version=saved.versions[code],
        was=forms.digest(entry.value, entry.text),
        saved=f"Saved {say_time(now())}",
        problem=saved.problems.get(code, ""),
    )


def _store(audit: answers.WritingAudit, typed: Mapping[str, Typed], *, sitting: str) -> Saved:
    """Store and commit before anything is judged: what was typed is safe whatever the answer will be."""
    saved = answers.save(session(), audit, typed=typed, sitting=sitting, by=viewer(), at=now())
    store_first()
    return saved


def _sitting(text: str) -> str:
    return text if SITTING.fullmatch(text) else abort(400)


def _problems_before(
    asked: Iterable[Item], stored: Mapping[str, StoredAnswer], *, but: Container[str]
) -> dict[str, str]:
    """Return what is wrong with answers of this page that were saved earlier, as its script saves them."""
    kept = {item.code: problem_of(item, stored[item.code].answer) for item in asked if item.code in stored}
    return {code: problem for code, problem in kept.items() if problem and code not in but}


def _after(audit: answers.WritingAudit, section: str) -> Response:
    """Go where the button says: the next page, another one or the grade there, the list, or to raise a concern."""
    public_id, then = audit.public_id, request.form.get("then", "")
    if then in {"list", CONCERN}:
        endpoint = "audits.audit" if then == "list" else "concerns.raise_one"
        return redirect(url_for(endpoint, public_id=public_id), 303)
    codes = list(dict.fromkeys(item.section for item in audit.form.values()))
    place, (kind, _, chosen) = codes.index(section), then.partition(" ")
    if kind in {"page", "grade"} and chosen in codes:
        anchor = f"item-{chosen}-grade" if kind == "grade" else None
        return redirect(url_for("audits.section", public_id=public_id, section=chosen, _anchor=anchor), 303)
    following = place - 1 if then == "previous" and place > 0 else place + 1
    if following < len(codes):
        return redirect(url_for("audits.section", public_id=public_id, section=codes[following]), 303)
    return redirect(url_for("actions.actions", public_id=public_id), 303)


def _reason_asked_for(audit: answers.WritingAudit, section: str) -> dict[str, str]:
    """Return what is missing where one goes on from the overall grade, and not where one leaves it for another page."""
    if section != OVERALL or request.form.get("then"):
        return {}
    found = find_audit(session(), audit.public_id, viewer=viewer())
    lack = _missing_reason(found, stored_answers(session(), found.id))
    return {OVERALL_REASON: lack} if lack else {}


def _page(
    audit: Audit,
    section: str,
    *,
    sitting: str,
    problems: Mapping[str, str] | None = None,
    typed: Mapping[str, Typed] | None = None,
) -> str:
    tool, scale = audit.tool_version.tool, audit.scale_version.scale
    stored = stored_answers(session(), audit.id)
    said = {item: entry.answer for item, entry in stored.items()}
    steps = progress(tool, said, case_type=audit.case_type, scale=scale)
    places = {step.section.code: place for place, step in enumerate(steps)}
    if section not in places:
        abort(404)
    place = places[section]
    grades = domain_grades(tool, said)
    indicative = indicative_grade(tool, grades, scale=scale)
    form = form_of(audit.tool_version.definition, audit.scale_version.definition, audit.case_type)
    asked = [item for item in form.values() if item.section == section]
    later = [item for item in asked if item.code == OVERALL_REASON and not _reason_is_shown(indicative, stored)]
    show = partial(forms.show, stored=stored, problems=problems, typed=typed, own_id=viewer().person_id)
    return render_template(
        "audits/overall.html" if section == OVERALL else "audits/section.html",
        audit=audit,
        form=show([item for item in asked if item not in later]),
        where_grades_differ=show(later),
        sitting=sitting,
        steps=steps,
        here=steps[place],
        before=steps[place - 1] if place else None,
        after=steps[place + 1] if place + 1 < len(steps) else None,
        titles=page_titles(tool),
        last_saved=_last_saved(stored),
        grades=_labels(grades, scale),
        limiting=[number for number, domain in enumerate(tool.domains, start=1) if domain.limits],
        indicative=indicative,
        scale=scale,
        tool=tool,
        reason_missing=_missing_reason(audit, stored),
        minutes=suggested_minutes(entry.saved_at for entry in stored.values()),
    )


def _labels(grades: Mapping[str, str], scale: Scale) -> dict[str, str]:
    """Return stored grades, by domain, as people read them."""
    labels = {grade.value: grade.label for grade in (*scale.grades, *Unjudged)}
    return {domain: labels[value] for domain, value in grades.items()}


def _last_saved(stored: Mapping[str, StoredAnswer]) -> str:
    """Say when something was saved last: with its day where that is not today, and nothing where nothing was."""
    if not stored:
        return ""
    last = max(entry.saved_at for entry in stored.values())
    return say_time(last) if london_day(last) == london_day(now()) else say_instant(last)


def _reason_is_shown(indicative: Indicative, stored: Mapping[str, StoredAnswer]) -> bool:
    own = stored.get(OVERALL_GRADE)
    differs = reason_required(indicative.grade.value if indicative.grade else None, own.answer.value if own else None)
    return differs or OVERALL_REASON in stored


def _missing_reason(audit: Audit, stored: Mapping[str, StoredAnswer]) -> str:
    """Say that the reason for another grade than the indicative one is missing, or nothing."""
    said = {item: entry.answer for item, entry in stored.items()}
    return next((lack.sentence for lack in lacks_of(audit, said) if lack.code == OVERALL_REASON), "")


def _conflict(
    public_id: str,
    section: str,
    conflicts: Mapping[str, StoredAnswer],
    *,
    typed: Mapping[str, Typed],
    sitting: str,
    undecided: Iterable[str],
) -> str:
    """Show both texts of every answer that somebody saved meanwhile, and ask which to keep."""
    audit = find_audit(session(), public_id, viewer=viewer())
    form = form_of(audit.tool_version.definition, audit.scale_version.definition, audit.case_type)
    asked = [item for code, item in form.items() if code in conflicts]
    problems = dict.fromkeys(undecided, "Select which answer to keep.")
    return render_template(
        "audits/conflict.html",
        audit=audit,
        section=section,
        sitting=sitting,
        then=request.form.get("then", ""),
        stored=conflicts,
        form=forms.show(asked, conflicts, problems=problems, own_id=viewer().person_id, part="keep"),
        mine=typed,
    )
