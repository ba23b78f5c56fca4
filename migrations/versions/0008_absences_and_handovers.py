"""Absences and exemptions with their approval, and open audits that are handed on together."""

import sqlalchemy as sa
from alembic import op

from auditapp.persistence.database import Instant

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("absence", "exemption", name="kind_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "approved",
                "refused",
                "withdrawn",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("entered_at", Instant(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_absence_days_in_order")),
        sa.CheckConstraint("(state = 'refused') = (refusal IS NOT NULL)", name=op.f("ck_absence_refused_has_reason")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_absence_decided_by_somebody")
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'refused') OR decided_by_id IS NOT NULL",
            name=op.f("ck_absence_decision_has_person"),
        ),
        sa.CheckConstraint(
            "decided_by_id <> person_id AND decided_by_id <> entered_by_id", name=op.f("ck_absence_decided_by_another")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_absence_person_id_person")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["person.id"], name=op.f("fk_absence_entered_by_id_person")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_absence_decided_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
        sa.UniqueConstraint("public_id", name=op.f("uq_absence_public_id")),
    )
    op.create_index("ix_absence_person_id", "absence", ["person_id"])
    op.create_index("ix_absence_state_ends_on", "absence", ["state", "ends_on"])
    op.create_table(
        "handover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("absence_id", sa.Integer(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_handover_person_id_person")),
        sa.ForeignKeyConstraint(["absence_id"], ["absence.id"], name=op.f("fk_handover_absence_id_absence")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_handover_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("public_id", name=op.f("uq_handover_public_id")),
    )
    op.create_index("ix_handover_person_id", "handover", ["person_id"])
    op.create_index("ix_handover_absence_id", "handover", ["absence_id"])
    op.create_table(
        "handover_line",
        sa.Column("handover_id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("assigned_at", Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("moved_back_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["handover_id"], ["handover.id"], name=op.f("fk_handover_line_handover_id_handover")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_handover_line_audit_id_audit")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_handover_line_to_id_person")),
        sa.PrimaryKeyConstraint("handover_id", "audit_id", name=op.f("pk_handover_line")),
    )
    op.create_index("ix_handover_line_audit_id", "handover_line", ["audit_id"])
