"""The glossary: every enumeration of the product, each member with the words that people read.

The value is what is stored and written to files; the label is what stands on a page.
"""

from enum import StrEnum, unique
from typing import Self


class Labelled(StrEnum):
    """A word with two faces: its stored value and its label."""

    label: str

    def __new__(cls, value: str, label: str) -> Self:
        """Make a member from its stored value and its label."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member

    @classmethod
    def of(cls, value: str) -> Self:
        """Return the member with a stored value; raise `ValueError` where there is none."""
        member = cls._value2member_map_.get(value)
        if isinstance(member, cls):
            return member
        raise ValueError(f"'{value}' is not one of {', '.join(cls)}.")


@unique
class Role(Labelled):
    """What a person may be in the service. One person may hold several."""

    AUDITOR = "auditor", "Auditor (team manager)"
    QA = "qa", "Quality assurance team"
    HEAD_OF_SERVICE = "head_of_service", "Head of service"
    ASSISTANT_DIRECTOR = "assistant_director", "Assistant director"
    DIRECTOR = "director", "Director"
    PRACTITIONER = "practitioner", "Practitioner"
    PARTNER_AUDITOR = "partner_auditor", "Partner agency auditor"
    BOARD_MEMBER = "board_member", "Board member"
    ADMINISTRATOR = "administrator", "Administrator"


@unique
class Place(Labelled):
    """What some roles are for."""

    TEAM = "team", "Team"
    SERVICE = "service", "Service"
    AGENCY = "agency", "Agency"


@unique
class CaseType(Labelled):
    """The type of a case, in the order of precedence for a child on several lists (guide, Case types)."""

    LAC = "LAC", "Looked after"
    CP = "CP", "Child protection plan"
    CIN = "CIN", "Child in need plan"
    OA = "OA", "Open assessment"
    X = "X", "Closed in the last six months"
    CL = "CL", "Care leaver"


@unique
class QuestionKind(Labelled):
    """How a question of an audit tool is answered."""

    COMPLIANCE = "compliance", "Yes, Partly, No or Not applicable"
    TIMESCALE = "timescale", "Yes, Partly, No or Not applicable, against a timescale"
    GRADED = "graded", "A grade of the scale"


@unique
class Compliance(Labelled):
    """The answers to a compliance question."""

    YES = "yes", "Yes"
    PARTLY = "partly", "Partly"
    NO = "no", "No"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


@unique
class Unjudged(Labelled):
    """Why a domain has no grade. Both leave the denominator and are counted beside it."""

    NOT_APPLICABLE = "not_applicable", "Not applicable"
    NOT_JUDGED = "not_judged", "Not judged"


@unique
class Standard(Labelled):
    """The council's eight practice standards, by their short names."""

    PS1 = "PS1", "Best interest of the family and child first"
    PS2 = "PS2", "Partnership with the child"
    PS3 = "PS3", "Partnership with parents and carers"
    PS4 = "PS4", "Work in community networks and between agencies"
    PS5 = "PS5", "Inside law and best-practice guidance"
    PS6 = "PS6", "Social inclusion"
    PS7 = "PS7", "Records accurate, complete, accessible, current and showing decisions"
    PS8 = "PS8", "Managed and supervised for the best outcome"


@unique
class Subject(Labelled):
    """What an audit tool looks at."""

    CASE = "case", "Case"
    SUPERVISION_FILE = "supervision_file", "Supervision file"


@unique
class ItemKind(Labelled):
    """What sort of answer an item of the audit form takes. The first three are the kinds of question."""

    COMPLIANCE = "compliance", "Yes, Partly, No or Not applicable"
    TIMESCALE = "timescale", "Yes, Partly, No or Not applicable, against a timescale"
    GRADED = "graded", "A grade of the scale"
    DOMAIN_GRADE = "domain_grade", "Grade of a domain"
    OVERALL_GRADE = "overall_grade", "Overall grade"
    TAKING_PART = "taking_part", "Whether somebody took part"
    YES_NO = "yes_no", "Yes or No"
    TEXT = "text", "Words"
    MINUTES = "minutes", "A whole number of minutes"


@unique
class SectionState(Labelled):
    """How far a section of the audit form has come."""

    NOT_STARTED = "not_started", "Not started"
    IN_PROGRESS = "in_progress", "In progress"
    COMPLETE = "complete", "Complete"


@unique
class ToolState(Labelled):
    """Where a version of an audit tool is in its life."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


@unique
class CycleKind(Labelled):
    """What a run of audits is for."""

    QOP = "qop", "Quality of Practice"
    THEMATIC = "thematic", "Thematic audit"
    SUPERVISION = "supervision", "Supervision"
    EARLIER = "earlier", "Earlier results"


@unique
class ProgrammeKind(Labelled):
    """What the programme of a year holds."""

    QOP_MONTH = "qop_month", "Quality of Practice month"
    SUPERVISION = "supervision", "Supervision audits"
    THEMATIC = "thematic", "Thematic audit"
    MULTI_AGENCY = "multi_agency", "Multi-agency round"
    INSPECTION = "inspection", "Joint targeted area inspection"
    DEEP_DIVE = "deep_dive", "Deep dive"


@unique
class ProgrammeState(Labelled):
    """Where an entry of the programme stands."""

    PLANNED = "planned", "Planned"
    CANCELLED = "cancelled", "Cancelled"
    DONE = "done", "Done"


@unique
class AuditState(Labelled):
    """Where an audit is on its way from assignment to the record."""

    ASSIGNED = "assigned", "Not started"
    BEGUN = "begun", "In progress"
    SUBMITTED = "submitted", "Submitted"
    RETURNED = "returned", "Returned for correction"
    REPLACED = "replaced", "Replaced by another case"


@unique
class Refusal(Labelled):
    """Why an auditor cannot take a case: it goes to the next in the order drawn."""

    KNOWS_FAMILY = "knows_family", "I know this family"
    SUPERVISED = "supervised", "I supervised this case"
    NO_ACCESS = "no_access", "I cannot open the file"


@unique
class AbsenceKind(Labelled):
    """Why somebody is given fewer audits, or none, for a while."""

    ABSENCE = "absence", "Absence"
    EXEMPTION = "exemption", "Exemption"


@unique
class AbsenceState(Labelled):
    """Where an absence or an exemption is on its way."""

    ASKED = "asked", "To be approved"
    APPROVED = "approved", "Approved"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


@unique
class Tie(Labelled):
    """What ties an auditor to a case, so that they cannot judge it independently: it follows 'is' or 'are'."""

    WORKER = "worker", "the worker of this case"
    TEAM = "team", "in the team of this case"
    SUPERVISOR = "supervisor", "the manager of the worker of this case"
    COLLEAGUE = "colleague", "in a team of the worker of this case"


@unique
class NoticeKind(Labelled):
    """Why somebody is told something: its label is what stands above the list in their post.

    Those up to `DIRECTOR` are the steps of the ladder of an open audit, in their order.
    """

    ASSIGNED = "assigned", "Given to you"
    SOON = "soon", "Due soon"
    DUE = "due", "Due today"
    MANAGER = "manager", "Late in your team"
    HEAD = "head", "Late in your service"
    OFFERED = "offered", "Late, to be given to somebody else"
    DIRECTOR = "director", "Late for long in your service"
    UNASSIGNED = "unassigned", "Without an auditor"
    MONTH_WAITS = "month_waits", "A month that could not be opened"
    SUPERVISION_WAITS = "supervision_waits", "Supervision audits that could not be opened"
    QUOTA_IN_DANGER = "quota_in_danger", "The average is in danger"
    ACTION_SOON = "action_soon", "Actions that your audits asked for, due soon"
    ACTION_LATE = "action_late", "Actions that audits asked for, past their date"
    PROGRAMME = "programme", "Dates of the programme"
    PROGRAMME_LATE = "programme_late", "Dates of the programme that are past, with nothing marked as done"
    ABSENCE_WAITS = "absence_waits", "Absences and exemptions to approve or refuse"
    ABSENCE_DECIDED = "absence_decided", "Absences and exemptions that were decided"
    CONCERN = "concern", "Immediate concern"
    CONCERN_WAITS = "concern_waits", "Immediate concern that nobody has acknowledged"


@unique
class MessageKind(Labelled):
    """What a message of the service is."""

    DIGEST = "digest", "What waits for somebody, once a day"
    URGENT = "urgent", "Something that cannot wait"
    INVITATION = "invitation", "A one-time link to choose a password"


@unique
class MessageState(Labelled):
    """Where a message is on its way."""

    QUEUED = "queued", "Waiting"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    UNCERTAIN = "uncertain", "Uncertain"
    GIVEN_UP = "given_up", "Given up"
    WITHDRAWN = "withdrawn", "Not sent"


@unique
class Party(Labelled):
    """Whose view an audit asks for."""

    PRACTITIONER = "practitioner", "Practitioner"
    CHILD = "child", "Child or young person"
    PARENT = "parent", "Parent or carer"


@unique
class TakingPart(Labelled):
    """Whether somebody took part in an audit."""

    TOOK_PART = "took_part", "Took part"
    DECLINED = "declined", "Declined"
    NOT_POSSIBLE = "not_possible", "Not possible"


@unique
class Measure(Labelled):
    """What a kept count counts: its key and its value say of what, and which."""

    OVERALL = "overall", "Overall grade"
    OVERRIDDEN = "overridden", "Overall grade against the indicative grade"
    DOMAIN = "domain", "Grade of a domain"
    STANDARD = "standard", "Grade on a practice standard"
    COMPLIANCE = "compliance", "Compliance with a practice standard"
    PARTICIPATION = "participation", "Taking part"


@unique
class Overridden(Labelled):
    """Whether the auditor's overall grade differs from the indicative one."""

    YES = "yes", "Differs from the indicative grade"
    NO = "no", "As indicated"


@unique
class RowOutcome(Labelled):
    """What became of a row of a list; every row has one outcome."""

    KEPT = "kept", "Taken into the case list"
    REPEATED = "repeated", "The same as a row before it"
    KNOWN = "known", "A child that an earlier list names: that list decides"
    ENDED = "ended", "Plan or care has ended, and list 6 does not name the child: left out"
    BLANK = "blank", "Blank"
    WRONG = "wrong", "Not understood"
