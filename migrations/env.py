"""Runs the migrations inside the one transaction that their caller holds: whole, or not at all, on both engines."""

from alembic import context
from sqlalchemy import Connection

from auditapp.persistence.schema import METADATA

connection: Connection = context.config.attributes["connection"]

context.configure(
    connection=connection,
    target_metadata=METADATA,
    render_as_batch=True,
    compare_type=True,
    transactional_ddl=True,
)
context.run_migrations()
