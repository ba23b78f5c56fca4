"""A list of people: what it says, every doubt named by row and column, and what it would do."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.case_references import Cell
from auditapp.domain.errors import InvalidFile
from auditapp.domain.people import Grant, place_of
from auditapp.domain.people_lists import Known, ListedPerson, ListedTeam, compare_people
from auditapp.domain.people_sheets import Column
from auditapp.domain.people_understanding import MOST_ROWS, understand_people
from auditapp.domain.vocabulary import Role

HEADINGS = ("Name", "E-mail", "Role", "Team", "Service", "Agency", "Working time")
KNOWN = Known(
    teams={"North": "Assessment", "South": "Assessment", "Care": "Looked after"},
    services=("Assessment", "Looked after"),
    agencies=("Police",),
    left=frozenset({"gone@example.org"}),
)


@dataclass
class Sheet:
    """A sheet as the reader of files gives it."""

    cells: Sequence[Sequence[Cell]]
    name: str = "people.csv"
    alone: bool = True
    notes: tuple[str, ...] = ()
    unreadable: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    @property
    def height(self) -> int:
        return len(self.cells)

    def rows(self) -> Iterator[Sequence[Cell]]:
        width = max(map(len, self.cells), default=0)
        return iter([[*row, *[""] * (width - len(row))] for row in self.cells])


def sheet(*rows: Sequence[Cell]) -> Sheet:
    return Sheet((HEADINGS, *rows))


def problems(*rows: Sequence[Cell]) -> tuple[str, ...]:
    with pytest.raises(InvalidFile) as refusal:
        understand_people(sheet(*rows), KNOWN)
    assert refusal.value.message.startswith("The list of people was not accepted.")
    return refusal.value.problems


def test_a_person_has_the_roles_of_all_their_rows() -> None:
    listed = understand_people(
        sheet(
            ("Mira  Example", "Mira@Example.org", "auditor", "north", "", "", 0.8),
            ("Mira Example", "mira@example.org", "QA", "", "", "", ""),
            ("Ola Sample", "ola@example.org", "Head of service", "", "assessment", "", ""),
            ("Sam Sample", "sam@example.org", "partner_auditor", "", "", "POLICE", "50 %"),
        ),
        KNOWN,
    )
    assert listed.people == (
        ListedPerson(
            "mira@example.org", "Mira Example", Decimal("0.80"), (Grant(Role.AUDITOR, team="North"), Grant(Role.QA))
        ),
        ListedPerson("ola@example.org", "Ola Sample", None, (Grant(Role.HEAD_OF_SERVICE, service="Assessment"),)),
        ListedPerson("sam@example.org", "Sam Sample", Decimal("0.50"), (Grant(Role.PARTNER_AUDITOR, agency="Police"),)),
    )
    assert (listed.teams, listed.services, listed.agencies) == ((), (), ())


@pytest.mark.parametrize("role", Role)
def test_every_role_is_read_by_its_word_and_by_its_label(role: Role) -> None:
    place = {"team": "North", "service": "Assessment", "agency": "Police"}
    wanted = place_of(role)
    cells = [place[word] if word == wanted else "" for word in place]
    for word in (role.value, role.value.upper(), role.label, role.value.replace("_", " ")):
        (person,) = understand_people(sheet(("Pat", "pat@example.org", word, *cells)), KNOWN).people
        assert [grant.role for grant in person.grants] == [role]


def test_headings_may_be_written_as_people_write_them() -> None:
    found = Sheet(
        (
            ("People of the service", "", "", ""),
            ("ROLE", " e-mail  address ", "Phone", "name"),
            ("qa", "pat@example.org", "01234", "Pat"),
        )
    )
    listed = understand_people(found, KNOWN)
    assert [person.email for person in listed.people] == ["pat@example.org"]
    assert listed.dropped_columns == ("Phone",)


def test_a_row_with_a_team_and_a_service_adds_the_team_once() -> None:
    listed = understand_people(
        sheet(
            ("Mira", "mira@example.org", "auditor", "West", "Assessment", "", ""),
            ("Ola", "ola@example.org", "practitioner", "west", "", "", ""),
        ),
        KNOWN,
    )
    assert listed.teams == (ListedTeam("West", "Assessment"),)
    assert [person.grants[0].team for person in listed.people] == ["West", "West"]


def test_a_row_without_a_person_adds_what_it_names_wherever_it_stands() -> None:
    listed = understand_people(
        sheet(
            ("Mira", "mira@example.org", "auditor", "Youth", "Adolescents", "", ""),
            ("Ola", "ola@example.org", "partner auditor", "", "", "Health", ""),
            ("", "", "", "", "Adolescents", "Health", ""),
            ("", "", "", "Edge", "Adolescents", "", ""),
        ),
        KNOWN,
    )
    assert listed.services == ("Adolescents",)
    assert listed.agencies == ("Health",)
    assert listed.teams == (ListedTeam("Youth", "Adolescents"), ListedTeam("Edge", "Adolescents"))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (("", "pat@example.org", "qa"), "Row 2, column A (Name): is missing."),
        (("Pat", "", "qa"), "Row 2, column B (E-mail): is missing."),
        (("Pat", "pat", "qa"), "Row 2, column B (E-mail): 'pat' is not an e-mail address."),
        (("Pat", "pat@example.org", ""), "Row 2, column C (Role): is missing."),
        (("Pat", "pat@example.org", "boss"), "Row 2, column C (Role): 'boss' is not a role. The roles are Auditor"),
        (("Pat", "pat@example.org", "auditor"), "Row 2, column C (Role): The role 'Auditor (team manager)' is for one"),
        (("Pat", "pat@example.org", "auditor", "West"), "Row 2, column D (Team): there is no team called 'West'."),
        (("Pat", "pat@example.org", "auditor", "West", "Nil"), "Row 2, column E (Service): there is no service called"),
        (("Pat", "pat@example.org", "auditor", "Care", "Assessment"), "Row 2, column E (Service): the team 'Care' is"),
        (("Pat", "pat@example.org", "partner_auditor", "", "", "Fire"), "Row 2, column F (Agency): there is no agency"),
        (("Pat", "pat@example.org", "qa", "North"), "Row 2, column C (Role): The role 'Quality assurance team' is for"),
        (("Pat", "pat@example.org", "qa", "", "", "", "2"), "Row 2, column G (Working time): Working time is a share"),
        (("Pat", "gone@example.org", "qa"), "Row 2, column B (E-mail): gone@example.org has left."),
        (("Pat" * 200, "pat@example.org", "qa"), "Row 2, column A (Name): is longer than 254 characters."),
        (("", "", "", "", "", "", "1"), "Row 2, column A (Name): is missing."),
        (("", "", "", "N" * 130, "Assessment"), "Row 2, column D (Team): Enter the name of the team"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_row_and_column(row: Sequence[Cell], problem: str) -> None:
    assert problems(row)[0].startswith(problem)


def test_problems_stand_in_the_order_of_the_file() -> None:
    found = problems(
        ("Pat", "pat", "qa"),
        ("Mira", "mira@example.org", "auditor", "West"),
        ("", "ola@example.org", "boss"),
    )
    assert [problem.split(",")[0] for problem in found] == ["Row 2", "Row 3", "Row 4", "Row 4"]


def test_the_same_role_twice_is_named() -> None:
    found = problems(("Pat", "pat@example.org", "qa"), ("Pat", "PAT@example.org", "QA"))
    assert found == ("Row 3, column C (Role): row 2 gives pat@example.org the same role. Keep one of them.",)


def test_rows_of_one_person_have_to_agree() -> None:
    found = problems(
        ("Pat", "pat@example.org", "qa", "", "", "", "1"), ("Patrick", "pat@example.org", "director", "", "", "", "0.5")
    )
    assert found == (
        "Row 3, column A (Name): 'Patrick' is not what row 2 says of pat@example.org. Mend one of them.",
        "Row 3, column G (Working time): '0.5' is not what row 2 says of pat@example.org. Mend one of them.",
    )


@pytest.mark.parametrize(
    ("headings", "problem"),
    [
        (("Name", "Role"), "No column has the heading 'E-mail'."),
        (("Name", "E-mail", "Role", "email"), "Columns B and D are both 'E-mail'. Keep one of them."),
        (("Who", "What"), "None of the first 15 rows has the headings 'Name', 'E-mail' and 'Role'."),
    ],
)
def test_headings_that_are_missing_or_double_are_named(headings: Sequence[str], problem: str) -> None:
    with pytest.raises(InvalidFile) as refusal:
        understand_people(Sheet((headings, ("x",) * len(headings))), KNOWN)
    assert refusal.value.problems == (problem,)


def test_a_file_without_people_or_with_too_many_is_refused() -> None:
    assert problems() == ("The file holds no people.",)
    assert problems(*[("Pat", f"p{n}@example.org", "qa") for n in range(MOST_ROWS + 1)]) == (
        "There are more than 5,000 rows. Import the list in parts.",
    )


def test_a_cell_without_a_value_is_named() -> None:
    broken = Sheet((HEADINGS, ("Pat", "pat@example.org", "qa")), unreadable=frozenset({(2, 0), (2, 30)}))
    with pytest.raises(InvalidFile) as refusal:
        understand_people(broken, KNOWN)
    assert refusal.value.problems == (
        "Row 2, column A (Name): holds an error, or a formula without a stored value. Save the file anew.",
    )


CELLS = st.sampled_from(["", "North", "Assessment", "Police", "auditor", "qa", "pat@example.org", "Pat", "0.5", "?"])


@given(st.lists(st.lists(CELLS, min_size=7, max_size=7), max_size=6))
def test_whatever_a_file_holds_it_is_understood_whole_or_refused(rows: list[list[str]]) -> None:
    try:
        listed = understand_people(sheet(*rows), KNOWN)
    except InvalidFile:
        return
    assert len({person.email for person in listed.people}) == len(listed.people)
    assert all(person.grants for person in listed.people)


def test_every_column_has_a_heading_of_its_own_label() -> None:
    headings = [column.label for column in Column]
    listed = understand_people(Sheet((headings, ("Pat", "pat@example.org", "qa", "", "", "", "1"))), KNOWN)
    assert listed.dropped_columns == ()


PAT = ListedPerson("pat@example.org", "Pat", Decimal(1), (Grant(Role.QA),))


def test_a_list_is_held_against_who_is_here() -> None:
    here = {"pat@example.org": PAT, "ola@example.org": ListedPerson("ola@example.org", "Ola", Decimal("0.5"), ())}
    now = (
        ListedPerson("pat@example.org", "Patricia", Decimal("0.6"), (Grant(Role.AUDITOR, team="North"),)),
        ListedPerson("ola@example.org", "Ola", None, ()),
        ListedPerson("new@example.org", "New", None, (Grant(Role.QA),)),
    )
    preview = compare_people(here, now)
    assert preview.added == (now[2],)
    assert preview.unchanged == 1
    (change,) = preview.changed
    assert change.changes == (
        "Name: was Pat",
        "Working time: 0.6 of full time, was Full time",
        "Gets the role: Auditor (team manager), North",
        "Loses the role: Quality assurance team",
    )


def test_a_list_that_leaves_no_administrator_says_that_it_is_refused() -> None:
    ada, bo = (ListedPerson(f"{name}@example.org", name, None, (Grant(Role.QA),)) for name in ("Ada", "Bo"))
    chief = ListedPerson("cy@example.org", "Cy", None, (Grant(Role.ADMINISTRATOR),))
    both = frozenset({ada.email, bo.email})

    def refusal(*listed: ListedPerson, administrators: frozenset[str] = both) -> str:
        return compare_people({}, listed, administrators=administrators).refusal

    assert "from Ada and Bo, the only administrators." in refusal(ada, bo)
    assert "from Ada, the only administrator." in refusal(ada, bo, administrators=frozenset({ada.email}))
    assert refusal(ada) == refusal(ada, bo, chief) == refusal(ada, bo, administrators=frozenset()) == ""
