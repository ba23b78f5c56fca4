"""The database that a demonstration is built on: one that nothing was ever done in, or another demonstration."""

from datetime import date

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from auditapp.domain.errors import Refused
from auditapp.persistence.queries.accounts import is_demonstration
from auditapp.persistence.schema import METADATA
from auditapp.persistence.service_settings import DEMONSTRATION, ServiceSetting
from auditapp.persistence.tools import ScaleVersion, ToolVersion
from auditapp.persistence.trail import TrailEvent, TrailHead
from auditapp.persistence.upsert import table_of

# What installing the shipped tools writes, and the event it leaves: a database with no more than that is new.
INSTALLED = frozenset(table_of(kind).name for kind in (ScaleVersion, ToolVersion, TrailEvent, TrailHead))
INSTALLING = "tool.published"


def is_new(session: Session) -> bool:
    """Say whether nothing was ever done in a database but to install the tools that ship with the product."""
    done = select(exists().where(TrailEvent.name != INSTALLING))
    others = [table for table in METADATA.sorted_tables if table.name not in INSTALLED]
    return not session.scalar(done) and not any(session.scalar(select(select(table).exists())) for table in others)


def make_ready(session: Session, *, reset: bool) -> None:
    """Leave a database as a new one, or refuse: what is there is kept unless it is a demonstration to be reset."""
    if not is_new(session) and not is_demonstration(session):
        raise Refused(
            "This database holds something that is no demonstration. Nothing was changed: set AUDITAPP_DATABASE_URL "
            "to another database for the demonstration."
        )
    if is_demonstration(session) and not reset:
        raise Refused("This database holds a demonstration already. Run 'auditapp demo --reset' to make it anew.")
    _empty(session)


def mark(session: Session, *, today: date) -> None:
    """Mark a database as a demonstration, made on a day."""
    session.add(ServiceSetting(name=DEMONSTRATION, value=today.isoformat()))
    session.flush()


def _empty(session: Session) -> None:
    """Remove everything; numbers begin at 1 again, because chance is set by them as well."""
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(f'"{table.name}"' for table in METADATA.sorted_tables)
        session.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
        return
    for table in reversed(METADATA.sorted_tables):
        session.execute(table.delete())
    session.expunge_all()
