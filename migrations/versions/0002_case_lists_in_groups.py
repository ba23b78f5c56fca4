"""Case lists are kept as groups of children who share type, team and worker; only drawn children are cases."""

from collections import defaultdict
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TYPES = ("LAC", "CP", "CIN", "OA", "X", "CL")
CASE = sa.table("case", sa.column("id"), sa.column("case_reference"))
AUDIT = sa.table("audit", sa.column("case_id"))
ENTRY = sa.table(
    "case_list_entry", *map(sa.column, ("case_list_id", "case_id", "case_type", "list_team_id", "list_worker_id"))
)
GROUP_COLUMNS = ("case_list_id", "number", "case_type", "list_team_id", "list_worker_id", "children", "case_references")
GROUP = sa.table("case_list_group", *map(sa.column, GROUP_COLUMNS))


def upgrade() -> None:
    op.create_table(
        "case_list_group",
        sa.Column("case_list_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "case_type",
            sa.Enum(*TYPES, name="case_type_known", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("list_team_id", sa.Integer(), nullable=True),
        sa.Column("list_worker_id", sa.Integer(), nullable=True),
        sa.Column("children", sa.Integer(), nullable=False),
        sa.Column("case_references", sa.Text(), nullable=False),
        sa.CheckConstraint("children > 0", name=op.f("ck_case_list_group_has_children")),
        sa.ForeignKeyConstraint(
            ["case_list_id"], ["case_list.id"], name=op.f("fk_case_list_group_case_list_id_case_list")
        ),
        sa.ForeignKeyConstraint(
            ["list_team_id"], ["list_team.id"], name=op.f("fk_case_list_group_list_team_id_list_team")
        ),
        sa.ForeignKeyConstraint(
            ["list_worker_id"], ["list_worker.id"], name=op.f("fk_case_list_group_list_worker_id_list_worker")
        ),
        sa.PrimaryKeyConstraint("case_list_id", "number", name=op.f("pk_case_list_group")),
    )
    connection = op.get_bind()
    for case_list_id in connection.scalars(sa.select(ENTRY.c.case_list_id).distinct()).all():
        connection.execute(sa.insert(GROUP), [*_groups(connection, case_list_id)])
    op.drop_table("case_list_entry")
    audited = sa.select(AUDIT.c.case_id).where(AUDIT.c.case_id == CASE.c.id)
    connection.execute(sa.delete(CASE).where(~audited.exists()))


def _groups(connection: sa.Connection, case_list_id: int) -> Iterator[dict[str, object]]:
    shared = (ENTRY.c.case_type, ENTRY.c.list_team_id, ENTRY.c.list_worker_id)
    query = sa.select(*shared, CASE.c.case_reference).join(CASE, CASE.c.id == ENTRY.c.case_id)
    found: defaultdict[tuple[str, int | None, int | None], list[str]] = defaultdict(list)
    for case_type, team, worker, reference in connection.execute(query.where(ENTRY.c.case_list_id == case_list_id)):
        found[case_type, team, worker].append(reference)
    for number, ((case_type, team, worker), references) in enumerate(found.items(), start=1):
        row = (case_list_id, number, case_type, team, worker, len(references), " ".join(sorted(references)))
        yield dict(zip(GROUP_COLUMNS, row, strict=True))
