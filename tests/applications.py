"""The application as tests open it: every page it answers with parses, and its templates are compiled once a process.

    app = opened(settings, database, clock)

Compiling the templates of a page takes ten times as long as answering with it, and nearly every test has an
application of its own.
"""

from collections.abc import Callable
from datetime import datetime

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.wrappers import Response

from auditapp.config import Settings
from auditapp.persistence.database import Database
from auditapp.web import build
from tests.pages import parse


class CompiledTemplates(BytecodeCache):
    """Holds compiled templates in memory, each under its name and source."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, str], bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill a bucket with what was compiled before."""
        held = self._held.get((bucket.key, bucket.checksum))
        if held is not None:
            bucket.bytecode_from_string(held)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was just compiled."""
        self._held[bucket.key, bucket.checksum] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()


def opened(settings: Settings, database: Database, clock: Callable[[], datetime]) -> Flask:
    """Return the application over a database. A page that does not parse is answered with 500, and logged."""
    app = build(settings, database=database, clock=clock)
    app.testing = False  # errors are answered as they will be
    app.jinja_env.bytecode_cache = COMPILED
    app.after_request(_parsed)
    return app


def _parsed(response: Response) -> Response:
    page = response.get_data(as_text=True) if response.mimetype == "text/html" else ""
    if page and not 300 <= response.status_code < 400:
        parse(page)
    return response
