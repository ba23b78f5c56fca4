"""The programme of a council's year: what is planned, and the Board's approval of it."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from auditapp.persistence.database import Instant

revision = "0009"
down_revision = "0008"

KINDS = ("qop_month", "supervision", "thematic", "multi_agency", "inspection", "deep_dive")
STATES = ("planned", "cancelled", "done")
ONCE_A_MONTH = sa.text("kind IN ('qop_month', 'supervision') AND state <> 'cancelled'")


def upgrade() -> None:
    op.create_table(
        "programme_year",
        sa.Column("starts_in", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("board", sa.String(120), nullable=True),
        sa.Column("minute", sa.String(120), nullable=True),
        sa.Column("audits_a_month", sa.Integer(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(approved_on IS NULL) = (minute IS NULL) AND (approved_on IS NULL) = (board IS NULL) "
            "AND (approved_on IS NULL) = (audits_a_month IS NULL) AND (approved_on IS NULL) = (recorded_at IS NULL)",
            name=op.f("ck_programme_year_approval_whole"),
        ),
        sa.PrimaryKeyConstraint("starts_in", name=op.f("pk_programme_year")),
    )
    op.create_table(
        "programme_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        _words("kind", KINDS),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("report_due_on", sa.Date(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("practice_area", sa.String(120), nullable=False),
        sa.Column("key_lines", sa.Text(), nullable=False),
        sa.Column("tool", sa.String(60), nullable=False),
        sa.Column("case_types", sa.JSON(), nullable=False),
        sa.Column("auditors", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("series", sa.String(20), nullable=True),
        sa.Column("origin", sa.String(60), nullable=True),
        sa.Column("repeats_of_id", sa.Integer(), nullable=True),
        _words("state", STATES),
        sa.Column("cancellation", sa.Text(), nullable=True),
        sa.Column("cycle_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_programme_entry_ends_after_start")),
        sa.CheckConstraint("size >= 1", name=op.f("ck_programme_entry_size_positive")),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancellation IS NOT NULL)", name=op.f("ck_programme_entry_cancelled_with_reason")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_programme_entry_cycle_id_cycle")),
        sa.ForeignKeyConstraint(
            ["repeats_of_id"], ["programme_entry.id"], name=op.f("fk_programme_entry_repeats_of_id_programme_entry")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_entry")),
        sa.UniqueConstraint("origin", name=op.f("uq_programme_entry_origin")),
        sa.UniqueConstraint("public_id", name=op.f("uq_programme_entry_public_id")),
    )
    op.create_index("ix_programme_entry_days", "programme_entry", ["starts_on", "ends_on"])
    for column in ("series", "repeats_of_id", "cycle_id"):
        op.create_index(op.f(f"ix_programme_entry_{column}"), "programme_entry", [column])
    op.create_index(
        "uq_programme_entry_once_a_month",
        "programme_entry",
        ["kind", "starts_on"],
        unique=True,
        sqlite_where=ONCE_A_MONTH,
        postgresql_where=ONCE_A_MONTH,
    )


def _words(column: str, known: Sequence[str]) -> sa.Column[str]:
    name = op.f(f"ck_programme_entry_{column}_known")
    kind = sa.Enum(*known, native_enum=False, length=40, create_constraint=True, name=name)
    return sa.Column(column, kind, nullable=False)
