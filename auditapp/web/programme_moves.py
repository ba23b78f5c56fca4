"""What the page of a move shows: where an entry can go, what would move along, and what would be wrong then."""

from datetime import date

from flask import request

from auditapp.domain.calendar import CouncilYear, london_day
from auditapp.domain.errors import Refused
from auditapp.domain.programme import MONTHLY, Entry, check_within
from auditapp.domain.programme_changes import Move, fingerprint_of
from auditapp.persistence.queries import programme as stored
from auditapp.services import programme as planning
from auditapp.services.programme_years import flags_of_move
from auditapp.web.forms.programme import ALONE, LATER, WhereToForm
from auditapp.web.units import now, session


def sent_day(text: str) -> date:
    """Return the day that a page showed; refused where somebody tampered with it."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("That is no day to move it to. Go back and choose one.") from None
    return day


def previewed(found: Entry, *, to: date, later: bool) -> tuple[Move, ...]:
    """Return what a move would come to; refused where the programme does not reach."""
    moves = planning.preview_move(session(), found.public_id, to=to, later=later)
    years = planning.years_on_offer(session(), london_day(now()))
    for move in moves:
        check_within(move.plan, years)
    return moves


def where_to(found: Entry) -> WhereToForm:
    """Return the form that asks where an entry goes; it is read from the address and changes nothing."""
    form = WhereToForm(
        formdata=request.args or None,
        meta={"csrf": False},
        data={"which": ALONE, "on": found.plan.starts_on, "month": str(found.plan.month)},
    )
    if found.plan.kind in MONTHLY:
        del form.on
        months = (*found.plan.year.months, *CouncilYear(found.plan.year.starts_in + 1).months)
        form.month.choices = [(str(month), month.label) for month in months]
    else:
        del form.month
    if not stored.later_ones(session(), found):
        del form.which
    return form


def shown_of_move(found: Entry, moves: tuple[Move, ...] = (), *, later: bool = False) -> dict[str, object]:
    """Return what the page of a move shows: what would move, and what would be wrong then."""
    plan = moves[0].plan if moves else found.plan
    return {
        "entry": found,
        "year": found.plan.year,
        "moves": moves,
        "flags": flags_of_move(session(), moves),
        "which": LATER if later else ALONE,
        "seen": fingerprint_of(moves),
        "to": plan.starts_on.isoformat(),
    }
