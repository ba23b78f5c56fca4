"""Audit tools as versioned data: imported as drafts, published, retired, never changed once published."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from auditapp.documents.definitions import shipped_scales, shipped_tools, to_yaml
from auditapp.domain.errors import InvalidFile, NotAllowed, NotFound, NotNow, Refused
from auditapp.domain.vocabulary import ToolState
from auditapp.persistence.audits import Audit
from auditapp.persistence.tools import ScaleVersion, ToolVersion
from auditapp.services import cycles, tools
from auditapp.services.tools import MOVES
from tests.council import Council, open_month
from tests.faults import every_statement_fails
from tests.meanwhile import meanwhile

QOP, SUPERVISION = shipped_tools()
DRAFT, PUBLISHED, RETIRED = ToolState
FOLLOWS = {(DRAFT, PUBLISHED), (DRAFT, RETIRED), (PUBLISHED, RETIRED), (RETIRED, PUBLISHED)}


def definition(version: int = 2, *, question: str = "Is the plan being done?") -> bytes:
    text = to_yaml(QOP).replace("version: 1\n", f"version: {version}\n")
    return text.replace("Is the plan being done?", question).encode()


def import_one(session: Session, council: Council, data: bytes, *, by: str = "quinn") -> ToolVersion:
    return tools.import_tool(session, data, name="tool.yaml", by=council.viewer(by), at=council.at)


def imported(council: Council, data: bytes) -> ToolVersion:
    with council.database.transaction() as session:
        return import_one(session, council, data)


def publish(session: Session, council: Council, public_id: str) -> None:
    version = tools.find_version(session, public_id)
    tools.publish(session, version, by=council.viewer("quinn"), at=council.at)


def states(council: Council) -> dict[int, ToolState]:
    with council.database.reading() as session:
        query = select(ToolVersion.version, ToolVersion.state).where(ToolVersion.slug == QOP.slug)
        return dict(session.execute(query).all())


def test_what_ships_is_there_published_and_comes_once(council: Council) -> None:
    every_statement_fails(
        council.database, lambda session: tools.install_shipped(session, at=council.at), changes=False
    )
    with council.database.reading() as session:
        slugs = session.scalars(select(ScaleVersion.slug).order_by(ScaleVersion.id)).all()
        assert slugs == list(shipped_scales())
        for tool in (QOP, SUPERVISION):
            version = tools.published(session, tool.slug)
            assert (version.tool, version.digest) == (tool, tool.digest)
            assert tools.scale_of(session, version).scale == shipped_scales()[tool.scale]


def test_a_definition_is_imported_whole_or_not_at_all(council: Council) -> None:
    every_statement_fails(council.database, lambda session: import_one(session, council, definition()))
    assert states(council) == {1: PUBLISHED, 2: DRAFT}
    every_statement_fails(council.database, lambda session: import_one(session, council, definition()), changes=False)


def test_a_draft_is_replaced_by_what_is_imported_later(council: Council) -> None:
    imported(council, definition())
    changed = definition(question="Is the plan done?")
    every_statement_fails(council.database, lambda session: import_one(session, council, changed))
    assert states(council) == {1: PUBLISHED, 2: DRAFT}
    with council.database.reading() as session:
        stored = session.scalars(select(ToolVersion.definition).where(ToolVersion.version == 2)).one()
    assert "Is the plan done?" in stored


@pytest.mark.parametrize("state", [PUBLISHED, RETIRED])
def test_what_was_published_never_changes(council: Council, state: ToolState) -> None:
    version = imported(council, definition())
    with council.database.transaction() as session:
        stored = tools.find_version(session, version.public_id)
        tools.publish(session, stored, by=council.viewer("quinn"), at=council.at)
        if state is RETIRED:
            tools.retire(session, stored, by=council.viewer("quinn"), at=council.at)
    with council.database.writing() as session, pytest.raises(Refused, match="never changes"):
        import_one(session, council, definition(question="Is the plan done?"))
    assert imported(council, definition()).state is state, "the same again changes nothing"


def test_publishing_retires_the_one_before_in_the_same_step(council: Council) -> None:
    second = imported(council, definition())
    every_statement_fails(
        council.database,
        lambda session: tools.publish(
            session, tools.find_version(session, second.public_id), by=council.viewer("quinn"), at=council.at
        ),
    )
    assert states(council) == {1: RETIRED, 2: PUBLISHED}
    with council.database.reading() as session:
        assert tools.published(session, SUPERVISION.slug).version == 1


def test_a_version_is_retired_whole_or_not_at_all(council: Council) -> None:
    every_statement_fails(
        council.database,
        lambda session: tools.retire(
            session, tools.published(session, QOP.slug), by=council.viewer("quinn"), at=council.at
        ),
    )
    with council.database.reading() as session, pytest.raises(Refused, match="Publish one on the page 'Tools'"):
        tools.published(session, QOP.slug)


@pytest.mark.parametrize("before", ToolState)
@pytest.mark.parametrize("after", [PUBLISHED, RETIRED])
def test_a_step_is_taken_only_where_it_follows(council: Council, before: ToolState, after: ToolState) -> None:
    step = tools.publish if after is PUBLISHED else tools.retire
    version = imported(council, definition())
    with council.database.writing() as session:
        tools.retire(session, tools.published(session, QOP.slug), by=council.viewer("quinn"), at=council.at)
        stored = tools.find_version(session, version.public_id)
        stored.state = before
        if (before, after) in FOLLOWS:
            step(session, stored, by=council.viewer("quinn"), at=council.at)
            assert stored.state is after
        else:
            with pytest.raises(NotNow, match="Nothing was changed"):
                step(session, stored, by=council.viewer("quinn"), at=council.at)


@pytest.mark.parametrize("second", [2, 3])
def test_of_two_versions_published_at_once_the_first_is_retired(council: Council, second: int) -> None:
    drafts = {version: imported(council, definition(version)).public_id for version in (2, 3)}
    with (
        meanwhile(council.database, lambda session: publish(session, council, drafts[5 - second])),
        council.database.transaction() as session,
    ):
        publish(session, council, drafts[second])
    assert states(council) == {1: RETIRED, 5 - second: RETIRED, second: PUBLISHED}


def test_a_version_is_published_once_by_two(council: Council) -> None:
    draft = imported(council, definition()).public_id
    with (
        meanwhile(council.database, lambda session: publish(session, council, draft)),
        council.database.writing() as session,
        pytest.raises(NotNow, match="is now: Published"),
    ):
        publish(session, council, draft)
    assert states(council) == {1: RETIRED, 2: PUBLISHED}


def test_a_version_that_is_retired_meanwhile_is_not_retired_again(council: Council) -> None:
    draft, by = imported(council, definition()).public_id, council.viewer("quinn")

    def retire(session: Session) -> None:
        tools.retire(session, tools.find_version(session, draft), by=by, at=council.at)

    with (
        meanwhile(council.database, retire),
        council.database.writing() as session,
        pytest.raises(NotNow, match="is now: Retired"),
    ):
        retire(session)
    assert states(council) == {1: PUBLISHED, 2: RETIRED}


def test_a_draft_that_is_published_meanwhile_is_not_replaced(council: Council) -> None:
    draft = imported(council, definition()).public_id
    with (
        meanwhile(council.database, lambda session: publish(session, council, draft)),
        council.database.writing() as session,
        pytest.raises(Refused, match="never changes"),
    ):
        import_one(session, council, definition(question="Is the plan done?"))


def test_the_database_holds_one_published_version_at_most(council: Council) -> None:
    draft = imported(council, definition()).public_id
    with council.database.writing() as session:
        tools.find_version(session, draft).state = PUBLISHED
        with pytest.raises(IntegrityError):
            session.flush()


def test_every_state_is_in_the_table() -> None:
    assert set(MOVES) == set(ToolState)
    assert {(before, after) for before, afters in MOVES.items() for after in afters} == FOLLOWS


def test_an_audit_keeps_the_version_it_was_begun_with(month: Council) -> None:
    second = imported(month, definition())
    with month.database.transaction() as session:
        stored = tools.find_version(session, second.public_id)
        tools.publish(session, stored, by=month.viewer("quinn"), at=month.at)
    opened = open_month(month, "2026-11")
    with month.database.reading() as session:
        used = select(Audit.cycle_id, ToolVersion.version, func.count()).join(Audit.tool_version)
        rows = session.execute(used.group_by(Audit.cycle_id, ToolVersion.version)).all()
        assert cycles.find_cycle(session, opened.public_id).tool_version.version == 2
    assert {(cycle_id == opened.id, version) for cycle_id, version, _ in rows} == {(False, 1), (True, 2)}


@pytest.mark.parametrize("name", ["nora", "hope", "dara", "bea", "adam"])
def test_only_quality_assurance_keeps_tools(council: Council, name: str) -> None:
    with council.database.writing() as session:
        version = tools.published(session, QOP.slug)
        with pytest.raises(NotAllowed):
            import_one(session, council, definition(), by=name)
        for step in (tools.publish, tools.retire):
            with pytest.raises(NotAllowed):
                step(session, version, by=council.viewer(name), at=council.at)


def test_a_file_with_faults_names_them(council: Council) -> None:
    wrong = definition().replace(b"kind: timescale", b"kind: guess")
    with council.database.writing() as session, pytest.raises(InvalidFile) as refusal:
        import_one(session, council, wrong)
    assert all(problem.startswith("Line ") for problem in refusal.value.problems)
    assert len(refusal.value.problems) == wrong.count(b"kind: guess")


def test_a_version_that_is_none_is_not_there(council: Council) -> None:
    with council.database.reading() as session, pytest.raises(NotFound):
        tools.find_version(session, "nothing2here4567")
