"""People from a file: read, kept, shown, accepted; all or nothing, and a second time nothing."""

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from auditapp.domain.errors import InvalidFile, NotAllowed, NotFound, Refused, Stale
from auditapp.domain.people import Grant
from auditapp.domain.people_lists import PeopleList
from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.domain.vocabulary import Role
from auditapp.persistence import trail
from auditapp.persistence.cases import PendingImport
from auditapp.persistence.database import Database
from auditapp.persistence.people import Agency, Person, Service, Team
from auditapp.persistence.queries.accounts import viewer_of
from auditapp.services import accounts, people_import
from auditapp.services.pending_imports import WAITS
from tests.faults import contents, every_statement_fails

LIST = """Name,E-mail,Role,Team,Service,Agency,Working time
,,,,Assessment,Police,
Mira Example,mira@example.org,Auditor,North,Assessment,,0.8
Mira Example,mira@example.org,QA,,,,
Ola Sample,ola@example.org,Head of service,,Assessment,,
Sam Sample,sam@example.org,Partner agency auditor,,,Police,
"""


@pytest.fixture
def admin(database: Database, at: datetime) -> Viewer:
    return administrator(database, at)


def administrator(database: Database, at: datetime, *, email: str = "ada@example.org") -> Viewer:
    with database.transaction() as session:
        person = accounts.add_person(
            session, email, name="Ada", grants=[Grant(Role.ADMINISTRATOR)], by=COMMAND_LINE, at=at
        )
        return viewer_of(person)


def read(database: Database, folder: Path, text: str = LIST, *, name: str = "people.csv") -> PeopleList:
    path = folder / "upload"
    path.write_text(text)
    with database.reading() as session:
        return people_import.read_people(session, path, name=name, by=COMMAND_LINE)


def accept(database: Database, at: datetime, listed: PeopleList) -> None:
    with database.transaction() as session:
        people_import.import_people(session, listed, by=COMMAND_LINE, at=at)


def test_a_list_is_imported_whole_or_not_at_all(database: Database, at: datetime, tmp_path: Path) -> None:
    listed = read(database, tmp_path)
    told: list[tuple[int, int]] = []
    every_statement_fails(
        database,
        lambda session: people_import.import_people(
            session, listed, by=COMMAND_LINE, at=at, progress=lambda done, total: told.append((done, total))
        ),
    )
    assert told[-3:] == [(1, 3), (2, 3), (3, 3)]
    with database.reading() as session:
        assert session.scalars(select(Person.email).order_by(Person.email)).all() == [
            "mira@example.org",
            "ola@example.org",
            "sam@example.org",
        ]
        mira = session.scalars(select(Person).where(Person.email == "mira@example.org")).one()
        assert mira.working_time == Decimal("0.80")
        assert [grant.named for grant in accounts.find_person(session, mira.public_id).grants] == [
            Grant(Role.AUDITOR, team="North"),
            Grant(Role.QA),
        ]
        for kind, name in ((Service, "Assessment"), (Team, "North"), (Agency, "Police")):
            assert session.scalars(select(kind.name)).all() == [name]
        (told_event,) = [event for event in trail.events(session) if event.name == "people.imported"]
    assert told_event.details == {"added": 3, "changed": 0, "places": 3}


def test_importing_a_list_again_changes_nothing(database: Database, at: datetime, tmp_path: Path) -> None:
    accept(database, at, read(database, tmp_path))
    again = read(database, tmp_path)
    assert (again.services, again.teams, again.agencies) == ((), (), ())
    every_statement_fails(
        database,
        lambda session: people_import.import_people(session, again, by=COMMAND_LINE, at=at),
        changes=False,
    )


def test_a_list_that_is_refused_changes_nothing(database: Database, tmp_path: Path) -> None:
    before = contents(database)
    with pytest.raises(InvalidFile) as refusal:
        read(database, tmp_path, LIST.replace("ola@example.org", "ola"))
    assert [problem.split(":")[0] for problem in refusal.value.problems] == ["Row 5, column B (E-mail)"]
    assert contents(database) == before


def test_somebody_on_the_list_has_its_roles_and_nobody_else_is_touched(
    database: Database, at: datetime, tmp_path: Path
) -> None:
    accept(database, at, read(database, tmp_path))
    text = "name,email,role,working time\nMira Other,mira@example.org,Director,\n"
    listed = read(database, tmp_path, text)
    with database.reading() as session:
        preview = people_import.preview_people(session, listed)
    assert [change.changes for change in preview.changed] == [
        (
            "Name: was Mira Example",
            "Gets the role: Director",
            "Loses the role: Auditor (team manager), North",
            "Loses the role: Quality assurance team",
        )
    ]
    accept(database, at, listed)
    with database.reading() as session:
        people = {person.email: person for person in session.scalars(select(Person))}
        found = accounts.find_person(session, people["mira@example.org"].public_id)
        assert [grant.named for grant in found.grants] == [Grant(Role.DIRECTOR)]
        assert found.working_time == Decimal("0.80")
        ola = accounts.find_person(session, people["ola@example.org"].public_id)
        assert [grant.named for grant in ola.grants] == [Grant(Role.HEAD_OF_SERVICE, service="Assessment")]


def test_who_has_left_is_named_and_not_brought_back(database: Database, at: datetime, tmp_path: Path) -> None:
    accept(database, at, read(database, tmp_path))
    with database.transaction() as session:
        ola = session.scalars(select(Person).where(Person.email == "ola@example.org")).one()
        found = accounts.find_person(session, ola.public_id)
        accounts.change_person(session, found, is_active=False, by=COMMAND_LINE, at=at)
    with pytest.raises(InvalidFile) as refusal:
        read(database, tmp_path)
    assert refusal.value.problems[0].startswith("Row 5, column B (E-mail): ola@example.org has left.")


@pytest.mark.usefixtures("admin")
def test_the_administration_may_change_hands_in_one_list(database: Database, at: datetime, tmp_path: Path) -> None:
    taken = "name,email,role\nAda,ada@example.org,QA\n"
    with database.writing() as session, pytest.raises(Refused, match="only administrator"):
        people_import.import_people(session, read(database, tmp_path, taken), by=COMMAND_LINE, at=at)
    accept(database, at, read(database, tmp_path, taken + "Bo,bo@example.org,Administrator\n"))


def test_a_list_waits_until_it_is_accepted_and_is_then_forgotten(
    database: Database, at: datetime, tmp_path: Path, admin: Viewer
) -> None:
    listed = read(database, tmp_path)
    every_statement_fails(
        database, lambda session: people_import.keep_people(session, listed, file_name="people.csv", by=admin, at=at)
    )
    with database.reading() as session:
        public_id = session.scalars(select(PendingImport.public_id)).one()
        waiting = people_import.waiting_people(session, public_id, by=admin, at=at)
    assert (waiting.listed, waiting.file_name) == (listed, "people.csv")
    assert len(waiting.preview.added) == 3
    every_statement_fails(
        database, lambda session: people_import.accept_people(session, public_id, seen=waiting.seen, by=admin, at=at)
    )
    with database.writing() as session, pytest.raises(NotFound, match="does not wait any more"):
        people_import.accept_people(session, public_id, seen=waiting.seen, by=admin, at=at)


def test_a_list_is_not_accepted_for_more_than_was_seen(
    database: Database, at: datetime, tmp_path: Path, admin: Viewer
) -> None:
    with database.transaction() as session:
        public_id = people_import.keep_people(
            session, read(database, tmp_path), file_name="people.csv", by=admin, at=at
        )
        seen = people_import.waiting_people(session, public_id, by=admin, at=at).seen
        grants = [Grant(Role.DIRECTOR)]
        accounts.add_person(session, "ola@example.org", name="Ola Sample", grants=grants, by=COMMAND_LINE, at=at)
    with database.writing() as session, pytest.raises(Stale, match="Read again"):
        people_import.accept_people(session, public_id, seen=seen, by=admin, at=at)


def test_a_list_waits_for_a_day_and_for_who_sent_it(
    database: Database, at: datetime, tmp_path: Path, admin: Viewer
) -> None:
    with database.transaction() as session:
        public_id = people_import.keep_people(
            session, read(database, tmp_path), file_name="people.csv", by=admin, at=at
        )
    other = administrator(database, at, email="bo@example.org")
    with database.reading() as session, pytest.raises(NotFound):
        people_import.waiting_people(session, public_id, by=other, at=at)
    with database.reading() as session, pytest.raises(NotFound):
        people_import.waiting_people(session, public_id, by=admin, at=at + WAITS)


def test_another_upload_takes_the_place_of_the_one_before_and_of_what_is_too_old(
    database: Database, at: datetime, tmp_path: Path, admin: Viewer
) -> None:
    other = administrator(database, at, email="bo@example.org")
    listed = read(database, tmp_path)
    for by, moment in ((other, at), (admin, at + timedelta(hours=1)), (admin, at + WAITS)):
        with database.transaction() as session:
            people_import.keep_people(session, listed, file_name="people.csv", by=by, at=moment)
    with database.reading() as session:
        assert session.scalars(select(func.count()).select_from(PendingImport)).one() == 1


def test_a_waiting_list_is_refused_whole_or_not_at_all(
    database: Database, at: datetime, tmp_path: Path, admin: Viewer
) -> None:
    with database.transaction() as session:
        public_id = people_import.keep_people(
            session, read(database, tmp_path), file_name="people.csv", by=admin, at=at
        )
    every_statement_fails(database, lambda session: people_import.refuse_people(session, public_id, by=admin, at=at))


def test_only_an_administrator_imports(database: Database, at: datetime, tmp_path: Path) -> None:
    somebody = Viewer(person_id=1, public_id="x", name="N", roles=frozenset(Role) - {Role.ADMINISTRATOR})
    listed = read(database, tmp_path)
    with database.writing() as session:
        with pytest.raises(NotAllowed):
            people_import.read_people(session, tmp_path / "upload", name="people.csv", by=somebody)
        with pytest.raises(NotAllowed):
            people_import.keep_people(session, listed, file_name="people.csv", by=somebody, at=at)
        with pytest.raises(NotAllowed):
            people_import.import_people(session, listed, by=somebody, at=at)


def test_a_file_of_another_kind_is_refused(database: Database, tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="not read"):
        read(database, tmp_path, name="people.txt")
