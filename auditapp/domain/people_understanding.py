"""What a list of people says: one row per role, every doubt named by row and column, nothing guessed.

A row without a name, an address and a role adds what it names: a service, a team in a service, an agency. A row of
a person may add a team too, where it names the service as well. A list is accepted whole or not at all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from auditapp.domain.annex_a import tidy_heading
from auditapp.domain.errors import Refused
from auditapp.domain.list_sheets import Table
from auditapp.domain.people import Grant, check_grant, fold_email, place_of, read_working_time, tidy_name
from auditapp.domain.people_lists import Known, ListedPerson, ListedTeam, PeopleList
from auditapp.domain.people_sheets import PLACES, Column, PeopleSheet, Row, open_people_sheet
from auditapp.domain.vocabulary import Place, Role

MOST_ROWS = 5_000

_ROLES = {tidy_heading(word): role for role in Role for word in (role.value, role.label)}


def understand_people(table: Table, known: Known) -> PeopleList:
    """Read the people out of a sheet, or raise InvalidFile that names everything wrong with it."""
    sheet = open_people_sheet(table)
    sheet.raise_if_any()
    rows = _bounded(sheet)
    places = _Places(sheet, known)
    places.settle(rows)
    people = _People(sheet, places, left=known.left)
    for row in rows:
        if not row.is_of_places:
            people.take(row)
    sheet.raise_if_any()
    return PeopleList(
        people=tuple(person.listed() for person in people.found.values()),
        services=tuple(places.new_services),
        teams=tuple(places.new_teams),
        agencies=tuple(places.new_agencies),
        dropped_columns=sheet.dropped,
        notes=tuple(table.notes),
    )


def _bounded(sheet: PeopleSheet) -> tuple[Row, ...]:
    rows = tuple(islice(sheet.rows(), MOST_ROWS + 1))
    if not rows:
        sheet.doubt_all("The file holds no people.")
    if len(rows) > MOST_ROWS:
        sheet.doubt_all(f"There are more than {MOST_ROWS:,} rows. Import the list in parts.")
    return rows


class _Places:
    """The teams, services and agencies there are or will be, found whatever their capitals."""

    def __init__(self, sheet: PeopleSheet, known: Known) -> None:
        self._sheet = sheet
        self.services = {name.casefold(): name for name in known.services}
        self.agencies = {name.casefold(): name for name in known.agencies}
        self.teams = {name.casefold(): ListedTeam(name, service) for name, service in known.teams.items()}
        self.new_services: list[str] = []
        self.new_agencies: list[str] = []
        self.new_teams: list[ListedTeam] = []

    def settle(self, rows: Iterable[Row]) -> None:
        """Add what rows of their own name, then hold every row to what there is."""
        rows = tuple(rows)
        for row in rows:
            if row.is_of_places:
                self._add(row, Column.SERVICE, self.services, self.new_services)
                self._add(row, Column.AGENCY, self.agencies, self.new_agencies)
        for row in rows:
            self._check(row, Column.SERVICE, self.services)
            self._check(row, Column.AGENCY, self.agencies)
            if row[Column.TEAM]:
                self._settle_team(row)

    def _add(self, row: Row, column: Column, known: dict[str, str], new: list[str]) -> None:
        name = self._sheet.read(row, column, lambda text: tidy_name(text, of=column.value)) if row[column] else None
        if name and name.casefold() not in known:
            known[name.casefold()] = name
            new.append(name)

    def _check(self, row: Row, column: Column, known: Mapping[str, str]) -> None:
        if row[column] and row[column].casefold() not in known:
            self._sheet.doubt(
                row,
                column,
                f"there is no {column.value} called '{row[column]}'. Name one that is there, or add it by a row of its "
                f"own with nothing but the {column.value}.",
            )

    def _settle_team(self, row: Row) -> None:
        """Hold a row's team and service to each other, or add the team to the service."""
        team, service = self.teams.get(row[Column.TEAM].casefold()), self.services.get(row[Column.SERVICE].casefold())
        if team and service and team.service != service:
            self._sheet.doubt(row, Column.SERVICE, f"the team '{team.name}' is in the service '{team.service}'.")
        if not team and service:
            self._add_team(row, service)
        if not team and not row[Column.SERVICE]:
            words = "Name one that is there, or name its service in the same row to add it."
            self._sheet.doubt(row, Column.TEAM, f"there is no team called '{row[Column.TEAM]}'. {words}")

    def _add_team(self, row: Row, service: str) -> None:
        name = self._sheet.read(row, Column.TEAM, lambda text: tidy_name(text, of="team"))
        if name:
            self.teams[name.casefold()] = ListedTeam(name, service)
            self.new_teams.append(self.teams[name.casefold()])

    def grant(self, row: Row, role: Role) -> Grant | None:
        """Return a row's role with what it is for; none where that was doubted already."""
        team = self.teams.get(row[Column.TEAM].casefold())
        service = self.services.get(row[Column.SERVICE].casefold())
        agency = self.agencies.get(row[Column.AGENCY].casefold())
        if any(row[column] and not found for column, found in zip(PLACES, (team, service, agency), strict=True)):
            return None
        beside_team = place_of(role) is Place.TEAM and team
        return Grant(role, team.name if team else None, None if beside_team else service, agency)


@dataclass(slots=True)
class _Person:
    """Somebody met on the list so far: the row that named them first, and the row of each role."""

    row: Row
    email: str
    name: str
    working_time: Decimal | None
    grants: dict[Grant, Row]

    def listed(self) -> ListedPerson:
        return ListedPerson(self.email, self.name, self.working_time, tuple(self.grants))


class _People:
    """The people met so far, by address."""

    def __init__(self, sheet: PeopleSheet, places: _Places, *, left: frozenset[str]) -> None:
        self._sheet, self._places, self._left = sheet, places, left
        self.found: dict[str, _Person] = {}

    def take(self, row: Row) -> None:
        """Take one role of one person."""
        name = self._sheet.read(row, Column.NAME, tidy_name)
        email = self._sheet.read(row, Column.EMAIL, self._email)
        grant = self._sheet.read(row, Column.ROLE, lambda text: self._grant(row, text))
        share = self._sheet.read(row, Column.WORKING_TIME, read_working_time) if row[Column.WORKING_TIME] else None
        if name and email and grant:
            self._add(_Person(row, email, name, share, {grant: row}))

    def _email(self, text: str) -> str:
        email = fold_email(text)
        if email in self._left:
            raise Refused(f"{email} has left. Let them come back on their own page first, or take the row out.")
        return email

    def _grant(self, row: Row, text: str) -> Grant | None:
        role = _ROLES.get(tidy_heading(text))
        if role is None:
            known = ", ".join(role.label for role in Role)
            raise Refused(f"'{text}' is not a role. The roles are {known}.")
        grant = self._places.grant(row, role)
        if grant:
            check_grant(grant)
        return grant

    def _add(self, person: _Person) -> None:
        """Bring a row together with those before it about the same person."""
        known = self.found.setdefault(person.email, person)
        if known is person:
            return
        if known.name != person.name:
            self._differ(known, person, Column.NAME)
        if known.working_time is None:
            known.working_time = person.working_time
        if person.working_time not in {None, known.working_time}:
            self._differ(known, person, Column.WORKING_TIME)
        for grant in person.grants:
            first = known.grants.setdefault(grant, person.row)
            if first is not person.row:
                self._sheet.doubt(
                    person.row, Column.ROLE, f"row {first.number} gives {person.email} the same role. Keep one of them."
                )

    def _differ(self, known: _Person, person: _Person, column: Column) -> None:
        words = f"'{person.row[column]}' is not what row {known.row.number} says of {person.email}. Mend one of them."
        self._sheet.doubt(person.row, column, words)
