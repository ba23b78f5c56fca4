"""The words of the one message a day: what waits for somebody, by its reference, and nothing about any case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from auditapp.domain.calendar import Month, say_date
from auditapp.domain.ladder import REMINDERS
from auditapp.domain.vocabulary import NoticeKind
from auditapp.domain.wording import say_count
from auditapp.domain.working_days import announced_until, is_announced, say_due


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to be told: of which kind, about what (a reference, or a month), and when it is due."""

    kind: NoticeKind
    subject: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Text:
    """A message: its subject, and its paragraphs of plain words with an empty line between them."""

    subject: str
    body: str


# Steps of the ladder, which are idle once their audit is not what it was.
OF_AUDITS = frozenset(
    {
        *REMINDERS,
        NoticeKind.MANAGER,
        NoticeKind.HEAD,
        NoticeKind.OFFERED,
        NoticeKind.DIRECTOR,
        NoticeKind.UNASSIGNED,
    }
)
OF_PROGRAMME = frozenset({NoticeKind.PROGRAMME, NoticeKind.PROGRAMME_LATE})
LATE = "Late"
# What a kind has become where its day is past.
PAST = {NoticeKind.PROGRAMME: NoticeKind.PROGRAMME_LATE, NoticeKind.ACTION_SOON: NoticeKind.ACTION_LATE}
# The steps of one thing: an audit, an action, a date of the programme.
FAMILIES = {
    "audit": OF_AUDITS,
    "action": frozenset({NoticeKind.ACTION_SOON, NoticeKind.ACTION_LATE}),
    "date": OF_PROGRAMME,
}
UNANNOUNCED = (
    "Bank holidays are announced up to {}: after that, only weekends are left out where working days are counted."
)
# Said of a kind that is about a month: `{}` is its name.
SENTENCES = {
    NoticeKind.MONTH_WAITS: (
        "{} could not be opened. Whoever opens it by hand reads what is missing; the programme says what is planned."
    ),
    NoticeKind.SUPERVISION_WAITS: "Supervision audits of {} could not be opened. Whoever opens them by hand reads why.",
    NoticeKind.QUOTA_IN_DANGER: "{}: the average that is owed is in danger. The first page says by how much.",
}


def compose(lines: Iterable[Line], *, today: date) -> Text:
    """Return the message of a day: each kind under its heading, the most pressing first, each thing once.

    After days without post there may be several steps of one thing: the most pressing speaks for all, under what is
    true of the thing today.
    """
    told: dict[tuple[str, str, date | None], tuple[tuple[int, int], str, Line]] = {}
    for line in lines:
        rank, heading = _heading(line, today=today)
        thing = (_family(line.kind), line.subject, line.due_on)
        if thing not in told or rank < told[thing][0]:
            told[thing] = (rank, heading, line)
    headings: dict[str, list[Line]] = {}
    for _, heading, line in sorted(told.values(), key=lambda each: each[0]):
        headings.setdefault(heading, []).append(line)
    paragraphs = [_paragraph(heading, of_it, today=today) for heading, of_it in headings.items()]
    if not all(is_announced(line.due_on or today) for _, _, line in told.values()):
        paragraphs.append(UNANNOUNCED.format(say_date(announced_until())))
    return Text(f"{say_count(len(told), 'thing')} for you to look at", "\n\n".join(paragraphs))


def _heading(line: Line, *, today: date) -> tuple[tuple[int, int], str]:
    """Return how a thing presses and under which words it stands today, whenever it was noted."""
    kind, due_on = line.kind, line.due_on
    if due_on and due_on < today:
        kind = PAST.get(kind, kind)
        if kind in {NoticeKind.SOON, NoticeKind.DUE}:
            return (PRESSING.index(NoticeKind.MANAGER), 1), LATE
    elif kind is NoticeKind.SOON and due_on == today:
        kind = NoticeKind.DUE
    return (PRESSING.index(kind), 0), kind.label


def _family(kind: NoticeKind) -> str:
    """Return what kinds about one thing have in common; the others are told each by itself."""
    return next((name for name, kinds in FAMILIES.items() if kind in kinds), kind.value)


def _paragraph(heading: str, lines: list[Line], *, today: date) -> str:
    said = [_say(line, today=today) for line in sorted(lines, key=lambda line: (line.due_on or today, line.subject))]
    return "\n".join((f"{heading}:", *(f"- {each}" for each in said)))


def _say(line: Line, *, today: date) -> str:
    if line.kind in SENTENCES:
        return SENTENCES[line.kind].format(Month.parse(line.subject).label)
    if line.due_on is None:
        return line.subject
    return f"{line.subject}, due {say_date(line.due_on)} ({say_due(line.due_on, today)})"


# What a reader should meet first: what is late and climbs, then what is due, then what is new.
PRESSING = tuple(
    sorted(
        NoticeKind,
        key=[
            NoticeKind.CONCERN_WAITS,
            NoticeKind.CONCERN,
            NoticeKind.DIRECTOR,
            NoticeKind.OFFERED,
            NoticeKind.HEAD,
            NoticeKind.MANAGER,
            NoticeKind.DUE,
            NoticeKind.SOON,
            NoticeKind.ACTION_LATE,
            NoticeKind.ACTION_SOON,
            NoticeKind.UNASSIGNED,
            NoticeKind.MONTH_WAITS,
            NoticeKind.SUPERVISION_WAITS,
            NoticeKind.QUOTA_IN_DANGER,
            NoticeKind.ABSENCE_WAITS,
            NoticeKind.PROGRAMME_LATE,
            NoticeKind.PROGRAMME,
            NoticeKind.ASSIGNED,
            NoticeKind.ABSENCE_DECIDED,
        ].index,
    )
)
