"""Spreadsheets from people: a workbook or a CSV file, judged before it is read, as sheets of rows.

What is read is decided by the name of the file, and the content has to agree with it.
"""

from collections.abc import Callable
from pathlib import Path, PurePath

from auditapp.documents.delimited import read_delimited
from auditapp.documents.file_limits import FileLimits
from auditapp.documents.sheets import Sheet
from auditapp.documents.workbooks import read_workbook
from auditapp.domain.errors import InvalidFile

WORKBOOKS = frozenset({".xlsx", ".xlsm"})
DELIMITED = frozenset({".csv"})

_ZIP = b"PK\x03\x04"
_MEND = "Nothing was changed. Save the list in Excel as .xlsx or 'CSV UTF-8' and import that file."
_OTHER_KINDS = {
    b"\xd0\xcf\x11\xe0": "an old Excel file (.xls), or a workbook protected by a password",
    b"%PDF": "a PDF",
    b"<!doctype": "a web page",
    b"<html": "a web page",
    b"<table": "a web page",
    b"<?xml": "an XML file",
    b"{\\rtf": "a text document",
    b"\xff\xfe": "text in an encoding called UTF-16",
    b"\xfe\xff": "text in an encoding called UTF-16",
}


def read_spreadsheet(
    path: Path, *, name: str, wanted: Callable[[str], bool] = bool, limits: FileLimits | None = None
) -> tuple[Sheet, ...]:
    """Give the sheets of a file that somebody calls `name`, in their order, or raise InvalidFile.

    Rows are read when they are asked for, so the file has to stay until then; of a workbook, only the sheets whose
    name is wanted (every one that has a name, unless told otherwise) are looked through and have rows.
    """
    bounds = limits or FileLimits()
    if path.stat().st_size > bounds.file:
        raise InvalidFile(f"The file is larger than {bounds.file_in_words}, and was not read. Nothing was changed.")
    with path.open("rb") as file:
        head = file.read(512)
    kind = PurePath(name).suffix.lower()
    _check_kind(kind, head)
    if kind in WORKBOOKS:
        return read_workbook(path, wanted=wanted, limits=bounds)
    return (read_delimited(path, name=PurePath(name).name, limits=bounds),)


def _check_kind(kind: str, head: bytes) -> None:
    """Refuse a file that is of no kind that is read, or of another kind than its name says."""
    if kind not in WORKBOOKS | DELIMITED:
        raise InvalidFile(f"Files that end in '{kind}' are not read. {_MEND}")
    for start, other in _OTHER_KINDS.items():
        if head.lstrip().lower().startswith(start.lower()):
            raise InvalidFile(f"The file ends in '{kind}', but it is {other}. {_MEND}")
    if head.startswith(_ZIP) and kind in DELIMITED:
        raise InvalidFile(f"The file ends in '{kind}', but it is a workbook. Call it .xlsx and import it again.")
    if not head.startswith(_ZIP) and kind in WORKBOOKS:
        raise InvalidFile(f"The file ends in '{kind}', but it is not a workbook. {_MEND}")
