"""An audit counts in the month in which it was first submitted: a correction must not bring it into another one.

What was submitted before stays in the month in which it was counted, for reports may have told of it.
"""

import sqlalchemy as sa
from alembic import op

from auditapp.persistence.database import Instant

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    with op.batch_alter_table("audit") as table:
        table.add_column(sa.Column("first_submitted_at", Instant(), nullable=True))
    op.execute("UPDATE audit SET first_submitted_at = submitted_at")
    with op.batch_alter_table("audit") as table:
        table.create_check_constraint(
            op.f("ck_audit_first_of_submissions"), "(submitted_at IS NULL) = (first_submitted_at IS NULL)"
        )
        table.create_index("ix_audit_state_first_submitted_at", ["state", "first_submitted_at"])
