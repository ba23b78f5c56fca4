"""Audit tools and scales: shipped, imported, published, retired. A version that was published never changes.

A retired version may be published again: it is what it was.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.documents.definitions import read_tool, shipped_scales, shipped_tools
from auditapp.domain.errors import NotFound, NotNow, Refused
from auditapp.domain.grading import Scale
from auditapp.domain.permissions import COMMAND_LINE, Viewer, check_runs_programme
from auditapp.domain.tools import ToolDefinition
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import ToolState
from auditapp.persistence import trail
from auditapp.persistence.audits import Audit
from auditapp.persistence.tools import ScaleVersion, ToolVersion

MOVES: dict[ToolState, frozenset[ToolState]] = {
    ToolState.DRAFT: frozenset({ToolState.PUBLISHED, ToolState.RETIRED}),
    ToolState.PUBLISHED: frozenset({ToolState.RETIRED}),
    ToolState.RETIRED: frozenset({ToolState.PUBLISHED}),
}


def install_shipped(session: Session, *, at: datetime) -> None:
    """Put the scales and tools that ship with the product into a database that does not have them."""
    known = set(session.scalars(select(ScaleVersion.slug)))
    for slug, scale in shipped_scales().items():
        if slug not in known:
            session.add(ScaleVersion(slug=slug, definition=scale.to_json()))
    for tool in shipped_tools():
        if _version(session, tool.slug, tool.version) is None:
            version = _add(session, tool, at=at)
            publish(session, version, by=COMMAND_LINE, at=at)


def import_tool(session: Session, data: bytes, *, name: str, by: Viewer, at: datetime) -> ToolVersion:
    """Store the tool of a definition file as a draft. The same file again changes nothing."""
    check_runs_programme(by)
    tool = read_tool(data, name=name, scales=scales(session))
    known = next((held for held in _held(session, tool.slug) if held.version == tool.version), None)
    if known is None:
        version = _add(session, tool, at=at)
    elif known.digest == tool.digest:
        return known
    else:
        version = _replace_draft(known, tool, at=at)
    session.flush()
    details: Details = {"tool": tool.slug, "version": tool.version, "digest": tool.digest}
    trail.record(session, "tool.imported", by=by.public_id, at=at, subject=version.public_id, details=details)
    return version


def publish(session: Session, version: ToolVersion, *, by: Viewer, at: datetime) -> None:
    """Let new audits be made with a version; the version published before is retired."""
    check_runs_programme(by)
    for other in _held(session, version.slug):
        if other is not version and other.state is ToolState.PUBLISHED:
            _move(session, other, ToolState.RETIRED, by=by, at=at)
    _move(session, version, ToolState.PUBLISHED, by=by, at=at)


def retire(session: Session, version: ToolVersion, *, by: Viewer, at: datetime) -> None:
    """Take a version out of use for new audits; those begun with it keep it."""
    check_runs_programme(by)
    _held(session, version.slug)
    _move(session, version, ToolState.RETIRED, by=by, at=at)


def check_retire(version: ToolVersion) -> None:
    """A version that is retired already cannot be retired: NotNow."""
    _check_move(version, ToolState.RETIRED)


def find_version(session: Session, public_id: str) -> ToolVersion:
    """Return one version of a tool."""
    found = session.scalar(select(ToolVersion).where(ToolVersion.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def published(session: Session, slug: str) -> ToolVersion:
    """Return the version of a tool that new audits are made with."""
    found = session.scalar(
        select(ToolVersion).where(ToolVersion.slug == slug, ToolVersion.state == ToolState.PUBLISHED)
    )
    if found is None:
        raise Refused(f"No version of the tool '{slug}' is published. Publish one on the page 'Tools' first.")
    return found


def scale_of(session: Session, version: ToolVersion) -> ScaleVersion:
    """Return the scale that a tool version is graded on."""
    return session.scalars(select(ScaleVersion).where(ScaleVersion.slug == version.scale_slug)).one()


def scales(session: Session) -> Mapping[str, Scale]:
    """Return every scale by slug."""
    return {row.slug: row.scale for row in session.scalars(select(ScaleVersion).order_by(ScaleVersion.id))}


def scales_in_use(session: Session) -> tuple[Scale, ...]:
    """Return the scales that an audit is graded on, the first made first."""
    used = select(Audit.id).where(Audit.scale_version_id == ScaleVersion.id).exists()
    return tuple(row.scale for row in session.scalars(select(ScaleVersion).where(used).order_by(ScaleVersion.id)))


def _version(session: Session, slug: str, number: int) -> ToolVersion | None:
    return session.scalar(select(ToolVersion).where(ToolVersion.slug == slug, ToolVersion.version == number))


def _held(session: Session, slug: str) -> Sequence[ToolVersion]:
    """Return every version of a tool as it is now, and hold them: whoever comes second acts on what the first left."""
    query = select(ToolVersion).where(ToolVersion.slug == slug).order_by(ToolVersion.id)
    return session.scalars(query.with_for_update().execution_options(populate_existing=True)).all()


def _add(session: Session, tool: ToolDefinition, *, at: datetime) -> ToolVersion:
    version = ToolVersion(slug=tool.slug, version=tool.version, state=ToolState.DRAFT)
    _write(version, tool, at=at)
    session.add(version)
    session.flush()
    return version


def _replace_draft(version: ToolVersion, tool: ToolDefinition, *, at: datetime) -> ToolVersion:
    if version.state is not ToolState.DRAFT:
        raise Refused(
            f"Version {tool.version} of '{tool.slug}' was published and never changes. "
            f"Give the file a new version number."
        )
    _write(version, tool, at=at)
    return version


def _write(version: ToolVersion, tool: ToolDefinition, *, at: datetime) -> None:
    version.name, version.scale_slug, version.domain_count = tool.name, tool.scale, len(tool.domains)
    version.definition, version.digest, version.imported_at = tool.to_json(), tool.digest, at


def _move(session: Session, version: ToolVersion, to: ToolState, *, by: Viewer, at: datetime) -> None:
    _check_move(version, to)
    version.state = to
    session.flush()
    details: Details = {"tool": version.slug, "version": version.version}
    trail.record(session, f"tool.{to.value}", by=by.public_id, at=at, subject=version.public_id, details=details)


def _check_move(version: ToolVersion, to: ToolState) -> None:
    if to not in MOVES[version.state]:
        raise NotNow(f"This version is now: {version.state.label}. Nothing was changed.")
