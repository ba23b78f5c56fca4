"""What will happen and when: everything that people do in a demonstration, lived through in order of time."""

from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from sqlalchemy.orm import Session

Act = Callable[[Session, datetime], None]
Progress = Callable[[int, int], None]
"""Is told now and then how much of how much is done."""


class Diary:
    """Acts with their moments. What lies at or after the end is for the people who use the demonstration."""

    def __init__(self, *, begins: datetime, ends: datetime) -> None:
        self.begins, self.ends = begins, ends
        self._acts: list[tuple[datetime, int, Act]] = []
        self._order = count()

    def plan(self, at: datetime, act: Act) -> None:
        """Write something into the diary, unless it would happen after the end."""
        if at < self.ends:
            heappush(self._acts, (at, next(self._order), act))

    def live(self, session: Session, progress: Progress) -> None:
        """Do everything in order of time; what is done may plan more."""
        whole = int((self.ends - self.begins).total_seconds())
        while self._acts:
            at, _, act = heappop(self._acts)
            progress(int((at - self.begins).total_seconds()), whole)
            act(session, at)
            # As between two requests: nothing that one has read is still known to the next.
            session.flush()
            session.expunge_all()
        progress(whole, whole)
