"""A message that an administrator has sent again waits from then on, however old it is."""

import sqlalchemy as sa
from alembic import op

from auditapp.persistence.database import Instant

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("message") as table:
        table.add_column(sa.Column("waits_since", Instant(), nullable=True))
    op.execute("UPDATE message SET waits_since = made_at")
    with op.batch_alter_table("message") as table:
        table.alter_column("waits_since", existing_type=Instant(), nullable=False)
