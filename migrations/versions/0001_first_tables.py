"""The first tables."""

import sqlalchemy as sa
from alembic import op

from auditapp.persistence.database import Instant

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("name", name=op.f("uq_agency_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_agency_public_id")),
    )
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_reference", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("case_reference", name=op.f("uq_case_case_reference")),
    )
    op.create_table(
        "case_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("frame_hash", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("understanding", sa.Text(), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_list")),
        sa.UniqueConstraint("as_of", "frame_hash", name=op.f("uq_case_list_as_of_frame_hash")),
        sa.UniqueConstraint("public_id", name=op.f("uq_case_list_public_id")),
    )
    with op.batch_alter_table("case_list", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_list_as_of"), ["as_of"], unique=False)

    op.create_table(
        "failed_attempts",
        sa.Column(
            "counted",
            sa.Enum("account", "address", name="counted_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("counted", "key_hash", name=op.f("pk_failed_attempts")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("working_time", sa.Numeric(precision=3, scale=2), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_person_email_folded")),
        sa.CheckConstraint("working_time > 0 AND working_time <= 1", name=op.f("ck_person_working_time_a_share")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
    )
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("quarter", sa.String(length=7), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("shown_at", Instant(), nullable=False),
        sa.Column("shown_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
        sa.UniqueConstraint("public_id", name=op.f("uq_publication_public_id")),
        sa.UniqueConstraint("quarter", name=op.f("uq_publication_quarter")),
    )
    op.create_table(
        "scale_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scale_version")),
        sa.UniqueConstraint("slug", name=op.f("uq_scale_version_slug")),
    )
    op.create_table(
        "service",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("name", name=op.f("uq_service_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_service_public_id")),
    )
    op.create_table(
        "service_setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_service_setting")),
    )
    op.create_table(
        "tool_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=600), nullable=False),
        sa.Column("scale_slug", sa.String(length=60), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "retired",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("domain_count", sa.Integer(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("imported_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_version")),
        sa.UniqueConstraint("public_id", name=op.f("uq_tool_version_public_id")),
        sa.UniqueConstraint("slug", "version", name=op.f("uq_tool_version_slug_version")),
    )
    op.create_table(
        "trail_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trail_event")),
        sa.UniqueConstraint("chain", "position", name=op.f("uq_trail_event_chain_position")),
    )
    with op.batch_alter_table("trail_event", schema=None) as batch_op:
        batch_op.create_index("ix_trail_event_chain_name_position", ["chain", "name", "position"], unique=False)
        batch_op.create_index(batch_op.f("ix_trail_event_subject"), ["subject"], unique=False)

    op.create_table(
        "trail_head",
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_trail_head")),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("qop", "earlier", name="kind_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("period", sa.String(length=80), nullable=False),
        sa.Column("tool_version_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tool_version_id"], ["tool_version.id"], name=op.f("fk_cycle_tool_version_id_tool_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("kind", "period", name=op.f("uq_cycle_kind_period")),
        sa.UniqueConstraint("public_id", name=op.f("uq_cycle_public_id")),
    )
    op.create_table(
        "finding_count",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tool_version_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("case_type", sa.String(length=10), nullable=False),
        sa.Column("list_team", sa.String(length=200), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_finding_count_n_not_negative")),
        sa.ForeignKeyConstraint(
            ["tool_version_id"], ["tool_version.id"], name=op.f("fk_finding_count_tool_version_id_tool_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_count")),
        sa.UniqueConstraint(
            "tool_version_id", "month", "case_type", "list_team", "measure", "key", "value", name="uq_finding_count_key"
        ),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_invitation_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_invitation_secret_hash")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "list_worker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_list_worker_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_worker")),
        sa.UniqueConstraint("code", name=op.f("uq_list_worker_code")),
        sa.UniqueConstraint("public_id", name=op.f("uq_list_worker_public_id")),
    )
    with op.batch_alter_table("list_worker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_worker_person_id"), ["person_id"], unique=False)

    op.create_table(
        "pending_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint("kind IN ('cases', 'people')", name=op.f("ck_pending_import_kind_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pending_import_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_import")),
        sa.UniqueConstraint("public_id", name=op.f("uq_pending_import_public_id")),
    )
    with op.batch_alter_table("pending_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pending_import_person_id"), ["person_id"], unique=False)

    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_in_session_secret_hash")),
    )
    with op.batch_alter_table("sign_in_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("location", sa.String(length=400), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_submission_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_submission")),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_submission_at"), ["at"], unique=False)

    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_team_service_id_service")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_team_public_id")),
    )
    with op.batch_alter_table("team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_service_id"), ["service_id"], unique=False)

    op.create_table(
        "cycle_draw",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("case_list_id", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("frame_hash", sa.String(length=64), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("drawn_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_list_id"], ["case_list.id"], name=op.f("fk_cycle_draw_case_list_id_case_list")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_draw_cycle_id_cycle")),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_cycle_draw")),
    )
    op.create_table(
        "list_team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_list_team_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_team")),
        sa.UniqueConstraint("name", name=op.f("uq_list_team_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_list_team_public_id")),
    )
    with op.batch_alter_table("list_team", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_list_team_team_id"), ["team_id"], unique=False)

    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "auditor",
                "qa",
                "head_of_service",
                "assistant_director",
                "director",
                "practitioner",
                "partner_auditor",
                "board_member",
                "administrator",
                name="role_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(role = 'partner_auditor') = (agency_id IS NOT NULL)", name=op.f("ck_role_grant_agency_fits_role")
        ),
        sa.CheckConstraint(
            "(role IN ('auditor', 'practitioner')) = (team_id IS NOT NULL)", name=op.f("ck_role_grant_team_fits_role")
        ),
        sa.CheckConstraint(
            "(role IN ('head_of_service', 'assistant_director')) = (service_id IS NOT NULL)",
            name=op.f("ck_role_grant_service_fits_role"),
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_role_grant_agency_id_agency")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_grant_person_id_person")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_role_grant_service_id_service")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_role_grant_team_id_team")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
    )
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_role_grant_person_id"), ["person_id"], unique=False)

    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=80), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "case_type",
            sa.Enum(
                "LAC",
                "CP",
                "CIN",
                "OA",
                "X",
                "CL",
                name="case_type_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("list_team_id", sa.Integer(), nullable=True),
        sa.Column("list_worker_id", sa.Integer(), nullable=True),
        sa.Column("tool_version_id", sa.Integer(), nullable=False),
        sa.Column("scale_version_id", sa.Integer(), nullable=False),
        sa.Column("auditor_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "assigned",
                "begun",
                "submitted",
                "returned",
                "replaced",
                name="state_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("is_independence_known", sa.Boolean(), nullable=False),
        sa.Column("assigned_at", Instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("begun_at", Instant(), nullable=True),
        sa.Column("submitted_at", Instant(), nullable=True),
        sa.Column("overall_grade", sa.String(length=40), nullable=True),
        sa.Column("indicative_grade", sa.String(length=40), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("replaced_at", Instant(), nullable=True),
        sa.Column(
            "refusal",
            sa.Enum(
                "knows_family",
                "supervised",
                "no_access",
                name="refusal_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("replacement_reason", sa.Text(), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'replaced') = (replaced_at IS NOT NULL)", name=op.f("ck_audit_replaced_has_moment")
        ),
        sa.CheckConstraint(
            "state <> 'submitted' OR submitted_at IS NOT NULL", name=op.f("ck_audit_submitted_has_moment")
        ),
        sa.ForeignKeyConstraint(["auditor_id"], ["person.id"], name=op.f("fk_audit_auditor_id_person")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_audit_case_id_case")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_audit_cycle_id_cycle")),
        sa.ForeignKeyConstraint(["list_team_id"], ["list_team.id"], name=op.f("fk_audit_list_team_id_list_team")),
        sa.ForeignKeyConstraint(
            ["list_worker_id"], ["list_worker.id"], name=op.f("fk_audit_list_worker_id_list_worker")
        ),
        sa.ForeignKeyConstraint(["replaced_by_id"], ["audit.id"], name=op.f("fk_audit_replaced_by_id_audit")),
        sa.ForeignKeyConstraint(
            ["scale_version_id"], ["scale_version.id"], name=op.f("fk_audit_scale_version_id_scale_version")
        ),
        sa.ForeignKeyConstraint(
            ["tool_version_id"], ["tool_version.id"], name=op.f("fk_audit_tool_version_id_tool_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("cycle_id", "case_id", name=op.f("uq_audit_cycle_id_case_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_audit_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_audit_reference")),
        sa.UniqueConstraint("replaced_by_id", name=op.f("uq_audit_replaced_by_id")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_auditor_id_state", ["auditor_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_case_id"), ["case_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_list_team_id"), ["list_team_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_list_worker_id"), ["list_worker_id"], unique=False)
        batch_op.create_index("ix_audit_state_submitted_at", ["state", "submitted_at"], unique=False)

    op.create_table(
        "case_list_entry",
        sa.Column("case_list_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "case_type",
            sa.Enum(
                "LAC",
                "CP",
                "CIN",
                "OA",
                "X",
                "CL",
                name="case_type_known",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("list_team_id", sa.Integer(), nullable=True),
        sa.Column("list_worker_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_case_list_entry_case_id_case")),
        sa.ForeignKeyConstraint(
            ["case_list_id"], ["case_list.id"], name=op.f("fk_case_list_entry_case_list_id_case_list")
        ),
        sa.ForeignKeyConstraint(
            ["list_team_id"], ["list_team.id"], name=op.f("fk_case_list_entry_list_team_id_list_team")
        ),
        sa.ForeignKeyConstraint(
            ["list_worker_id"], ["list_worker.id"], name=op.f("fk_case_list_entry_list_worker_id_list_worker")
        ),
        sa.PrimaryKeyConstraint("case_list_id", "case_id", name=op.f("pk_case_list_entry")),
    )
    with op.batch_alter_table("case_list_entry", schema=None) as batch_op:
        batch_op.create_index("ix_case_list_entry_case_id", ["case_id"], unique=False)

    op.create_table(
        "audit_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("success_measure", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.CheckConstraint("number BETWEEN 1 AND 5", name=op.f("ck_audit_action_number_in_range")),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_action_audit_id_audit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_action")),
        sa.UniqueConstraint("audit_id", "number", name=op.f("uq_audit_action_audit_id_number")),
    )
    with op.batch_alter_table("audit_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_action_audit_id"), ["audit_id"], unique=False)

    op.create_table(
        "audit_answer",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=60), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sitting", sa.String(length=40), nullable=False),
        sa.Column("saved_at", Instant(), nullable=False),
        sa.Column("saved_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_answer_audit_id_audit")),
        sa.ForeignKeyConstraint(["saved_by_id"], ["person.id"], name=op.f("fk_audit_answer_saved_by_id_person")),
        sa.PrimaryKeyConstraint("audit_id", "item", name=op.f("pk_audit_answer")),
    )
    op.create_table(
        "audit_sitting",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("sitting", sa.String(length=40), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_sitting_audit_id_audit")),
        sa.PrimaryKeyConstraint("audit_id", "section", "sitting", name=op.f("pk_audit_sitting")),
    )
    op.create_table(
        "concern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("told_whom", sa.String(length=200), nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.Column("told_how", sa.String(length=200), nullable=False),
        sa.Column("raised_at", Instant(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("acknowledged_at", Instant(), nullable=True),
        sa.Column("acknowledged_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (acknowledged_by_id IS NULL)", name=op.f("ck_concern_acknowledged_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["person.id"], name=op.f("fk_concern_acknowledged_by_id_person")
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_concern_audit_id_audit")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["person.id"], name=op.f("fk_concern_raised_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint("public_id", name=op.f("uq_concern_public_id")),
    )
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_concern_acknowledged_at"), ["acknowledged_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_concern_audit_id"), ["audit_id"], unique=False)

    op.create_table(
        "submitted_record",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("submitted_at", Instant(), nullable=False),
        sa.Column("returned_at", Instant(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_submitted_record_audit_id_audit")),
        sa.PrimaryKeyConstraint("audit_id", "revision", name=op.f("pk_submitted_record")),
    )
    op.create_index(
        "uq_role_grant_once",
        "role_grant",
        [
            "person_id",
            "role",
            sa.text("coalesce(team_id, 0)"),
            sa.text("coalesce(service_id, 0)"),
            sa.text("coalesce(agency_id, 0)"),
        ],
        unique=True,
    )
