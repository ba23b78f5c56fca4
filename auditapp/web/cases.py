"""Case lists: imported, looked at before they count, and kept as the frames that samples are drawn from."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from auditapp.config import Settings
from auditapp.documents.file_limits import MIB, FileLimits
from auditapp.domain.calendar import say_date
from auditapp.domain.case_lists import frame_hash
from auditapp.domain.errors import InvalidFile, Refused
from auditapp.domain.list_doubts import doubts
from auditapp.domain.vocabulary import CaseType
from auditapp.persistence.queries.cases import case_lists_page, find_case_list, same_in_force, strata, unmapped
from auditapp.services import case_imports
from auditapp.services.case_imports import ReadCaseList, WaitingCaseList
from auditapp.services.cases import check_day, preview_case_list, read_case_list, understanding_of
from auditapp.web.access import viewer
from auditapp.web.case_tables import OUTCOMES, lists_table, strata_table
from auditapp.web.form_pages import form_page
from auditapp.web.forms.cases import CaseListForm
from auditapp.web.mapping import mapping
from auditapp.web.paging import paging
from auditapp.web.units import database, now, own_units, session, write_once
from auditapp.web.uploads import on_disk, say_refused

cases = Blueprint("cases", __name__, url_prefix="/case-lists")
cases.register_blueprint(mapping)


@cases.get("/", endpoint="cases")
def list_case_lists() -> str:
    """List the case lists, the latest first."""
    page = case_lists_page(session(), after=request.args.get("after", ""))
    lists = [(row, understanding_of(row)) for row in page.rows]
    ways = paging("cases.cases", page.next_after)
    return render_template(
        "cases/cases.html", lists=lists, types=CaseType, paging=ways, is_first_page="after" not in request.args
    )


@cases.get("/<public_id>")
def case_list(public_id: str) -> str:
    """Show what a case list holds, and what was understood of its file."""
    found = find_case_list(session(), public_id)
    understanding = understanding_of(found)
    return render_template(
        "cases/case_list.html",
        case_list=found,
        understanding=understanding,
        strata=strata_table(strata(session(), found.id)),
        lists=lists_table(understanding.lists),
        outcomes=OUTCOMES,
        unmapped=unmapped(session(), found.id),
    )


@cases.route("/import", methods=["GET", "POST"])
@own_units
def upload() -> Response:
    """Take a file, read it, and let it wait until somebody has looked at what was understood of it."""
    form = CaseListForm()
    if request.method == "GET" or not form.validate():
        return _upload_page(form)
    try:
        check_day(form.day, at=now())
    except Refused as problem:
        form.as_of.errors = [problem.message]
        return _upload_page(form)
    try:
        read = _read(form)
    except InvalidFile as problem:
        return _upload_page(form, say_refused(form.file, problem))
    return write_once(lambda: _keep(read, file_name=form.file.data.filename))


@cases.get("/import/<public_id>")
def preview(public_id: str) -> str:
    """Show what was understood of a file, and what accepting it would mean."""
    waiting = case_imports.waiting_case_list(session(), public_id, by=viewer(), at=now())
    listed = waiting.read.case_list
    found = preview_case_list(session(), listed)
    return render_template(
        "cases/preview.html",
        waiting=waiting,
        preview=found,
        doubts=doubts(listed, file_name=waiting.file_name, before=found.before, changes=found.changes),
        understanding=waiting.read.understanding,
        strata=strata_table(found.strata),
        lists=lists_table(waiting.read.understanding.lists),
        outcomes=OUTCOMES,
    )


@cases.post("/import/<public_id>/accept")
@own_units
def accept(public_id: str) -> Response:
    """Store a case list that waited."""
    with database().reading() as current:
        waiting = case_imports.waiting_case_list(current, public_id, by=viewer(), at=now())
    return write_once(lambda: _accept(waiting))


@cases.post("/import/<public_id>/discard")
def discard(public_id: str) -> Response:
    """Forget a case list that waited."""
    case_imports.discard_case_list(session(), public_id, by=viewer(), at=now())
    flash("The file was discarded. Nothing was changed.", "success")
    return redirect(url_for("cases.cases"), 303)


def _read(form: CaseListForm) -> ReadCaseList:
    limits = FileLimits(file=_megabytes() * MIB)
    upload = form.file.data
    with on_disk(upload) as path:
        return ReadCaseList(*read_case_list(path, name=upload.filename, as_of=form.day, limits=limits))


def _keep(read: ReadCaseList, *, file_name: str) -> Response:
    public_id = case_imports.keep_case_list(session(), read, file_name=file_name, by=viewer(), at=now())
    return redirect(url_for("cases.preview", public_id=public_id), 303)


def _accept(waiting: WaitingCaseList) -> Response:
    listed = waiting.read.case_list
    was_here = same_in_force(session(), listed.as_of, frame_hash(listed.entries)) is not None
    stored = case_imports.accept_waiting(session(), waiting, by=viewer(), at=now())
    day = say_date(listed.as_of)
    if was_here:
        flash(f"This case list of {day} was here already. Nothing was changed.")
    else:
        flash(f"The case list of {day} was imported: {stored.size:,} children.", "success")
    return redirect(url_for("cases.case_list", public_id=stored.public_id), 303)


def _upload_page(form: CaseListForm, problems: tuple[str, ...] = ()) -> Response:
    return form_page("cases/upload.html", form, problems=problems, megabytes=_megabytes())


def _megabytes() -> int:
    settings: Settings = current_app.extensions["settings"]
    return settings.upload_megabytes
