"""The draw of supervision files: the same again from the same list and seed, in proportion, and nobody left out."""

from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.case_lists import Entry
from auditapp.domain.supervision import (
    ListedWorker,
    draw_workers,
    from_record,
    next_worker,
    to_record,
    verify_workers,
    workers_of,
)
from auditapp.domain.vocabulary import CaseType


def entry(number: int, team: str, worker: str) -> Entry:
    return Entry(f"c{number:04}", CaseType.CIN, team, worker)


FRAME = tuple(entry(number, f"Team {number % 3}", f"w{number % 12}") for number in range(240))
FRAMES = st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["", *"pqrstuv"])), max_size=40).map(
    lambda rows: tuple(entry(number, team, worker) for number, (team, worker) in enumerate(rows))
)


def test_a_worker_is_of_the_team_of_most_of_their_children() -> None:
    frame = (entry(1, "B", "w1"), entry(2, "A", "w1"), entry(3, "B", "w1"), entry(4, "B", "w2"), entry(5, "A", "w2"))
    assert workers_of((*frame, entry(6, "A", ""))) == (ListedWorker("w1", "B"), ListedWorker("w2", "A"))


@given(FRAMES, st.integers(0, 9), st.text(max_size=5), st.sets(st.sampled_from("pqrs")))
def test_a_draw_holds_performed_again_and_takes_nobody_twice(
    frame: tuple[Entry, ...], size: int, seed: str, out: set[str]
) -> None:
    excluded = dict.fromkeys(out, "Audited")
    made = draw_workers(frame, size=size, seed=seed, excluded=excluded)
    codes = [worker.code for worker in made.order]
    known = {worker.code for worker in workers_of(frame)}
    assert len(codes) == len(set(codes)) == min(size, len(known - out))
    assert set(codes) <= known - out
    assert from_record(to_record(made)) == made
    assert verify_workers(made, frame, excluded=excluded) == ()
    assert sum(team.drawn for team in made.teams) == len(codes)


def test_what_was_changed_is_found() -> None:
    made = draw_workers(FRAME, size=4, seed="a", excluded={})
    other = draw_workers(FRAME, size=4, seed="b", excluded={"w3": "Audited"})
    said = verify_workers(made, FRAME[:-1], excluded={"w3": "Audited"})
    assert any("its hash is another" in line for line in said)
    assert any("The workers left out differ" in line for line in said)
    assert made.order != other.order


def test_the_next_worker_is_of_the_same_team_while_there_is_one() -> None:
    made = draw_workers(FRAME, size=4, seed="a", excluded={})
    taken: set[str] = set()
    found = []
    while new := next_worker(made, FRAME, team="Team 1", taken=taken, unsuitable=lambda each: each.code == "w0"):
        taken.add(new.code)
        found.append(new)
    drawn = {worker.code for worker in made.order}
    assert {worker.code for worker in found} == {f"w{number}" for number in range(12)} - drawn - {"w0"}
    near = [worker.team == "Team 1" for worker in found]
    assert near == sorted(near, reverse=True)
