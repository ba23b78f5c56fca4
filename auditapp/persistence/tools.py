"""Audit tools and grade scales as versioned data: definitions stored whole, as canonical JSON."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from auditapp.domain.grading import Scale
from auditapp.domain.items import Item, items
from auditapp.domain.tools import ToolDefinition
from auditapp.domain.vocabulary import CaseType, ToolState
from auditapp.persistence.database import Base, Instant, words
from auditapp.persistence.identifiers import new_identifier


class ScaleVersion(Base):
    """A grade scale. One in use never changes; a new wording is a scale of its own."""

    __tablename__ = "scale_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    definition: Mapped[str] = mapped_column(Text)

    @property
    def scale(self) -> Scale:
        """The scale that the definition says."""
        return _scale(self.definition)


IS_PUBLISHED = text("state = 'published'")


class ToolVersion(Base):
    """One version of an audit tool, of which one at most is published. An audit keeps the version it was begun with."""

    __tablename__ = "tool_version"
    __table_args__ = (
        UniqueConstraint("slug", "version"),
        Index(
            "uq_tool_version_published", "slug", unique=True, sqlite_where=IS_PUBLISHED, postgresql_where=IS_PUBLISHED
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    slug: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(600))
    scale_slug: Mapped[str] = mapped_column(String(60))
    state: Mapped[ToolState] = mapped_column(words(ToolState, column="state"))
    domain_count: Mapped[int]
    definition: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def tool(self) -> ToolDefinition:
        """The tool that the definition says."""
        return _tool(self.definition)


@lru_cache(maxsize=256)
def form_of(tool_definition: str, scale_definition: str, case_type: CaseType | None) -> Mapping[str, Item]:
    """Return the items of a form by code, in the order of the form."""
    listed = items(_tool(tool_definition), case_type=case_type, scale=_scale(scale_definition))
    return MappingProxyType({item.code: item for item in listed})


def scale_of_definition(scale_definition: str) -> Scale:
    """Return the scale that a stored definition says."""
    return _scale(scale_definition)


def grade_label(scale_definition: str, value: str | None) -> str:
    """Return a stored grade as people read it."""
    return _scale(scale_definition).grade(value).label if value else ""


# Definitions never change and are few; reading one costs more than everything else on a form page.
@lru_cache(maxsize=64)
def _tool(definition: str) -> ToolDefinition:
    return ToolDefinition.from_json(definition)


@lru_cache(maxsize=64)
def _scale(definition: str) -> Scale:
    return Scale.from_json(definition)
