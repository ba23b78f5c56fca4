"""Audit tools: read, imported as drafts, published, retired."""

from http import HTTPStatus

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.wrappers import Response as Answer

from auditapp.documents.definitions import to_yaml
from auditapp.domain.errors import Refused
from auditapp.domain.tools import QOP
from auditapp.domain.vocabulary import ToolState
from auditapp.persistence.queries.tools import open_audits, tool_versions
from auditapp.services import tools as keeping
from auditapp.web.access import viewer
from auditapp.web.units import now, session
from auditapp.web.uploads import say_refused

tools = Blueprint("tools", __name__, url_prefix="/tools")

# What a file is here as, and what to do: a new one is a draft, and one that was here is what it was.
IMPORTED = {
    ToolState.DRAFT: "is here as a draft. Read it below, then publish it.",
    ToolState.PUBLISHED: "is here already and published: nothing was changed. "
    "To change a tool, give it the next version number.",
    ToolState.RETIRED: "is here already and retired: nothing was changed. To use it for new audits, publish it again.",
}


class ImportForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The file of a tool."""

    file = FileField(
        "File of the tool",
        description="A text file whose name ends in .yaml. Download a tool that is here to see how one is written.",
    )


@tools.get("/", endpoint="tools")
def list_tools() -> str:
    """List every version of every tool."""
    return render_template("tools/tools.html", versions=tool_versions(session()))


@tools.get("/<public_id>")
def tool(public_id: str) -> str:
    """Show one version whole: its domains and questions, as an auditor gets them."""
    version = keeping.find_version(session(), public_id)
    scale = keeping.scale_of(session(), version).scale
    return render_template("tools/tool.html", version=version, tool=version.tool, scale=scale)


@tools.get("/<public_id>/definition.yaml")
def definition(public_id: str) -> Answer:
    """Give the definition file of a version, to change it and import it as the next."""
    version = keeping.find_version(session(), public_id)
    name = f"{version.slug}-{version.version}.yaml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(to_yaml(version.tool), mimetype="application/yaml", headers=headers)


@tools.route("/import", methods=["GET", "POST"])
def upload() -> Answer | str:
    """Import a tool from its file as a draft."""
    form = ImportForm()
    sent = request.files.get("file")
    problems: tuple[str, ...] = ()
    if request.method == "POST":
        if sent is None or not sent.filename:
            form.file.errors = ["Select the file of a tool."]
        else:
            try:
                version = keeping.import_tool(session(), sent.read(), name=sent.filename, by=viewer(), at=now())
            except Refused as refusal:
                problems = say_refused(form.file, refusal)
            else:
                flash(f"{version.tool.title} {IMPORTED[version.state]}", "success")
                return redirect(url_for("tools.tool", public_id=version.public_id), 303)
    page = render_template("tools/import.html", form=form, problems=problems)
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if form.file.errors else HTTPStatus.OK)


@tools.post("/<public_id>/publish")
def publish(public_id: str) -> Answer:
    """Use a version for new audits."""
    version = keeping.find_version(session(), public_id)
    keeping.publish(session(), version, by=viewer(), at=now())
    flash(f"{version.tool.title} is published: new audits are made with it.", "success")
    return redirect(url_for("tools.tool", public_id=public_id), 303)


@tools.route("/<public_id>/retire", methods=["GET", "POST"])
def retire(public_id: str) -> Answer | str:
    """Take a version out of use for new audits: ask first."""
    version = keeping.find_version(session(), public_id)
    if request.method == "GET":
        keeping.check_retire(version)
        return render_template(
            "tools/retire.html",
            version=version,
            tool=version.tool,
            opens_months=version.slug == QOP,
            open_audits=open_audits(session(), version),
        )
    keeping.retire(session(), version, by=viewer(), at=now())
    flash(f"{version.tool.title} is retired. Audits begun with it keep it. You can publish it again.", "success")
    return redirect(url_for("tools.tool", public_id=public_id), 303)
