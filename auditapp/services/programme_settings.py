"""Changing how the programme is run: an administrator's, with every changed number in the trail."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from auditapp.domain.calendar import Month, london_day
from auditapp.domain.errors import Refused
from auditapp.domain.permissions import Viewer, check_administers
from auditapp.domain.programme_settings import BESIDE, ProgrammeSettings, from_json, settings, to_json
from auditapp.domain.trail import Details
from auditapp.domain.vocabulary import CycleKind
from auditapp.persistence import trail
from auditapp.persistence.programme_settings import ONLY, StoredSettings
from auditapp.persistence.upsert import upsert

SUBJECT = "programme-settings"


@dataclass(frozen=True, slots=True)
class SettingsInForce:
    """The settings, and the version they are: 0 while nobody has changed the guide's own."""

    settings: ProgrammeSettings
    version: int


def settings_in_force(session: Session) -> SettingsInForce:
    """Return the settings with their version."""
    stored = session.get(StoredSettings, ONLY)
    document, version = (stored.document, stored.version) if stored else (None, 0)
    return SettingsInForce(from_json(document), version)


def change_settings(
    session: Session,
    numbers: Mapping[str, int],
    *,
    quota: int,
    version: int,
    by: Viewer,
    at: datetime,
    counted: Collection[CycleKind] | None = None,
) -> int:
    """Change settings, and return how many changed. `version` is that of the page they were read from.

    `counted` is what counts to the average beside Quality of Practice audits; where it is not given, it stays. It and
    another quota count from the month after this one: this month was opened with those that were in force.
    """
    check_administers(by)
    stored = _held(session)
    if stored.version != version:
        raise Refused("Somebody else changed the settings since this page was opened. Open it again: theirs are there.")
    before, since = from_json(stored.document), Month.of(london_day(at)).next
    after = before.changed(numbers)
    if quota != before.quota_of(since):
        after = after.with_quota(quota, since=since)
    if counted is not None and frozenset(counted) != before.counted_in(since):
        after = after.with_counted(counted, since=since)
    if after.target_at_most < after.quota_of(since):
        raise Refused(
            f"The most that is asked of a month cannot be less than the quota of {after.quota_of(since)}. Enter "
            "at least as many."
        )
    told = _differences(before, after, since=since)
    if not told:
        return 0
    stored.document, stored.version = to_json(after), stored.version + 1
    session.flush()
    for kind, details in told:
        trail.record(session, kind, by=by.public_id, at=at, subject=SUBJECT, details=details)
    return len(told)


def _held(session: Session) -> StoredSettings:
    """Return the one row and hold it, made on the first change: two who change at once do so one after the other."""
    first = {"id": ONLY, "document": to_json(from_json(None)), "version": 0}
    session.execute(upsert(session, StoredSettings).values(first).on_conflict_do_nothing())
    return session.get_one(StoredSettings, ONLY, with_for_update=True, populate_existing=True)


def _differences(
    before: ProgrammeSettings, after: ProgrammeSettings, *, since: Month
) -> tuple[tuple[str, Details], ...]:
    """Return what the trail is told of everything that changed: the kind of event, and what it holds."""
    told: list[tuple[str, Details]] = []
    quotas: Details = {"before": before.quota_of(since), "after": after.quota_of(since), "month": str(since)}
    if quotas["before"] != quotas["after"]:
        told.append(("quota.changed", quotas))
    was_counted, is_counted = (_written(each.counted_in(since)) for each in (before, after))
    if was_counted != is_counted:
        told.append(("quota.counted", {"counted": was_counted, "counts": is_counted, "month": str(since)}))
    for name, _ in settings():
        was, now = getattr(before, name), getattr(after, name)
        if was != now:
            told.append(("setting.changed", {"setting": name, "before": was, "after": now}))
    return tuple(told)


def _written(kinds: Collection[CycleKind]) -> str:
    return ", ".join(kind.value for kind in BESIDE if kind in kinds)
