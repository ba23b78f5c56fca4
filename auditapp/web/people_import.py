"""People from a file: sent, shown, and accepted or refused."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from auditapp.domain.errors import InvalidFile, Stale
from auditapp.domain.people import FULL_TIME, say_working_time
from auditapp.domain.people_lists import PeopleList
from auditapp.domain.people_sheets import Column
from auditapp.domain.vocabulary import Role
from auditapp.services import people_import as importing
from auditapp.web.access import viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.people import PeopleFileForm, SettleForm
from auditapp.web.units import database, now, own_units, session, write_once
from auditapp.web.uploads import on_disk, say_refused

people_import = Blueprint("people_import", __name__, url_prefix="/import")

# A list that can be imported as it stands, under the headings of `Column`.
EXAMPLE = (
    ("", "", "", "", "Assessment", "", ""),
    ("Mira Example", "mira@example.gov.uk", "Auditor", "North", "Assessment", "", "0.8"),
    ("Mira Example", "mira@example.gov.uk", "QA", "", "", "", ""),
    ("Ola Sample", "ola@example.gov.uk", "Head of service", "", "Assessment", "", ""),
    ("", "", "", "", "", "Police", ""),
)


@people_import.route("/", methods=["GET", "POST"])
@own_units
def upload() -> Response:
    """Take a file, read it, and let it wait until somebody has looked at what it would do."""
    form = PeopleFileForm()
    if request.method == "GET" or not form.validate():
        return _upload_page(form)
    try:
        listed = _read(form.file.data)
    except InvalidFile as problem:
        return _upload_page(form, say_refused(form.file, problem))
    return write_once(lambda: _keep(listed, file_name=form.file.data.filename))


@people_import.route("/<public_id>", methods=["GET", "POST"])
def preview(public_id: str) -> Response | str:
    """Show what a list would do, and do it."""
    if request.method == "GET":
        waiting = importing.waiting_people(session(), public_id, by=viewer(), at=now())
        return render_template(
            "people/preview.html", waiting=waiting, say_working_time=say_working_time, full_time=FULL_TIME
        )
    try:
        done = importing.accept_people(session(), public_id, seen=SettleForm().seen.data or "", by=viewer(), at=now())
    except Stale as problem:
        flash(problem.message)
        return redirect(url_for("people.people_import.preview", public_id=public_id), 303)
    flash(f"The list was accepted: {len(done.added)} added, {len(done.changed)} changed.", "success")
    return redirect(url_for("people.people"), 303)


@people_import.post("/<public_id>/refuse")
def refuse(public_id: str) -> Response:
    """Forget a list."""
    importing.refuse_people(session(), public_id, by=viewer(), at=now())
    flash("The list was discarded. Nobody was changed.", "success")
    return redirect(url_for("people.people"), 303)


def _read(upload: FileStorage) -> PeopleList:
    with on_disk(upload) as path, database().reading() as current:
        return importing.read_people(current, path, name=upload.filename or "", by=viewer())


def _keep(listed: PeopleList, *, file_name: str) -> Response:
    public_id = importing.keep_people(session(), listed, file_name=file_name, by=viewer(), at=now())
    return redirect(url_for("people.people_import.preview", public_id=public_id), 303)


def _upload_page(form: PeopleFileForm, problems: tuple[str, ...] = ()) -> Response:
    return form_page("people/upload.html", form, problems=problems, columns=Column, roles=Role, example=EXAMPLE)
