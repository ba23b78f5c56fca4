"""The key that every write form carries: whose form it is, and that it is this one and no other.

It is signed, so that it also says, when a session has ended meanwhile, whose text was typed into the form. It is
taken for as long as what it did is remembered, and not longer: an older one would do it again.
"""

import secrets
from datetime import timedelta

from flask import current_app, g, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from auditapp.persistence.submissions import KEYS_LAST

FIELD = "once"
MOST_SECONDS = KEYS_LAST // timedelta(seconds=1)


def new_key() -> str:
    """Return a key for a form shown to the person who is signed in."""
    return _signer().dumps([g.viewer.person_id if g.get("viewer") else 0, secrets.token_urlsafe(12)])


def read_key(text: str, *, however_old: bool = False) -> tuple[int, str] | None:
    """Return the person and the random part of a key, or nothing where we did not make it or it is too old."""
    try:
        person_id, once = _signer().loads(text, max_age=None if however_old else MOST_SECONDS)
    except (BadSignature, ValueError, TypeError):
        return None
    return int(person_id), str(once)


def posted_key() -> tuple[int, str] | None:
    """Return the key of this request's form if it is the signed-in person's own."""
    key = read_key(request.form.get(FIELD, ""))
    viewer = g.get("viewer")
    return key if key and viewer and key[0] == viewer.person_id else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="form key")
