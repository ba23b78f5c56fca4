"""The schedule and its post: what was done when, what somebody is to be told, the messages that tell them."""

import sqlalchemy as sa
from alembic import op

from auditapp.persistence.database import Instant

revision = "0006"
down_revision = "0005"

WAITS = sa.text("message_id IS NULL AND settled_at IS NULL")
NOTICES = (
    "assigned",
    "soon",
    "due",
    "manager",
    "head",
    "offered",
    "director",
    "unassigned",
    "month_waits",
    "quota_in_danger",
    "action_soon",
    "action_late",
    "programme",
    "concern",
    "concern_waits",
)
MESSAGES = ("digest", "urgent", "invitation")
STATES = ("queued", "sending", "sent", "uncertain", "given_up", "withdrawn")


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(40), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("done_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("job", "due_at", name=op.f("pk_job_run")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _words("kind", MESSAGES, table="message"),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        _words("state", STATES, table="message"),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("claimed_at", Instant(), nullable=True),
        sa.Column("claimed_by", sa.String(80), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("problem", sa.String(200), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_message_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("key", name=op.f("uq_message_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_message_public_id")),
    )
    op.create_index("ix_message_state_next_at", "message", ["state", "next_at"])
    op.create_index(op.f("ix_message_made_at"), "message", ["made_at"])
    op.create_index(op.f("ix_message_person_id"), "message", ["person_id"])
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(240), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        _words("kind", NOTICES, table="notice"),
        sa.Column("subject", sa.String(160), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("message_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_notice_message_id_message")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", name=op.f("uq_notice_key")),
    )
    op.create_index("ix_notice_subject_kind", "notice", ["subject", "kind"])
    op.create_index("ix_notice_waits", "notice", ["person_id"], sqlite_where=WAITS, postgresql_where=WAITS)
    op.create_index(op.f("ix_notice_message_id"), "notice", ["message_id"])
    op.create_table(
        "mail_preference",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("wants_reminders", sa.Boolean(), nullable=False),
        sa.CheckConstraint("hour BETWEEN 7 AND 18", name=op.f("ck_mail_preference_hour_of_work")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_preference_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_preference")),
    )


def _words(column: str, known: tuple[str, ...], *, table: str) -> sa.Column[str]:
    kind = sa.Enum(
        *known, native_enum=False, length=40, create_constraint=True, name=op.f(f"ck_{table}_{column}_known")
    )
    return sa.Column(column, kind, nullable=False)
