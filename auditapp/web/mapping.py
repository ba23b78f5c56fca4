"""What the teams and workers of the case lists are here: asked a page at a time, suggested where a name is the same."""

from flask import Blueprint, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from auditapp.domain.errors import NotFound, Stale
from auditapp.domain.wording import say_count
from auditapp.persistence.queries.mapping import (
    MappingPage,
    team_names,
    teams_to_map,
    workers_named,
    workers_to_map,
)
from auditapp.services.mapping import map_teams, map_workers, suggest_teams, unknown_addresses
from auditapp.web.access import viewer
from auditapp.web.form_pages import form_page
from auditapp.web.forms.cases import MappingForm, TeamsForm, WorkersForm, choices_of, name_rows, show
from auditapp.web.paging import paging
from auditapp.web.units import now, session

mapping = Blueprint("mapping", __name__, url_prefix="/matching")


@mapping.route("/teams", methods=["GET", "POST"])
def teams() -> Response:
    """Say which teams of the service the teams of the lists are."""
    form = TeamsForm()
    names = team_names(session())
    if request.method == "POST":
        form.offer(names)
        if not form.validate():
            raise Stale("A team that you chose is not here any more. Nothing was changed: reload the page.")
        changed = map_teams(session(), choices_of(form), by=viewer(), at=now())
        return _saved(changed, "team", url_for("cases.mapping.teams"))
    page = teams_to_map(session(), after=request.args.get("after", ""))
    suggested = suggest_teams(page.rows, names)
    show(form, page.rows, suggested=suggested)
    form.offer(names)
    return _page("cases/teams.html", form, page, suggested=suggested)


@mapping.route("/workers", methods=["GET", "POST"])
def workers() -> Response:
    """Say which people the workers of the lists are."""
    form, search = WorkersForm(), request.args.get("search", "").strip()
    if request.method == "GET":
        page = workers_to_map(session(), after=request.args.get("after", ""), search=search)
        show(form, page.rows, suggested={})
        return _page("cases/workers.html", form, page, search=search)
    if form.validate():
        addresses = {choice.chosen for choice in choices_of(form).values() if choice.chosen}
        form.refuse(unknown_addresses(session(), addresses))
    if form.errors:
        page = workers_named(session(), list(choices_of(form)))
        return _page("cases/workers.html", form, page, search=search)
    changed = map_workers(session(), choices_of(form), by=viewer(), at=now())
    return _saved(changed, "worker", url_for("cases.mapping.workers", search=search or None))


def _page(template: str, form: MappingForm, page: MappingPage, **values: object) -> Response:
    rows = {row.public_id: row for row in page.rows}
    if not rows.keys() >= choices_of(form).keys():
        raise NotFound
    name_rows(form, rows)
    ways = paging(request.endpoint or "", page.next_after, search=values.get("search"))
    return form_page(template, form, page=page, rows=rows, paging=ways, **values)


def _saved(changed: int, kind: str, onward: str) -> Response:
    """Say what was changed and show what is to be matched next."""
    if changed:
        flash(f"{say_count(changed, kind)} changed.", "success")
    else:
        flash("Nothing was different, so nothing was changed.")
    return redirect(onward, 303)
