"""Counts kept in the transaction that submits or returns an audit: what findings cost is what they show."""

from collections import Counter
from collections.abc import Iterable
from functools import cache

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
    Update,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from auditapp.domain.counts import COUNTED_AS, Count
from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence.database import Base
from auditapp.persistence.upsert import Insert, fixed_upsert, table_of

KEY = ("tool_version_id", "cycle_kind", "month", "case_type", "list_team", "measure", "key", "value")


class FindingCount(Base):
    """How many audits of one month, tool version, kind of cycle, case type and team say one thing.

    `cycle_kind` is one of `domain.counts.COUNTED_AS`: audits of a theme are no audits of a QoP month.
    `measure`, `key` and `value` are those of `domain.findings.Count`. Nothing is NULL, so that the key is one.
    """

    __tablename__ = "finding_count"
    __table_args__ = (
        CheckConstraint("n >= 0", name="n_not_negative"),
        UniqueConstraint(*KEY, name="uq_finding_count_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    tool_version_id: Mapped[int] = mapped_column(ForeignKey("tool_version.id"))
    cycle_kind: Mapped[str] = mapped_column(String(40))
    month: Mapped[str] = mapped_column(String(7))
    case_type: Mapped[str] = mapped_column(String(10))
    list_team: Mapped[str] = mapped_column(String(200))
    measure: Mapped[str] = mapped_column(String(40))
    key: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(40))
    n: Mapped[int]


def add(session: Session, counts: Iterable[Count], *, tool_version_id: int, kind: CycleKind) -> None:
    """Put an audit's counts on top. They come in a fixed order, so that no two adders wait crosswise."""
    connection = session.connection()
    rows = [_row(count, tool_version_id, kind) for count in counts]
    connection.execute(_put_counts(connection.dialect.name), rows)


def take_off(session: Session, counts: Iterable[Count], *, tool_version_id: int, kind: CycleKind) -> None:
    """Take an audit's counts off again, exactly as they were put on."""
    # An UPDATE, because a negative count may not even be offered to the CHECK of an INSERT.
    of_rows = [_row(count, tool_version_id, kind) for count in counts]
    rows = [{f"of_{name}": value for name, value in row.items()} for row in of_rows]
    session.connection().execute(_take_counts(), rows)


@cache
def _put_counts(dialect: str) -> Insert:
    """Return the statement that adds counts to those that are there."""
    there = table_of(FindingCount)
    put = fixed_upsert(dialect, there)
    return put.on_conflict_do_update(index_elements=[*KEY], set_={"n": there.c.n + put.excluded.n})


@cache
def _take_counts() -> Update:
    """Return the statement that takes counts off those that are there."""
    there = table_of(FindingCount)
    same = [there.c[name] == bindparam(f"of_{name}") for name in KEY]
    return update(there).where(*same).values(n=there.c.n - bindparam("of_n"))


def _row(count: Count, tool_version_id: int, kind: CycleKind) -> dict[str, object]:
    return {
        "tool_version_id": tool_version_id,
        "cycle_kind": COUNTED_AS[kind].value,
        "month": str(count.month),
        "case_type": count.case_type.value if count.case_type else "",
        "list_team": count.team or "",
        "measure": count.measure.value,
        "key": count.key,
        "value": count.value,
        "n": count.n,
    }


def recount(session: Session, counted: Iterable[tuple[int, CycleKind, Count]]) -> bool:
    """Compare what is kept with what all submitted audits add up to; put it right and say whether it was wrong.

    `counted` is read here, once nobody else can change what is kept.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE finding_count IN EXCLUSIVE MODE"))
    true: Counter[tuple[object, ...]] = Counter()
    for tool_version_id, kind, count in counted:
        row = _row(count, tool_version_id, kind)
        true[tuple(row[name] for name in KEY)] += count.n
    kept = {
        tuple(getattr(row, name) for name in KEY): row.n
        for row in session.scalars(select(FindingCount).where(FindingCount.n > 0))
    }
    if kept == dict(true):
        return False
    session.execute(delete(FindingCount))
    if true:
        session.execute(insert(FindingCount), [dict(zip(KEY, key, strict=True)) | {"n": n} for key, n in true.items()])
    return True
