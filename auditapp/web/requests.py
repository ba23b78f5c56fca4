"""What a request brings, made fit for a database: no text there holds a NUL, and PostgreSQL would fail on one."""

from typing import IO, TYPE_CHECKING

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.formparser import FormDataParser

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

NUL = "\0"


class StorableForms(FormDataParser):
    """Reads forms and puts the sign for what cannot be shown where a NUL was typed: nothing else of it is lost."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Return the rest of the body, the fields and the files."""
        # A part of a form may come without a name.
        rest, fields, files = super().parse(stream, mimetype, content_length, options)
        for file in files.values():
            file.filename = file.filename and _storable(file.filename)
        return (
            rest,
            self.cls((_storable(name or ""), _storable(value)) for name, value in fields.items(multi=True)),
            files,
        )


class AuditRequest(Request):
    """A request of this service. HEAD is GET to every page; the server leaves the body of its answer out."""

    form_data_parser_class = StorableForms

    def __init__(self, environ: "WSGIEnvironment", populate_request: bool = True, shallow: bool = False) -> None:  # noqa: FBT001, FBT002  Werkzeug's own signature
        super().__init__(environ, populate_request, shallow)
        if self.method == "HEAD":
            # Pages tell a look from a form by GET: a HEAD that brought a form would be taken without its token.
            self.method = "GET"


def has_storable_address(request: Request) -> bool:
    """Say whether neither the path nor the query of a request holds a NUL: nobody types one into an address."""
    return NUL not in request.path and not any(NUL in text for pair in request.args.items(multi=True) for text in pair)


def _storable(text: str) -> str:
    return text.replace(NUL, "\N{REPLACEMENT CHARACTER}")
