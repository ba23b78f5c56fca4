"""Themes and supervision files: cycles of their own, audits of a worker's file, counts that say of what cycle they are.

Every audit that was counted before is one of a QoP month or an earlier result, which count as such.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

CYCLES = ("qop", "thematic", "supervision", "earlier")
KEY = ["tool_version_id", "cycle_kind", "month", "case_type", "list_team", "measure", "key", "value"]


def upgrade() -> None:
    with op.batch_alter_table("cycle") as table:
        table.add_column(sa.Column("title", sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("plan", sa.Text(), nullable=True))
        table.drop_constraint(op.f("ck_cycle_kind_known"), type_="check")
        table.create_check_constraint(op.f("ck_cycle_kind_known"), _one_of("kind", CYCLES))
    with op.batch_alter_table("cycle") as table:
        table.alter_column("title", server_default=None)
    with op.batch_alter_table("audit") as table:
        table.alter_column("case_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("supervision_worker_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("picked_from_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_audit_supervision_worker_id_list_worker"), "list_worker", ["supervision_worker_id"], ["id"]
        )
        table.create_foreign_key(op.f("fk_audit_picked_from_id_audit"), "audit", ["picked_from_id"], ["id"])
        table.create_unique_constraint(
            op.f("uq_audit_cycle_id_supervision_worker_id"), ["cycle_id", "supervision_worker_id"]
        )
        table.create_unique_constraint(op.f("uq_audit_picked_from_id"), ["picked_from_id"])
        table.create_check_constraint(
            op.f("ck_audit_of_case_or_of_file"), "(case_id IS NULL) = (supervision_worker_id IS NOT NULL)"
        )
        table.create_index(op.f("ix_audit_supervision_worker_id"), ["supervision_worker_id"])
    with op.batch_alter_table("finding_count") as table:
        table.add_column(sa.Column("cycle_kind", sa.String(40), nullable=False, server_default="qop"))
        table.drop_constraint("uq_finding_count_key", type_="unique")
        table.create_unique_constraint("uq_finding_count_key", KEY)
    with op.batch_alter_table("finding_count") as table:
        table.alter_column("cycle_kind", server_default=None)
    with op.batch_alter_table("pending_import") as table:
        table.drop_constraint(op.f("ck_pending_import_kind_known"), type_="check")
        table.create_check_constraint(
            op.f("ck_pending_import_kind_known"), _one_of("kind", ("cases", "people", "theme"))
        )


def _one_of(column: str, known: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in known)})"
