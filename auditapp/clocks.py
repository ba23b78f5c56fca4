"""What time it is: the machine's clock, or one for tests that the environment names.

AUDITAPP_CLOCK=2026-12-01T07:00 starts at that moment of London's clocks and runs on from there;
AUDITAPP_CLOCK=@/tmp/now reads the moment out of a file, so that one hand moves the clocks of several processes.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from auditapp.domain.calendar import LONDON
from auditapp.domain.errors import SettingsError

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def clock_of(text: str) -> Clock:
    """Return the clock that a setting names, the machine's own where it names none."""
    if not text:
        return utc_now
    if text.startswith("@"):
        path = Path(text[1:])
        return lambda: read_moment(path.read_text())
    offset = read_moment(text) - utc_now()
    return lambda: utc_now() + offset


def read_moment(text: str) -> datetime:
    """Return the moment written as 2026-12-01T07:00, on London's clocks where it names no zone."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise SettingsError(f"'{text.strip()}' is no moment. Write it as 2026-12-01T07:00.") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC)
