"""Supervision audits that could not be opened are a kind of notice of their own, and no month under another name."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

NOTICES = (
    *("assigned", "soon", "due", "manager", "head", "offered", "director", "unassigned"),
    *("month_waits", "supervision_waits", "quota_in_danger", "action_soon", "action_late"),
    *("programme", "programme_late", "absence_waits", "absence_decided", "concern", "concern_waits"),
)


def upgrade() -> None:
    with op.batch_alter_table("notice") as table:
        table.drop_constraint(op.f("ck_notice_kind_known"), type_="check")
        table.create_check_constraint(op.f("ck_notice_kind_known"), sa.column("kind").in_(NOTICES))
    op.execute(
        # Their keys too, or the step would be taken once more.
        "UPDATE notice SET kind = 'supervision_waits', subject = substr(subject, 13),"
        " key = replace(key, 'month_waits:supervision:', 'supervision_waits:')"
        " WHERE kind = 'month_waits' AND subject LIKE 'supervision:%'"
    )
