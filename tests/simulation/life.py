"""Where a simulated year takes place: the database, the council, chance, the book and the diary of what is to come."""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from auditapp.domain.permissions import COMMAND_LINE, Viewer
from auditapp.persistence.audits import Audit
from auditapp.persistence.cases import Case, ListWorker
from auditapp.persistence.database import Database
from auditapp.persistence.people import Person
from auditapp.persistence.queries.accounts import viewer_of
from tests.council import Council
from tests.simulation.book import Book


@dataclass(frozen=True)
class Desk(Council):
    """The council as one of its auditors stands in it."""

    me: Viewer = COMMAND_LINE

    def viewer(self, name: str) -> Viewer:
        """Return the auditor, by whatever name."""
        return self.me if name == "me" else super().viewer(name)


@dataclass
class Life:
    """One council's life over one database. What is planned in the diary is done at the noon of its day."""

    database: Database
    council: Council
    chance: random.Random
    book: Book = field(default_factory=Book)
    diary: dict[date, list["Event"]] = field(default_factory=lambda: defaultdict(list))

    def viewer(self, person_id: int) -> Viewer:
        """Return an auditor as the services see them."""
        with self.database.reading() as session:
            return viewer_of(session.get_one(Person, person_id, options=[selectinload(Person.grants)]))

    def id_of(self, public_id: str) -> int:
        """Return an auditor by their public identifier."""
        return next(each.person.id for each in self.book.auditors.values() if each.person.public_id == public_id)

    def team_of_audit(self, audit: str) -> str:
        """Return whose the case or the supervision file of an audit is, by the case lists that were given."""
        query = (
            select(Case.case_reference, ListWorker.code)
            .select_from(Audit)
            .outerjoin(Case, Audit.case_id == Case.id)
            .outerjoin(ListWorker, Audit.supervision_worker_id == ListWorker.id)
            .where(Audit.public_id == audit)
        )
        with self.database.reading() as session:
            case, worker = session.execute(query).one()
        return self.book.teams[case or worker]


Event = Callable[[Life, datetime], None]
