"""Of several schedulers one leads, and another takes over when it is gone."""

from auditapp.persistence.database import Database
from auditapp.persistence.leadership import leadership_of


def test_one_leads_at_a_time_and_another_takes_over(database: Database) -> None:
    first, second = leadership_of(database), leadership_of(database)
    assert first.is_held()
    assert not second.is_held()
    assert first.is_held(), "whoever leads goes on"
    first.let_go()
    assert second.is_held()
    assert not first.is_held()
    second.let_go()
    second.let_go()
    assert first.is_held()
    first.let_go()
