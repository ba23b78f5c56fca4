"""Steps of rounds that were ticked, and dates of the programme that are past; themes are started from their entries.

What waited to be started, for a day at most, was written down another way before: it is chosen anew from the entry.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NOTICES = (
    *("assigned", "soon", "due", "manager", "head", "offered", "director", "unassigned"),
    *("month_waits", "quota_in_danger", "action_soon", "action_late", "programme", "programme_late"),
    *("absence_waits", "absence_decided", "concern", "concern_waits"),
)


def upgrade() -> None:
    with op.batch_alter_table("programme_entry") as table:
        table.add_column(sa.Column("ticks", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("programme_entry") as table:
        table.alter_column("ticks", server_default=None)
    with op.batch_alter_table("notice") as table:
        table.drop_constraint(op.f("ck_notice_kind_known"), type_="check")
        table.create_check_constraint(op.f("ck_notice_kind_known"), sa.column("kind").in_(NOTICES))
    op.execute("DELETE FROM pending_import WHERE kind = 'theme'")
