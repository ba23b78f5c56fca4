"""Opaque identifiers: what addresses carry instead of a number that counts or a reference that identifies."""

import secrets

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
LENGTH = 14


def new_identifier() -> str:
    """Return 14 letters and digits that nobody can guess (69 bits), without those that read alike."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
