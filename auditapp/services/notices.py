"""Noting that somebody is to be told something: once for a subject and a day, however often it is noted."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from auditapp.domain.vocabulary import NoticeKind
from auditapp.persistence.notices import Notice
from auditapp.persistence.upsert import upsert


def notify(
    session: Session,
    people: Iterable[int],
    kind: NoticeKind,
    *,
    subject: str,
    due_on: date | None = None,
    occasion: str = "",
    at: datetime,
) -> int:
    """Note that some people are to be told something, each once for a subject and a day; say how many are new.

    What is told again of the same day has an `occasion` for each time.
    """
    rows = [
        {
            "key": f"{kind}:{subject}:{due_on or '-'}:{f'{occasion}:' if occasion else ''}{person_id}",
            "person_id": person_id,
            "kind": kind,
            "subject": subject,
            "due_on": due_on,
            "made_at": at,
        }
        for person_id in sorted(people)
    ]
    if not rows:
        return 0
    new = upsert(session, Notice).on_conflict_do_nothing().returning(Notice.id)
    return len(session.scalars(new, rows).all())
