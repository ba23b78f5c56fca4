"""Numbers with their nouns."""

import pytest

from auditapp.domain.wording import say_count


@pytest.mark.parametrize(
    ("n", "said"), [(0, "0 teams"), (1, "1 team"), (2, "2 teams"), (1204, "1,204 teams"), (-1, "-1 teams")]
)
def test_one_is_one_and_everything_else_is_many(n: int, said: str) -> None:
    assert say_count(n, "team") == said


def test_a_plural_of_its_own_is_used_as_it_is() -> None:
    assert say_count(1, "child has", "children have") == "1 child has"
    assert say_count(1500, "child has", "children have") == "1,500 children have"
