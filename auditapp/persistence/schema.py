"""Every table in one place, and the migrations that bring a database to them."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from auditapp.config import resources
from auditapp.persistence import (
    absences,
    audits,
    calendar_address,
    cases,
    cycles,
    handovers,
    job_runs,
    notices,
    outbox,
    people,
    programme,
    programme_settings,
    publications,
    rollup,
    service_settings,
    sign_in,
    submissions,
    tools,
    trail,
)
from auditapp.persistence.database import Base, Database, check_references

NOUNS = (
    absences,
    audits,
    calendar_address,
    cases,
    cycles,
    handovers,
    job_runs,
    notices,
    outbox,
    people,
    programme,
    programme_settings,
    publications,
    rollup,
    service_settings,
    sign_in,
    submissions,
    tools,
    trail,
)
METADATA = Base.metadata


def migrations() -> Config:
    """Return where the migrations lie."""
    config = Config()
    config.set_main_option("script_location", str(resources() / "migrations").replace("%", "%%"))
    return config


def upgrade(database: Database, *, to: str = "head") -> None:
    """Bring a database forward, in one transaction: a migration that fails leaves everything as it was."""
    with database.migrating() as session:
        config = migrations()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, to)
        check_references(session)
        session.commit()


def is_current(database: Database) -> bool:
    """Say whether a database has every migration."""
    return _revision(database) == ScriptDirectory.from_config(migrations()).get_current_head()


def is_empty(database: Database) -> bool:
    """Say whether a database has never been migrated."""
    return _revision(database) is None


def _revision(database: Database) -> str | None:
    with database.reading() as session:
        return MigrationContext.configure(session.connection()).get_current_revision()
