"""A quarter that was shown to the Board keeps its versions; one at most of them is shown."""

import sqlalchemy as sa
from alembic import op

from auditapp.persistence.database import Instant

revision = "0004"
down_revision = "0003"

IS_SHOWN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    with op.batch_alter_table("publication") as table:
        table.add_column(sa.Column("ended_at", Instant(), nullable=True))
        table.drop_constraint(op.f("uq_publication_quarter"), type_="unique")
    op.create_index(
        "uq_publication_shown",
        "publication",
        ["quarter"],
        unique=True,
        sqlite_where=IS_SHOWN,
        postgresql_where=IS_SHOWN,
    )
