"""What an invented auditor finds in one case: grades that hang together, answers that fit them, words for both."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from auditapp.demonstration.chance import Chance
from auditapp.demonstration.writing import Writing
from auditapp.domain.grading import UNJUDGED, Scale, indicative_grade
from auditapp.domain.items import (
    LOOK_BACK,
    OVERALL_MINUTES,
    OVERALL_REASON,
    PART,
    SOURCES,
    Answer,
    Item,
    items,
)
from auditapp.domain.tools import ToolDefinition
from auditapp.domain.vocabulary import CaseType, Compliance, ItemKind, Party, Subject, TakingPart, Unjudged

# How the teams differ, how the year moves, what is done better and what worse: in standard deviations of a case.
TEAMS: Mapping[str, float] = {
    "Family Support 3": -0.45,
    "Assessment South": -0.2,
    "Family Support 2": 0.1,
    "Children in Care 1": 0.35,
    "Leaving Care": 0.2,
    "Children with Disabilities": 0.15,
}
DOMAINS: Mapping[str, float] = {
    "D1": 0.15,
    "D2": 0.2,
    "D4": -0.1,
    "D5": 0.05,
    "D6": -0.05,
    "D7": -0.25,
    "D8": -0.05,
    "D9": 0.2,
    "D10": 0.3,
    "D11": -0.3,
    "D12": -0.15,
}
AT_FIRST, IN_THE_END = -0.1, 0.4
BETWEEN_CASES, WITHIN_A_CASE = 0.7, 0.6
# The least that each grade of a scale but the worst asks for, best grade first.
BOUNDS = (1.75, 0.0, -1.95)

# How often an auditor's own grade is not the indicative one; the best grade is seldom given against it.
OVERRIDES, BEST_SELDOM = 0.08, 0.15

TONES = ("outstanding", "good", "uneven", "weak")
STRONG, UNEVEN, WEAK = "strong", "uneven", "weak"
ANSWERS: tuple[Mapping[Compliance, float], ...] = (
    {Compliance.YES: 0.94, Compliance.PARTLY: 0.06},
    {Compliance.YES: 0.75, Compliance.PARTLY: 0.21, Compliance.NO: 0.04},
    {Compliance.YES: 0.34, Compliance.PARTLY: 0.48, Compliance.NO: 0.18},
    {Compliance.YES: 0.1, Compliance.PARTLY: 0.35, Compliance.NO: 0.55},
)
SOUNDS = {Compliance.YES: STRONG, Compliance.PARTLY: UNEVEN, Compliance.NO: WEAK}
SELDOM_ASKED = frozenset({"2.5", "4.5", "6.2", "8.4", "8.5", "9.3", "9.4", "10.2", "10.3", "10.4", "11.4"})
WITHOUT_PARTNERS = "D9"
"""The domain that does not apply where no other agency is involved."""

PARTIES: Mapping[Party, Mapping[TakingPart, float]] = {
    Party.PRACTITIONER: {TakingPart.TOOK_PART: 0.84, TakingPart.DECLINED: 0.04, TakingPart.NOT_POSSIBLE: 0.12},
    Party.CHILD: {TakingPart.TOOK_PART: 0.3, TakingPart.DECLINED: 0.2, TakingPart.NOT_POSSIBLE: 0.5},
    Party.PARENT: {TakingPart.TOOK_PART: 0.45, TakingPart.DECLINED: 0.2, TakingPart.NOT_POSSIBLE: 0.35},
}


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one case, or supervision file: its tool, its scale and the type of the case."""

    tool: ToolDefinition
    scale: Scale
    case_type: CaseType | None

    @property
    def is_of_file(self) -> bool:
        """Whether a supervision file is looked at, and no case."""
        return self.tool.subject is Subject.SUPERVISION_FILE

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item in order."""
        return items(self.tool, case_type=self.case_type, scale=self.scale)


class Judgement:
    """One auditor's findings on one case. `progress` is how far the year has come, from 0 to 1."""

    def __init__(self, form: Form, *, team: str, progress: float, chance: Chance, writing: Writing) -> None:
        self._form, self._chance, self._writing = form, chance, writing
        trend = AT_FIRST + (IN_THE_END - AT_FIRST) * progress
        quality = trend + TEAMS.get(team, 0.0) + chance.gauss(0, BETWEEN_CASES)
        self.ranks = {domain.code: self._rank(domain.code, quality) for domain in form.tool.domains}
        self.grades = {code: self._grade_or_not(code, rank) for code, rank in self.ranks.items()}
        self.indicative = self._indicative()
        self.overall = self._own_grade()

    def answers(self) -> Iterator[tuple[Item, Answer]]:
        """Yield the answer to every item of the form but the minutes spent, which are known at the end."""
        for item in self._form.items:
            if item.code != OVERALL_MINUTES:
                yield item, self._answer(item)

    @property
    def rank(self) -> int:
        """The place of the overall grade, 0 for the best."""
        return self._form.scale.rank(self._form.scale.grade(self.overall))

    @property
    def weakest(self) -> tuple[str, ...]:
        """The domains by what is to be done there, the weakest first."""
        return tuple(sorted(self.ranks, key=lambda code: -self.ranks[code]))

    def _rank(self, code: str, quality: float) -> int:
        score = quality + DOMAINS.get(code, 0.0) + self._chance.gauss(0, WITHIN_A_CASE)
        return sum(score < bound for bound in BOUNDS)

    def _grade_or_not(self, code: str, rank: int) -> str:
        if code == WITHOUT_PARTNERS and self._chance.happens(0.05):
            return Unjudged.NOT_APPLICABLE.value
        if self._chance.happens(0.01):
            return Unjudged.NOT_JUDGED.value
        return self._form.scale.grades[rank].value

    def _indicative(self) -> str:
        grade = indicative_grade(self._form.tool, self.grades, scale=self._form.scale).grade
        assert grade is not None
        return grade.value

    def _own_grade(self) -> str:
        """Return the indicative grade, or now and then the one beside it, but never across the line to the worst."""
        grades = [grade.value for grade in self._form.scale.grades]
        place = grades.index(self.indicative)
        if place == len(grades) - 1 or not self._chance.happens(OVERRIDES):
            return self.indicative
        beside = {near: BEST_SELDOM if near == 0 else 1.0 for near in (place - 1, place + 1) if near >= 0}
        beside.pop(len(grades) - 1, None)
        return grades[self._chance.weighed(beside)]

    def _answer(self, item: Item) -> Answer:
        by_kind: Mapping[ItemKind, Callable[[Item], Answer]] = {
            ItemKind.COMPLIANCE: self._complied,
            ItemKind.TIMESCALE: self._complied,
            ItemKind.GRADED: self._graded,
            ItemKind.DOMAIN_GRADE: self._domain_grade,
            ItemKind.TAKING_PART: self._took_part,
            ItemKind.OVERALL_GRADE: lambda _: Answer(self.overall),
            ItemKind.YES_NO: self._spoke_with_worker,
        }
        return by_kind.get(item.kind, self._words)(item)

    def _complied(self, item: Item) -> Answer:
        if self.grades[item.section] == Unjudged.NOT_APPLICABLE:
            return Answer(Compliance.NOT_APPLICABLE.value)
        if self._chance.happens(0.16 if item.code in SELDOM_ASKED else 0.01):
            text = self._writing.one("not_applicable") if self._chance.happens(0.4) else ""
            return Answer(Compliance.NOT_APPLICABLE.value, text)
        value = self._chance.weighed(ANSWERS[self.ranks[item.section]])
        return Answer(value.value, self._evidence(item, SOUNDS[value]))

    def _graded(self, item: Item) -> Answer:
        """Return a grade near that of the domain, and never a worse one than it: the auditor weighed it in."""
        rank = self.ranks[item.section]
        if self._chance.happens(0.2):
            rank = max(1, rank - 1)
        sound = (STRONG, STRONG, UNEVEN, WEAK)[rank]
        return Answer(self._form.scale.grades[rank].value, self._evidence(item, sound))

    def _evidence(self, item: Item, sound: str) -> str:
        if self._chance.happens(0.12 if sound == STRONG else 0.03):
            return ""
        if self._form.is_of_file:
            return self._writing.one("domains", item.section, "evidence", sound)
        evidence = self._writing.one("questions", item.code, sound)
        return f"{evidence} {self._writing.one('seen')}" if self._chance.happens(0.25) else evidence

    def _domain_grade(self, item: Item) -> Answer:
        value = self.grades[item.section]
        if value in UNJUDGED:
            return Answer(value, self._writing.one("unjudged", value))
        return Answer(value, self._writing.one("domains", item.section, TONES[self.ranks[item.section]]))

    def _took_part(self, item: Item) -> Answer:
        party = Party.of(item.code.removeprefix(f"{PART}."))
        how = self._chance.weighed(PARTIES[party])
        return Answer(how.value, self._writing.one("taking_part", party.value, how.value))

    def _spoke_with_worker(self, _: Item) -> Answer:
        spoken = self._chance.happens(0.86)
        said = Compliance.YES if spoken else Compliance.NO
        return Answer(said.value, self._writing.one("spoken" if spoken else "not_spoken"))

    def _words(self, item: Item) -> Answer:
        texts = {LOOK_BACK: self._writing.look_back, SOURCES: self._sources, OVERALL_REASON: self._reason}
        write = texts.get(item.code)
        return Answer(None, write() if write else self._strength_or_learning(item))

    def _sources(self) -> str:
        return self._writing.one("sources_of_files" if self._form.is_of_file else "sources")

    def _strength_or_learning(self, item: Item) -> str:
        """Return a strength or a learning point, which a grade below the headline asks for."""
        what = item.code.removeprefix(f"{item.section}.")
        if self.grades[item.section] == Unjudged.NOT_APPLICABLE:
            return ""
        is_good = self.ranks[item.section] <= 1
        needed = what == "learning" and not is_good
        likely = 0.35 if what == "learning" else 0.9 if is_good else 0.5
        return self._writing.one("domains", item.section, what) if needed or self._chance.happens(likely) else ""

    def _reason(self) -> str:
        if self.overall == self.indicative:
            return ""
        grades = [grade.value for grade in self._form.scale.grades]
        is_better = grades.index(self.overall) < grades.index(self.indicative)
        return self._writing.one("override", "better" if is_better else "worse")
