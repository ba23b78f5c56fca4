"""A small council for the use cases to happen in."""

from datetime import datetime

import pytest

from auditapp.persistence.database import Database
from tests.absences import add_auditors
from tests.council import Council, give_case_list, invented_entries, make_council


@pytest.fixture
def council(database: Database, at: datetime) -> Council:
    """Return a council with people and tools."""
    return make_council(database, at)


@pytest.fixture
def listed(council: Council) -> Council:
    """Return the council with a case list that is long enough for a theme."""
    give_case_list(council, invented_entries(120))
    return council


@pytest.fixture
def many(month: Council) -> Council:
    """Return the council with an open month and three more auditors, who are independent of every case."""
    return add_auditors(month, "wes", "wanda", "willa")
