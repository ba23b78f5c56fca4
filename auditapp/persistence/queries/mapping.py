"""The teams and workers that case lists name, and what they are here: those that nobody has mapped yet come first."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from auditapp.persistence.cases import CaseList, CaseListGroup, ListTeam, ListWorker
from auditapp.persistence.people import Person, Team

PAGE = 25


@dataclass(frozen=True, slots=True)
class ListedRow:
    """A team or a worker as case lists name them.

    `mapped_to` is the public identifier of the team they are, or the address of the person; the empty text while
    nobody has said so. `children` counts those of the latest list.
    """

    public_id: str
    name: str
    mapped_to: str
    children: int


@dataclass(frozen=True, slots=True)
class Extent:
    """How many teams or workers there are, how many nobody has mapped, and how many stand before a page."""

    all: int
    unmapped: int
    before: int


@dataclass(frozen=True, slots=True)
class MappingPage:
    """Twenty-five of them, where the next page begins, and the place of the page among all, where it has one."""

    rows: tuple[ListedRow, ...]
    next_after: str | None
    extent: Extent | None = None


def teams_to_map(session: Session, *, after: str = "") -> MappingPage:
    """Return teams of the case lists, those first that are not mapped, then by name, from after one of them."""
    query = select(ListTeam.id, ListTeam.public_id, ListTeam.name, func.coalesce(Team.public_id, ""))
    query = query.outerjoin(Team, Team.id == ListTeam.team_id)
    order = _order(ListTeam.team_id, ListTeam.name)
    page = _page(session, _paged(query, ListTeam.public_id, order, after=after), CaseListGroup.list_team_id)
    return replace(page, extent=_extent(session, query, ListTeam.team_id, order, page=page))


def workers_to_map(session: Session, *, after: str = "", search: str = "") -> MappingPage:
    """Return workers of the case lists, those first that are not mapped, then by code, from after one of them."""
    query = _workers()
    if search:
        query = query.where(func.lower(ListWorker.code).contains(search.lower(), autoescape=True))
    order = _order(ListWorker.person_id, ListWorker.code)
    page = _page(session, _paged(query, ListWorker.public_id, order, after=after), CaseListGroup.list_worker_id)
    return replace(page, extent=_extent(session, query, ListWorker.person_id, order, page=page))


def workers_named(session: Session, public_ids: Collection[str]) -> MappingPage:
    """Return the workers that a form named, in the same order, on one page."""
    query = _workers().where(ListWorker.public_id.in_(public_ids))
    ordered = query.order_by(_order(ListWorker.person_id, ListWorker.code)).limit(PAGE)
    return _page(session, ordered, CaseListGroup.list_worker_id)


@dataclass(frozen=True, slots=True)
class TeamName:
    """A team of the service, to be chosen from."""

    public_id: str
    name: str


def team_names(session: Session) -> tuple[TeamName, ...]:
    """Return the teams of the service by name."""
    rows = session.execute(select(Team.public_id, Team.name).order_by(Team.name))
    return tuple(TeamName(*row) for row in rows)


def _workers() -> Select[int, str, str, str]:
    query = select(ListWorker.id, ListWorker.public_id, ListWorker.code, func.coalesce(Person.email, ""))
    return query.outerjoin(Person, Person.id == ListWorker.person_id)


def _order(mapped: InstrumentedAttribute[int | None], name: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Return the text to sort by: what is not mapped begins with 0, what is with 1; names are unique."""
    return case((mapped.is_(None), "0"), else_="1") + name


def _paged(
    query: Select[int, str, str, str],
    public_id: InstrumentedAttribute[str],
    order: ColumnElement[str],
    *,
    after: str,
) -> Select[int, str, str, str]:
    if after:
        query = query.where(order > select(order).where(public_id == after).scalar_subquery())
    return query.order_by(order).limit(PAGE + 1)


def _page(
    session: Session, query: Select[int, str, str, str], listed_as: InstrumentedAttribute[int | None]
) -> MappingPage:
    found = session.execute(query).all()
    children = _children(session, listed_as, [number for number, *_ in found])
    rows = tuple(ListedRow(public_id, name, to, children.get(number, 0)) for number, public_id, name, to in found)
    return MappingPage(rows[:PAGE], rows[PAGE - 1].public_id if len(rows) > PAGE else None)


def _extent(
    session: Session,
    query: Select[int, str, str, str],
    mapped: InstrumentedAttribute[int | None],
    order: ColumnElement[str],
    *,
    page: MappingPage,
) -> Extent:
    """Count all that a query finds, those that are not mapped, and those before the first row of a page."""
    first = page.rows[0] if page.rows else None
    place = f"{1 if first.mapped_to else 0}{first.name}" if first else ""
    counts = query.with_only_columns(
        func.count(), func.count(case((mapped.is_(None), 1))), func.count(case((order < place, 1)))
    )
    return Extent(*session.execute(counts).one())


def _children(
    session: Session, listed_as: InstrumentedAttribute[int | None], numbers: Collection[int]
) -> dict[int | None, int]:
    """Count the children that some teams or workers have on the latest list."""
    latest = select(CaseList.id).order_by(CaseList.as_of.desc(), CaseList.id.desc()).limit(1).scalar_subquery()
    children = select(listed_as, func.sum(CaseListGroup.children))
    query = children.where(CaseListGroup.case_list_id == latest, listed_as.in_(numbers))
    return dict(session.execute(query.group_by(listed_as)).all())
