"""Invented material for documents: a quarter's findings, an audit's record, and text that is not meant kindly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from auditapp.domain.calendar import Month, Quarter
from auditapp.domain.counts import Count
from auditapp.domain.findings import Findings, find
from auditapp.domain.quota import Asked
from auditapp.domain.records import (
    ActionRecord,
    AuditRecord,
    ConcernRecord,
    QuestionRecord,
    SectionRecord,
    TakingPartRecord,
)
from auditapp.domain.vocabulary import CaseType, Compliance, Measure, Overridden, Party, Standard, TakingPart, Unjudged

FONTS = Path(__file__).parents[2] / "static" / "build" / "fonts"
COUNCIL = "Exampleshire Council"
MADE_AT = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
QUARTER = Quarter(Month(2026, 7))

NASTY = (
    "<b>&amp;</b> <para> & </font>",
    "W" * 20_000,
    "sentence after sentence " * 900,
    "a\x00b\x07c\x1bd\u202ee\ufefff",
    "中文 العربية 😀👩‍👩‍👧 \ud800 e\u0301 \U0010ffff",
    "one\r\ntwo\n\n\nthree\u2028four\tfive",
    "",
    " ",
    "\u200b",
    "]]> --> {{ 7*7 }} %PDF (unbalanced \\(",
)


@dataclass(frozen=True)
class Grade:
    value: str
    label: str


@dataclass(frozen=True)
class Scale:
    name: str
    grades: tuple[Grade, ...]

    def good_or_better(self, value: str) -> bool:
        return value in {grade.value for grade in self.grades[:2]}


@dataclass(frozen=True)
class Domain:
    code: str
    name: str
    standards: tuple[Standard, ...]


ILACS = Scale(
    "Ofsted ILACS",
    (
        Grade("outstanding", "Outstanding"),
        Grade("good", "Good"),
        Grade("requires_improvement", "Requires improvement to be good"),
        Grade("inadequate", "Inadequate"),
    ),
)
DOMAINS = tuple(
    Domain(f"D{at}", name, (standard,))
    for at, (name, standard) in enumerate(
        (
            ("Identity, record and chronology", Standard.PS7),
            ("Referral, threshold and response", Standard.PS5),
            ("Assessment and analysis", Standard.PS5),
            ("Child's voice and direct work", Standard.PS2),
            ("Parents, carers and family", Standard.PS3),
            ("Equality, identity and inclusion", Standard.PS6),
            ("Plan and purpose", Standard.PS1),
            ("Delivery, pace and review", Standard.PS8),
            ("Multi-agency working", Standard.PS4),
            ("Safeguarding and immediate safety", Standard.PS1),
            ("Management oversight and supervision", Standard.PS8),
            ("Outcomes and impact", Standard.PS1),
        ),
        start=1,
    )
)
TARGETS = {Month(2026, 7): Asked(20, 20), Month(2026, 8): Asked(20, 22), Month(2026, 9): Asked(20, 21)}


def counts() -> Iterator[Count]:
    """58 audits of a quarter: 2 Outstanding, 34 Good, 18 Requires improvement, 4 Inadequate."""
    grades = ["outstanding"] * 2 + ["good"] * 34 + ["requires_improvement"] * 18 + ["inadequate"] * 4
    types = (CaseType.LAC, CaseType.CP, CaseType.CIN, CaseType.CIN, CaseType.OA, CaseType.CL)
    teams = ("Assessment North", "Assessment South", "Family Safeguarding East", "Children in Care")
    for at, grade in enumerate(grades):
        month, case_type, team = Month(2026, 7 + at % 3), types[at % 6], teams[at % 4]

        def count(measure: Measure, key: str, value: str, n: int = 1) -> Count:
            return Count(month, case_type, team, measure, key, value, n)  # noqa: B023 - used at once

        yield count(Measure.OVERALL, "", grade)
        yield count(Measure.OVERRIDDEN, "", Overridden.YES if at % 9 == 0 else Overridden.NO)
        for number, domain in enumerate(DOMAINS):
            value = Unjudged.NOT_APPLICABLE if (at + number) % 11 == 0 else grades[(at * 7 + number * 13) % len(grades)]
            yield count(Measure.DOMAIN, domain.code, value)
        for number, standard in enumerate(Standard):
            yield count(Measure.STANDARD, standard, grades[(at * 5 + number * 3) % len(grades)])
            yield count(Measure.COMPLIANCE, standard, Compliance.YES, 4)
            yield count(Measure.COMPLIANCE, standard, Compliance.PARTLY if at % 3 else Compliance.NO)
        for party in Party:
            yield count(Measure.PARTICIPATION, party, TakingPart.TOOK_PART if at % 4 else TakingPart.DECLINED)


def findings() -> Findings:
    """The findings of July to September 2026, in full."""
    return find(QUARTER, counts(), domains=DOMAINS, scales=[ILACS], targets=TARGETS)


def record() -> AuditRecord:
    """A submitted audit of a looked-after child, invented."""
    return AuditRecord(
        reference="QOP-2026-0917",
        tool="Quality of Practice, version 1",
        scale="Ofsted ILACS",
        auditor="Ines Okafor",
        submitted="3 December 2026, 10:42",
        overall_grade="Requires improvement to be good",
        case_reference="00417732",
        case_type="Looked after",
        team="Family Safeguarding East",
        look_back="June to November 2026",
        sources="Case notes, care plan, minutes of the last two reviews, supervision file.",
        worker_spoken_to="Yes, 27 November 2026",
        indicative_grade="Inadequate",
        indicative_words="Inadequate because Safeguarding and immediate safety is Inadequate, and that domain limits.",
        reason="The safety plan was rewritten and tested with the family during the audit.",
        minutes=50,
        sections=tuple(
            SectionRecord(
                code=domain.code,
                name=domain.name,
                grade="Inadequate" if domain.code == "D10" else "Good",
                why="The record shows who decided what, and what changed for the child after it.",
                strength="Direct work with the child is purposeful and recorded in her own words.",
                learning="Enter the reasons beside each decision." if domain.code != "D4" else "",
                questions=(
                    QuestionRecord(f"{domain.code[1:]}.1", "Are the child's core details complete and current?", "Yes"),
                    QuestionRecord(
                        f"{domain.code[1:]}.2",
                        "Is there a usable, current chronology?",
                        "Partly",
                        "Significant events to May 2026; nothing since the move to the new carers.",
                    ),
                    QuestionRecord(f"{domain.code[1:]}.3", "Is the family network recorded?", ""),
                ),
            )
            for domain in DOMAINS
        ),
        taking_part=(
            TakingPartRecord("Practitioner", "Took part", "27 November 2026"),
            TakingPartRecord("Child or young person", "Declined", "She had said all she wanted to at her review."),
            TakingPartRecord("Parent or carer", "Not possible", "Abroad until January."),
        ),
        actions=(
            ActionRecord(
                1,
                "Bring the chronology up to date",
                "A stranger can follow it from May to today",
                "Tom Reilly",
                "17 December 2026",
            ),
            ActionRecord(
                2,
                "Test the safety plan with the carers",
                "Each says what they do at night",
                "Ines Okafor",
                "10 December 2026",
            ),
        ),
        concerns=(
            ConcernRecord(
                "No working safety plan for weekends.",
                "Priya Nair, head of service",
                "3 December 2026, 09:15",
                "By telephone, confirmed by e-mail",
            ),
        ),
    )
