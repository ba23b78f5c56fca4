"""The key that every write form carries: whose form it is, and that it is this one and no other.

It is signed, so that it also says, when a session has ended meanwhile, whose text was typed into the form.
"""

import secrets

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeSerializer

FIELD = "once"


def new_key() -> str:
    """Return a key for a form shown to the person who is signed in."""
    return _signer().dumps([g.viewer.person_id if g.get("viewer") else 0, secrets.token_urlsafe(12)])


def read_key(text: str) -> tuple[int, str] | None:
    """Return the person and the random part of a key, or nothing where we did not make it."""
    try:
        person_id, once = _signer().loads(text)
    except (BadSignature, ValueError, TypeError):
        return None
    return int(person_id), str(once)


def posted_key() -> tuple[int, str] | None:
    """Return the key of this request's form if it is the signed-in person's own."""
    key = read_key(request.form.get(FIELD, ""))
    viewer = g.get("viewer")
    return key if key and viewer and key[0] == viewer.person_id else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="form key")
