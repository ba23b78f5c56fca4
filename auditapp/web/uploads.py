"""Files that people send: put on disk for as long as they are read, under a name of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app, request
from werkzeug.datastructures import FileStorage

from auditapp.config import Settings
from auditapp.documents.file_limits import MIB
from auditapp.web.rules import UPLOADS

FORM_LIMIT = 2 * MIB


def upload_limit() -> int:
    """Return how many bytes a request with a large file may have: the file of the settings, and a form around it."""
    settings: Settings = current_app.extensions["settings"]
    return settings.upload_megabytes * MIB + FORM_LIMIT


def most_megabytes() -> int:
    """Return how many megabytes what is sent to this address may have, as people are told."""
    settings: Settings = current_app.extensions["settings"]
    return settings.upload_megabytes if request.endpoint in UPLOADS else FORM_LIMIT // MIB


@contextmanager
def on_disk(upload: FileStorage) -> Iterator[Path]:
    """Give the path of a file that was sent, and remove it at the end. Its own name is not used for it."""
    with TemporaryDirectory(prefix="auditapp-") as folder:
        path = Path(folder) / "upload"
        upload.save(path)
        yield path
