"""Secrets that people hold: passwords, one-time links, sessions. The service keeps only what proves them."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
from dataclasses import dataclass, field
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from auditapp.domain.passwords import check_password

# Argon2id takes 64 MiB and a tenth of a second; more than a few at a time would starve the pages.
_SEATS = threading.BoundedSemaphore(2)
_hasher = PasswordHasher()
# What a form has just made may be shown to its second click.
SHOWN_AGAIN_FOR = timedelta(minutes=10)
# So that nothing else that is made with the service's own key can pass for one of these.
_PURPOSE = "auditapp derived 1"
_NOBODYS = _hasher.hash(secrets.token_urlsafe(32))


def new_secret() -> str:
    """Return a secret of 256 bits, fit for an address."""
    return secrets.token_urlsafe(32)


def derived_secret(*parts: object, key: str) -> str:
    """Return the secret of 256 bits that stands for some parts: the same each time, and unknown without the key."""
    written = json.dumps([_PURPOSE, *parts]).encode()
    return base64.urlsafe_b64encode(hmac.new(key.encode(), written, "sha256").digest()).decode().rstrip("=")


def proof(secret: str) -> str:
    """Return what is stored of a random secret: its SHA-256. It cannot be guessed, so it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that somebody chose: it was checked, and only its Argon2id hash is left."""

    hash: str = field(repr=False)


def choose_password(password: str, *, email: str) -> NewPassword:
    """Check and hash a new password. It takes long: do it before a session is opened that others wait for."""
    check_password(password, email=email)
    with _SEATS:
        return NewPassword(_hasher.hash(password))


def is_password(password: str, password_hash: str | None) -> bool:
    """Say whether a password is the one that was hashed; take as long where there is no hash."""
    with _SEATS:
        try:
            return _hasher.verify(password_hash or _NOBODYS, password) and password_hash is not None
        except VerificationError:
            return False
