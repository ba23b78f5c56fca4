"""What QA does with the case lists of a demonstration: accept one each quarter, and say what its names are here."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from auditapp.demonstration import lists
from auditapp.demonstration.hours import first_working_day, moment
from auditapp.demonstration.people import EVERYBODY, QUALITY
from auditapp.demonstration.story import Story
from auditapp.domain.calendar import ONE_DAY, Quarter
from auditapp.domain.case_lists import Entry
from auditapp.domain.vocabulary import Role
from auditapp.persistence.cases import ListTeam, ListWorker
from auditapp.persistence.people import Team
from auditapp.services import cases, mapping
from auditapp.services.mapping import Choice, Choices

CODES_EACH = 2
"""How many of their team's worker codes are one practitioner: those with the most children."""


def plan_lists(story: Story, quarters: Sequence[Quarter]) -> None:
    """Put the case lists into the diary: each quarter begins with one, made on the last day of the quarter before."""
    entries = lists.sample()
    for quarter in quarters:
        if quarter != quarters[0]:
            entries = lists.next_quarter(entries, story.chance("list", quarter))
        if quarter == quarters[-1]:
            entries = lists.with_new_team(entries, story.chance("new team", quarter))
        _plan_list(story, quarter, entries)


def _plan_list(story: Story, quarter: Quarter, entries: Sequence[Entry]) -> None:
    quality = story.council.who(QUALITY[0])
    as_of = quarter.start.first_day - ONE_DAY

    def accept(session: Session, at: datetime) -> None:
        case_list, understanding = lists.as_workbook(entries, as_of=as_of)
        name = f"annex_a_{as_of}.xlsx"
        cases.accept_case_list(session, case_list, understanding=understanding, file_name=name, by=quality, at=at)
        later = at + timedelta(minutes=12)
        mapping.map_teams(session, _teams(session), by=quality, at=later)
        mapping.map_workers(session, dict(_workers(session, entries)), by=quality, at=later)

    story.diary.plan(moment(first_working_day(quarter.start), 8, 35), accept)


def _teams(session: Session) -> Choices:
    """Return the teams of the list that the service has under the same name; any other one waits for somebody."""
    unmapped = select(ListTeam.public_id, Team.public_id).join(Team, Team.name == ListTeam.name)
    rows = session.execute(unmapped.where(ListTeam.team_id.is_(None)))
    return {listed: Choice(chosen) for listed, chosen in rows}


def _workers(session: Session, entries: Sequence[Entry]) -> Iterator[tuple[str, Choice]]:
    """Yield the codes that are practitioners, once: nobody has said so of the others."""
    if session.scalar(select(ListWorker.id).where(ListWorker.person_id.is_not(None)).limit(1)):
        return
    identifiers = dict(session.execute(select(ListWorker.code, ListWorker.public_id)).all())
    for person in EVERYBODY:
        for team in (grant.team for grant in person.grants if grant.role is Role.PRACTITIONER):
            children = Counter(entry.worker for entry in entries if entry.team == team and entry.worker)
            for code, _ in sorted(children.items(), key=lambda pair: (-pair[1], pair[0]))[:CODES_EACH]:
                yield identifiers[code], Choice(person.email)
