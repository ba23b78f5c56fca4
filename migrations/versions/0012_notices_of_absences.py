"""People are told of absences and exemptions: who may approve one that waits, and who asked for one that is decided."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

NOTICES = (
    *("assigned", "soon", "due", "manager", "head", "offered", "director", "unassigned"),
    *("month_waits", "quota_in_danger", "action_soon", "action_late", "programme"),
    *("absence_waits", "absence_decided", "concern", "concern_waits"),
)


def upgrade() -> None:
    with op.batch_alter_table("notice") as table:
        table.drop_constraint(op.f("ck_notice_kind_known"), type_="check")
        table.create_check_constraint(op.f("ck_notice_kind_known"), sa.column("kind").in_(NOTICES))
