"""A small council for the use cases to happen in."""

from datetime import datetime

import pytest

from auditapp.persistence.database import Database
from tests.council import Council, make_council


@pytest.fixture
def council(database: Database, at: datetime) -> Council:
    """Return a council with people and tools."""
    return make_council(database, at)
