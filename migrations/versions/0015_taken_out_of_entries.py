"""Who was taken out of an entry of the programme, and which day its report no longer has: calendars take these out."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    with op.batch_alter_table("programme_entry") as table:
        table.add_column(sa.Column("taken_out", sa.JSON(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("report_was_due_on", sa.Date(), nullable=True))
    with op.batch_alter_table("programme_entry") as table:
        table.alter_column("taken_out", server_default=None)
