"""Files that people send: put on disk for as long as they are read, under a name of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app, request
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage

from auditapp.config import Settings
from auditapp.documents.file_limits import MIB
from auditapp.domain.errors import InvalidFile, Refused
from auditapp.web.rules import UPLOADS

FORM_LIMIT = 2 * MIB
PROBLEMS = "problems"
"""The id of the list of what is wrong with a file, in macros/uploads.html."""


def upload_limit() -> int:
    """Return how many bytes a request with a large file may have: the file of the settings, and a form around it."""
    settings: Settings = current_app.extensions["settings"]
    return settings.upload_megabytes * MIB + FORM_LIMIT


def most_megabytes() -> int:
    """Return how many megabytes what is sent to this address may have, as people are told."""
    settings: Settings = current_app.extensions["settings"]
    return settings.upload_megabytes if request.endpoint in UPLOADS else FORM_LIMIT // MIB


def say_refused(field: FileField, refusal: Refused) -> tuple[str, ...]:
    """Put a refusal on the field of its file, and return what is wrong with the file: the summary leads there."""
    problems = refusal.problems if isinstance(refusal, InvalidFile) else ()
    field.errors = [refusal.message]
    if problems:
        field.error_id = PROBLEMS
    return problems


@contextmanager
def on_disk(upload: FileStorage) -> Iterator[Path]:
    """Give the path of a file that was sent, and remove it at the end. Its own name is not used for it."""
    with TemporaryDirectory(prefix="auditapp-") as folder:
        path = Path(folder) / "upload"
        upload.save(path)
        yield path
