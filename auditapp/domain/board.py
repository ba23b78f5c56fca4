"""The findings as a board reads them: nothing by team, and no small count, nor any other that would give one away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from auditapp.domain.disclosure import LIMIT, Key, Rules, Sum, check_limit, say_rule, suppress
from auditapp.domain.figures import ALL, SHARE, N, Row, Shown, Table
from auditapp.domain.findings import Done, Findings, say_audits, say_few, say_headline

KEPT_FROM_BOARDS = frozenset({"by_team"})
MONTHS, CASE_TYPES = "by_month", "by_case_type"
# What a board is shown without, one after the other, where it would otherwise be shown next to nothing.
LEFT_OUT: tuple[frozenset[str], ...] = (frozenset(), frozenset({CASE_TYPES}), frozenset({CASE_TYPES, MONTHS}))
EVERY = "#every"
AUDITS: Key = ("audits",)
# What the note says by which a reader learns that a month's own audits are not all that counts to the average.
COUNT_BESIDES = "count to the average as well"
PLAN = (
    "The target is the number of audits a month that the Board approved. "
    "What a shortfall adds to the months after it is not shown: it would give counts away."
)


def for_board(findings: Findings, *, limit: int = LIMIT) -> Findings:
    """A full record without teams and without small counts, protected over all its tables together; its words say so.

    With fewer audits than the limit there is nothing that could be shown. With few, what is told by month and by case
    type can be what would hide the number of audits itself: then it is left out. A limit under 3 is Refused.
    """
    check_limit(limit)
    planned = _planned(findings)
    if 0 < _known(findings.audits) < limit:
        return _too_few(planned, limit)
    for left_out in _steps(planned, limit):
        kept = _without(planned, left_out, limit)
        known = {key: _known(count) for key, count in every_count(kept).items()}
        shown = suppress(known, tuple(_sums(kept, known)), limit=limit, rules=_rules(kept))
        if shown[AUDITS] is not None:
            return _with(kept, shown, limit)
    return _too_few(planned, limit)


def every_count(findings: Findings) -> dict[Key, Shown]:
    """Every count of a record by its place, with those that a row's counts add up to and that stand nowhere."""
    found: dict[Key, Shown] = {AUDITS: findings.audits}
    found.update({("done", each.key): each.done for each in findings.done})
    for table in findings.tables:
        for row in table.rows:
            found.update({(table.key, row.key, name): n for name, n in _row_counts(table, row).items()})
    return found


def _planned(findings: Findings) -> Findings:
    """The record with the targets of the plan: those in use come from the counts of earlier months, hidden or not."""
    if findings.target is None:
        return findings
    done = tuple(each if each.target is None else replace(each, target=each.quota) for each in findings.done)
    asked = sum(each.target or 0 for each in done)
    return replace(findings, done=done, target=asked, notes=(*findings.notes, PLAN))


def _steps(findings: Findings, limit: int) -> tuple[frozenset[str], ...]:
    """What to leave out, step by step. Months go at once where every one could be small.

    They would have to go where every one is, and three months of 4 could be told from that: the number of audits
    alone decides, as it is shown.
    """
    few = 0 < _known(findings.audits) <= (limit - 1) * len(findings.done)
    return tuple(dict.fromkeys(step | {MONTHS} for step in LEFT_OUT)) if few else LEFT_OUT


def _without(findings: Findings, left_out: frozenset[str], limit: int) -> Findings:
    done = (Done(ALL, findings.period, findings.audits, findings.target),) if MONTHS in left_out else findings.done
    titles = [table.title for table in findings.tables if table.key in left_out]
    titles += ["Audits done by month"] if MONTHS in left_out else []
    left = (f"Too few audits to show: {'; '.join(titles)}.",) if titles else ()
    return replace(
        findings,
        done=done,
        tables=tuple(t for t in findings.tables if t.key not in KEPT_FROM_BOARDS and t.key not in left_out),
        notes=(*findings.notes, say_rule(limit), *left),
        suppressed_under=limit,
        changes=None,
    )


def _too_few(findings: Findings, limit: int) -> Findings:
    return replace(
        findings,
        headline=f"There are too few submitted audits for {findings.period} to show what they found.",
        audits=None,
        done=tuple(replace(each, done=None) for each in findings.done),
        tables=(),
        notes=(*(note for note in findings.notes if note == PLAN or COUNT_BESIDES in note), say_rule(limit)),
        suppressed_under=limit,
        changes=None,
    )


def _with(findings: Findings, shown: Mapping[Key, Shown], limit: int) -> Findings:
    """The record with these counts in place of its own, and nothing in it that comes from any other."""
    tables = tuple(
        replace(table, rows=tuple(_shown_row(table, row, shown) for row in table.rows)) for table in findings.tables
    )
    [before], [overall] = findings.tables[0].rows, tables[0].rows
    told = say_few(before.n) if overall.n is None else None
    return replace(
        findings,
        headline=_headline(findings, overall, limit),
        done=tuple(replace(each, done=shown["done", each.key]) for each in findings.done),
        tables=tables,
        notes=tuple(note for note in findings.notes if note != told),
    )


def _headline(findings: Findings, overall: Row, limit: int) -> str:
    audits = _known(findings.audits)
    if overall.n is None or overall.share.count is None:
        return f"Of {say_audits(audits)}, the number that were good or better is not shown. {say_rule(limit)}"
    return say_headline(findings.period, audits, overall=overall)


def _shown_row(table: Table, row: Row, shown: Mapping[Key, Shown]) -> Row:
    counts = {name: shown[table.key, row.key, name] for name in _names(table)}
    return table.row(row.key, row.label, counts=counts, about=row.about, is_total=row.is_total)


def _names(table: Table) -> tuple[str, ...]:
    """What a row of the table counts: its columns, what stands beside them, n, the share, and every case together."""
    values = (column.key for column in (*table.columns, *table.beside))
    return (*values, N, *(() if table.is_score else (SHARE,)), EVERY)


def _row_counts(table: Table, row: Row) -> dict[str, Shown]:
    shares = () if table.is_score else (row.share.count,)
    cells = (*(cell.count for cell in row.cells), *row.beside, row.n, *shares)
    return dict(zip(_names(table), [*cells, _sum([row.n, *row.beside])], strict=True))


def _sum(parts: Sequence[Shown]) -> Shown:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _sums(findings: Findings, counts: Mapping[Key, int]) -> Iterator[Sum]:
    """Every relation between the counts that a reader of the page knows."""
    for table in findings.tables:
        for row in table.rows:
            yield from _row_sums(table, row)
        yield from _total_sums(table)
    yield from _sums_of_like_rows(findings.tables, counts)
    yield from _sums_of_audits(findings, counts)


def _rules(findings: Findings) -> Rules:
    """The number of audits stays; what a table counts outside n is hidden together, so that n itself can be shown."""
    rows = [(table, row) for table in findings.tables for row in table.rows]
    return Rules(
        kept={AUDITS},
        unseen={(table.key, row.key, EVERY) for table, row in rows},
        together=[[(table.key, row.key, column.key) for column in table.beside] for table, row in rows],
    )


def _row_sums(table: Table, row: Row) -> Iterator[Sum]:
    def key(name: str) -> Key:
        return table.key, row.key, name

    yield Sum(key(N), tuple(key(column.key) for column in table.columns))
    yield Sum(key(EVERY), (key(N), *(key(column.key) for column in table.beside)))
    if not table.is_score:
        yield Sum(key(SHARE), tuple(key(name) for name in table.shared))


def _total_sums(table: Table) -> Iterator[Sum]:
    parts = [row.key for row in table.rows if not row.is_total]
    for total in (row.key for row in table.rows if row.is_total and parts):
        for name in _names(table):
            yield Sum((table.key, total, name), tuple((table.key, part, name) for part in parts))


def _sums_of_like_rows(tables: Iterable[Table], counts: Mapping[Key, int]) -> Iterator[Sum]:
    """Rows about the same things hold the same counts: the totals of several tables, a standard with one domain."""
    first: dict[tuple[str, ...], tuple[Table, Row]] = {}
    for table in tables:
        for row in (row for row in table.rows if row.about):
            like, like_row = first.setdefault(row.about, (table, row))
            pairs = [((table.key, row.key, n), (like.key, like_row.key, n)) for n in _names(table)]
            if like is not table and all(counts[one] == counts[other] for one, other in pairs):
                yield from (Sum(one, (other,)) for one, other in pairs)


def _sums_of_audits(findings: Findings, counts: Mapping[Key, int]) -> Iterator[Sum]:
    """The audits of the months add up to all, and a row that counts each audit once adds up to that as well."""
    yield Sum(AUDITS, tuple(("done", each.key) for each in findings.done))
    for table in findings.tables:
        for row in table.rows:
            every: Key = (table.key, row.key, EVERY)
            if counts[every] == counts[AUDITS]:
                yield Sum(AUDITS, (every,))
            if table.key == "by_month" and not row.is_total:
                yield Sum(("done", row.key), (every,))


def _known(count: Shown) -> int:
    if count is None:
        raise ValueError("This record was made for a board already: start from the full one.")
    return count
