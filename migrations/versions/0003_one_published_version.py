"""One version of a tool is published at most; where two are, those before the highest are retired."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

IS_PUBLISHED = sa.text("state = 'published'")
TOOL_VERSION = sa.table("tool_version", *map(sa.column, ("slug", "version", "state")))


def upgrade() -> None:
    later = TOOL_VERSION.alias()
    is_there = sa.select(later.c.version).where(
        later.c.slug == TOOL_VERSION.c.slug, later.c.version > TOOL_VERSION.c.version, later.c.state == "published"
    )
    earlier = sa.update(TOOL_VERSION).where(TOOL_VERSION.c.state == "published", is_there.exists())
    op.execute(earlier.values(state="retired"))
    op.create_index(
        "uq_tool_version_published",
        "tool_version",
        ["slug"],
        unique=True,
        sqlite_where=IS_PUBLISHED,
        postgresql_where=IS_PUBLISHED,
    )
