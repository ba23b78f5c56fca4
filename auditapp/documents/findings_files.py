"""A findings record as files for other programs: CSV to open in a spreadsheet, JSON to be read by code.

Both hold what the record holds and nothing else; a figure that the record does not show is not in them.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final, TypeAlias

from auditapp.documents.cells import safe_cell
from auditapp.domain.changes import Change, Changes
from auditapp.domain.figures import HIDDEN, Column, Row, Share, Shown, Table
from auditapp.domain.findings import Done, Findings

Json: TypeAlias = "str | int | float | list[Json] | dict[str, Json] | None"

CSV_HEADINGS: Final = ("Period", "Table", "Row", "Figure", "Count", "Out of", "Per cent", "Likely from", "Likely to")
_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_BYTE_ORDER_MARK: Final = "\ufeff"  # by which spreadsheet programs know UTF-8


def findings_csv(findings: Findings) -> bytes:
    """One line a figure, UTF-8; 'Not shown' stands where a count is not shown. Text can start no formula."""
    file = io.StringIO(newline="")
    file.write(_BYTE_ORDER_MARK)
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(CSV_HEADINGS)
    for line in _lines(findings):
        cells = [findings.period, *line]
        writer.writerow([_safe(cell) for cell in cells] + [""] * (len(CSV_HEADINGS) - len(cells)))
    return file.getvalue().encode()


def findings_json(findings: Findings) -> bytes:
    """The whole record, UTF-8, its keys always in one order; null stands where a count is not shown."""
    return (json.dumps(_record(findings), ensure_ascii=False, indent=2) + "\n").encode()


def _safe(cell: str) -> str:
    """A negative number begins like a formula and is none."""
    return cell if _NUMBER.fullmatch(cell) else safe_cell(cell)


def _lines(findings: Findings) -> Iterator[tuple[str, ...]]:
    """The lines of the CSV without the period; cells at the end may be left out."""
    yield "Headline", findings.headline
    yield "Audits done", "All audits", "Done", _count(findings.audits), _given(findings.target)
    for done in findings.done:
        yield "Audits done", done.label, "Done", _count(done.done), _given(done.target)
    for table in findings.tables:
        for row in table.rows:
            yield from ((table.title, row.label, *figure) for figure in _figures(table, row))
    if findings.changes:
        yield from (line for change in findings.changes.rows for line in _sides(findings.changes, change))
    for note in findings.notes:
        yield "Note", note


def _figures(table: Table, row: Row) -> Iterator[tuple[str, ...]]:
    """Every figure of a row: its name, count, what it is out of, per cent, and the ends of its likely range."""
    for column, cell in zip(table.columns, row.cells, strict=True):
        yield column.label, _count(cell.count), _count(row.n), _given(cell.percentage)
    yield table.n_label, _count(row.n)
    for column, count in zip(table.beside, row.beside, strict=True):
        yield column.label, _count(count)
    part = "" if table.is_score else _count(row.share.count)
    percentages = (row.share.percentage, row.share.low, row.share.high)
    yield table.share_label, part, _count(row.n), *map(_given, percentages)


def _sides(changes: Changes, change: Change) -> Iterator[tuple[str, ...]]:
    """The two shares that are compared, and the change between them in percentage points."""
    for when, side in ((changes.since, change.before), (changes.now, change.now)):
        percentages = (side.share.percentage, side.share.low, side.share.high)
        shares = (_count(side.share.count), _count(side.n), *map(_given, percentages))
        yield changes.title, change.label, f"{changes.share_label}, {when}", *shares
    points = (change.points, change.low, change.high)
    yield changes.title, change.label, "Change in percentage points", "", "", *map(_given, points)


def _count(count: Shown) -> str:
    return HIDDEN if count is None else str(count)


def _given(value: int | Decimal | None) -> str:
    return "" if value is None else str(value)


def _record(findings: Findings) -> Json:
    return {
        "period": findings.period,
        "first_day": findings.first_day.isoformat(),
        "last_day": findings.last_day.isoformat(),
        "scope": findings.scope,
        "headline": findings.headline,
        "audits": findings.audits,
        "target": findings.target,
        "suppressed_under": findings.suppressed_under,
        "done": [_done(done) for done in findings.done],
        "tables": [_table(table) for table in findings.tables],
        "changes": _changes(findings.changes) if findings.changes else None,
        "notes": list(findings.notes),
    }


def _done(done: Done) -> Json:
    return {"key": done.key, "label": done.label, "done": done.done, "target": done.target}


def _table(table: Table) -> Json:
    return {
        "key": table.key,
        "title": table.title,
        "note": table.note,
        "row_header": table.row_header,
        "columns": [_column(column) for column in table.columns],
        "n_label": table.n_label,
        "beside": [_column(column) for column in table.beside],
        "share_label": table.share_label,
        "rows": [_row(table, row) for row in table.rows],
    }


def _column(column: Column) -> Json:
    return {"key": column.key, "label": column.label}


def _row(table: Table, row: Row) -> Json:
    cells = zip(table.columns, row.cells, strict=True)
    beside = zip(table.beside, row.beside, strict=True)
    return {
        "key": row.key,
        "label": row.label,
        "is_total": row.is_total,
        "cells": {column.key: {"count": cell.count, "percentage": _number(cell.percentage)} for column, cell in cells},
        "n": row.n,
        "beside": {column.key: count for column, count in beside},
        "share": _share(row.share),
    }


def _share(share: Share) -> Json:
    return {
        "count": share.count,
        "percentage": _number(share.percentage),
        "low": _number(share.low),
        "high": _number(share.high),
    }


def _changes(changes: Changes) -> Json:
    return {
        "since": changes.since,
        "share_label": changes.share_label,
        "note": changes.note,
        "rows": [
            {
                "key": change.key,
                "label": change.label,
                "before": {"n": change.before.n, "share": _share(change.before.share)},
                "now": {"n": change.now.n, "share": _share(change.now.share)},
                "points": _number(change.points),
                "low": _number(change.low),
                "high": _number(change.high),
            }
            for change in changes.rows
        ],
    }


def _number(value: Decimal | None) -> int | float | None:
    """A rounded percentage as it is written: 62, 37.4."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
