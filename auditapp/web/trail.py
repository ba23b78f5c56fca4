"""The trail, for administrators: what was done in the service, and whether the record of it is whole."""

from flask import Blueprint, render_template, request

from auditapp.domain.errors import NotFound
from auditapp.domain.trail_sentences import KINDS
from auditapp.persistence.queries.trail import trail_page
from auditapp.services import trail as trails
from auditapp.web.forms.fields import read_count
from auditapp.web.paging import paging
from auditapp.web.units import session

trail = Blueprint("trail", __name__, url_prefix="/trail")


@trail.get("/", endpoint="trail")
def list_events() -> str:
    """Show what was done, newest first."""
    kind, before = request.args.get("kind") or None, request.args.get("before") or None
    if kind is not None and kind not in KINDS:
        raise NotFound
    page = trail_page(session(), kind=kind, before=_position(before) if before else None)
    ways = paging("trail.trail", page.next_before, key="before", kind=kind)
    return render_template(
        "trail/trail.html", page=page, kinds=_kinds(), kind=kind, is_first=before is None, paging=ways
    )


@trail.get("/check")
def check() -> str:
    """Read the whole trail again and say whether it is whole."""
    return render_template("trail/check.html", verdict=trails.verify(session()))


def _kinds() -> list[tuple[str, str]]:
    return sorted(((name, kind.label) for name, kind in KINDS.items()), key=lambda pair: pair[1])


def _position(text: str) -> int:
    position = read_count(text)
    if position is None:
        raise NotFound
    return position
