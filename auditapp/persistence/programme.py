"""The programme of council years: what is planned for each, and when the Board approved of it."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from auditapp.domain.programme import Entry, Plan, Tick
from auditapp.domain.vocabulary import CaseType, ProgrammeKind, ProgrammeState
from auditapp.persistence.database import Base, Instant, words
from auditapp.persistence.identifiers import new_identifier
from auditapp.persistence.upsert import upsert

# A month has one of these, as long as it is not cancelled.
ONCE_A_MONTH = text("kind IN ('qop_month', 'supervision') AND state <> 'cancelled'")


class ProgrammeYear(Base):
    """A council's year, by the calendar year it starts in, and the Board's approval of its plan where there is one.

    Whoever changes the programme of a year holds its row, so that two do so one after the other.
    """

    __tablename__ = "programme_year"
    __table_args__ = (
        CheckConstraint(
            "(approved_on IS NULL) = (minute IS NULL) AND (approved_on IS NULL) = (board IS NULL) "
            "AND (approved_on IS NULL) = (audits_a_month IS NULL) AND (approved_on IS NULL) = (recorded_at IS NULL)",
            name="approval_whole",
        ),
    )

    starts_in: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    approved_on: Mapped[date | None]
    board: Mapped[str | None] = mapped_column(String(120))
    minute: Mapped[str | None] = mapped_column(String(120))
    audits_a_month: Mapped[int | None]
    recorded_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int]


class ProgrammeEntry(Base):
    """One entry of the programme, as `domain.programme.Entry` says.

    `version` goes up with every change: whoever changes an older one is told so. `origin` says what it was copied or
    made from, which can be only once. `cycle_id` is that of the audits that were started from it. `ticks` has by the
    name of each step of a round that is done who said so (`by`, a public identifier) and when (`at`, in ISO 8601).
    `taken_out` are the public identifiers of those whom it named before, and `report_was_due_on` is the day of a report
    that it asks for no longer: both stand in calendars still.
    """

    __tablename__ = "programme_entry"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("size >= 1", name="size_positive"),
        CheckConstraint("(state = 'cancelled') = (cancellation IS NOT NULL)", name="cancelled_with_reason"),
        Index(
            "uq_programme_entry_once_a_month",
            "kind",
            "starts_on",
            unique=True,
            sqlite_where=ONCE_A_MONTH,
            postgresql_where=ONCE_A_MONTH,
        ),
        Index("ix_programme_entry_days", "starts_on", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_identifier)
    kind: Mapped[ProgrammeKind] = mapped_column(words(ProgrammeKind, column="kind"))
    title: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    report_due_on: Mapped[date | None]
    size: Mapped[int]
    practice_area: Mapped[str] = mapped_column(String(120))
    key_lines: Mapped[str] = mapped_column(Text)
    tool: Mapped[str] = mapped_column(String(60))
    case_types: Mapped[list[str]] = mapped_column(JSON)
    auditors: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    taken_out: Mapped[list[str]] = mapped_column(JSON, default=list)
    report_was_due_on: Mapped[date | None]
    ticks: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    series: Mapped[str | None] = mapped_column(String(20), index=True)
    origin: Mapped[str | None] = mapped_column(String(60), unique=True)
    repeats_of_id: Mapped[int | None] = mapped_column(ForeignKey("programme_entry.id"), index=True)
    state: Mapped[ProgrammeState] = mapped_column(words(ProgrammeState, column="state"))
    cancellation: Mapped[str | None] = mapped_column(Text)
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"), index=True)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    version: Mapped[int]

    @property
    def plan(self) -> Plan:
        """What is planned."""
        return Plan(
            kind=self.kind,
            title=self.title,
            starts_on=self.starts_on,
            ends_on=self.ends_on,
            report_due_on=self.report_due_on,
            size=self.size,
            practice_area=self.practice_area,
            key_lines=self.key_lines,
            tool=self.tool,
            case_types=tuple(CaseType.of(word) for word in self.case_types),
            auditors=tuple(self.auditors),
            note=self.note,
        )

    def write(self, plan: Plan) -> None:
        """Take a plan over, and note whom and which day it leaves out."""
        named = {*(self.taken_out or ()), *(self.auditors or ())}
        self.taken_out = sorted(named - {*plan.auditors})
        self.report_was_due_on = None if plan.report_due_on else self.report_due_on or self.report_was_due_on
        self.kind, self.title, self.size = plan.kind, plan.title, plan.size
        self.starts_on, self.ends_on, self.report_due_on = plan.starts_on, plan.ends_on, plan.report_due_on
        self.practice_area, self.key_lines, self.tool = plan.practice_area, plan.key_lines, plan.tool
        self.case_types, self.auditors, self.note = [*plan.case_types], [*plan.auditors], plan.note

    def entry(self, repeats: str | None = None, cycle: str | None = None) -> Entry:
        """The entry as the rules know it, with the public identifiers of what it repeats and of what it started."""
        return Entry(
            public_id=self.public_id,
            plan=self.plan,
            state=self.state,
            series=self.series,
            origin=self.origin,
            repeats=repeats,
            cancellation=self.cancellation or "",
            taken_out=tuple(self.taken_out),
            report_was_due_on=self.report_was_due_on,
            changed_at=self.changed_at,
            is_started=self.cycle_id is not None,
            cycle=cycle or "",
            ticks=tuple(
                Tick(step, tick["by"], datetime.fromisoformat(tick["at"])) for step, tick in (self.ticks or {}).items()
            ),
            version=self.version,
        )


def hold_years(session: Session, *years: int) -> None:
    """Hold the rows of some council years, made where they are not there, always in the same order."""
    for starts_in in sorted({*years}):
        first = {"starts_in": starts_in, "version": 0}
        session.execute(upsert(session, ProgrammeYear).values(first).on_conflict_do_nothing())
        session.execute(select(ProgrammeYear.starts_in).where(ProgrammeYear.starts_in == starts_in).with_for_update())
