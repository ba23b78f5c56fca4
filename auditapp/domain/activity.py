"""How long somebody worked, judged by when they saved: a suggestion for the minutes spent, never a measure of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

PAUSE = timedelta(minutes=20)
START_UP = timedelta(minutes=5)


def suggested_minutes(saved: Iterable[datetime]) -> int | None:
    """Return the minutes between saves that are no pause, five more for each run of them, rounded up to five."""
    moments = sorted(saved)
    if not moments:
        return None
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    runs = 1 + sum(gap > PAUSE for gap in gaps)
    worked = sum((gap for gap in gaps if gap <= PAUSE), timedelta()) + runs * START_UP
    return 5 * -(-worked // timedelta(minutes=5))
