"""What a password may be, how long a sign-in lasts, and how often it may fail."""

from datetime import timedelta

from auditapp.domain.errors import Refused

SHORTEST = 12
LONGEST = 200

INVITATION_LASTS = timedelta(days=7)
IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=12)

FAILURES_COUNT_FOR = timedelta(minutes=15)
MOST_FAILURES_OF_ACCOUNT = 8
MOST_FAILURES_OF_ADDRESS = 60

# The password of every account of a demonstration, written on its sign-in page: it keeps nobody out.
DEMONSTRATION_WORDS = "orchard lantern pebble"

# The commonest long passwords of published lists; short ones fall to the length.
COMMON = frozenset(
    {
        "password1234",
        "passwordpassword",
        "123456789012",
        "1234567890123",
        "qwertyuiop12",
        "qwertyuiop123",
        "iloveyou1234",
        "letmein12345",
        "administrator",
        "welcome12345",
        "changeme1234",
        "111111111111",
        "000000000000",
        "abcdefghijkl",
        "qwerty123456",
        "password12345",
    }
)


def check_password(password: str, *, email: str) -> None:
    """Refuse a password that is too short, too long, common, or made of the e-mail address."""
    if len(password) < SHORTEST:
        raise Refused(f"Your password must have at least {SHORTEST} characters. Three random words are a good one.")
    if len(password) > LONGEST:
        raise Refused(f"Your password must have {LONGEST} characters or fewer.")
    folded = password.casefold()
    if folded in COMMON or len(set(folded)) < 4:
        raise Refused("This password is easy to guess. Three random words are a good one.")
    if email.partition("@")[0].casefold() in folded and len(email.partition("@")[0]) > 3:
        raise Refused("Your password must not contain your e-mail address.")
