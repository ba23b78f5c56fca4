"""The words of the one message a day: what waits for somebody, by its reference, and nothing about any case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from auditapp.domain.calendar import Month, say_date
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
    """Return the message of a day: each kind under its heading, the most pressing first, each thing once."""
    by_kind: dict[NoticeKind, dict[str, Line]] = {}
    for line in lines:
        by_kind.setdefault(line.kind, {})[line.subject] = line
    kinds = sorted(by_kind, key=PRESSING.index)
    paragraphs = [_paragraph(kind, list(by_kind[kind].values()), today=today) for kind in kinds]
    if not all(is_announced(line.due_on or today) for each in by_kind.values() for line in each.values()):
        paragraphs.append(UNANNOUNCED.format(say_date(announced_until())))
    total = sum(len(each) for each in by_kind.values())
    return Text(f"{say_count(total, 'thing')} for you to look at", "\n\n".join(paragraphs))


def _paragraph(kind: NoticeKind, lines: list[Line], *, today: date) -> str:
    said = [_say(line, today=today) for line in sorted(lines, key=lambda line: (line.due_on or today, line.subject))]
    return "\n".join((f"{kind.label}:", *(f"- {each}" for each in said)))


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
