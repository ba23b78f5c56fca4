"""Who may open what: every address and method, every role and nobody, one's own object and somebody else's.

An address without a line in `RULES`, or with arguments and without samples, fails here and is named.
"""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from auditapp.domain.vocabulary import Role
from auditapp.web.rules import EVERYBODY, KEYLESS, RULES
from tests.web.conftest import Browser, Clock, open_app
from tests.web.samples import samples
from tests.web.walking import READING, addresses, ask, carried, rules_of, what_counts
from tests.web.world import World


@pytest.fixture
def world_app(world: World, clock: Clock) -> Flask:
    """Return the application over the world that tests share: they must leave it as it is."""
    return open_app(world.database, clock)


class TestTheTables:
    def test_every_address_has_a_rule(self, app: Flask) -> None:
        assert {rule.endpoint for rule in app.url_map.iter_rules()} - RULES.keys() == set()

    def test_every_rule_has_an_address(self, app: Flask) -> None:
        assert RULES.keys() - {rule.endpoint for rule in app.url_map.iter_rules()} == set()

    def test_every_address_with_arguments_has_samples(self, app: Flask, world: World) -> None:
        wanted = {rule.endpoint for rule in rules_of(app) if rule.arguments}
        assert wanted - samples(world).keys() == set(), "add their samples to tests/web/samples.py"
        assert samples(world).keys() - wanted == set()

    def test_every_object_of_the_world_is_there(self, world: World) -> None:
        assert {name for name, identifier in world.known.items() if not identifier} == set()

    def test_an_address_without_a_rule_answers_500(self, app: Flask, new_browser: Callable[[], Browser]) -> None:
        app.add_url_rule("/forgotten", endpoint="forgotten", view_func=lambda: "secret")
        answer = new_browser().client.get("/forgotten")
        assert answer.status_code == 500
        assert "secret" not in answer.text

    def test_only_the_public_pages_are_public(self) -> None:
        assert {endpoint for endpoint, rule in RULES.items() if rule is EVERYBODY} == {
            "static",
            "information.health",
            "information.accessibility",
            "information.privacy",
            "accounts.sign_in",
            "accounts.invitation",
            "accounts.forgotten",
            "accounts.forgotten_sent",
            "calendars.read",
        }

    def test_a_script_may_send_without_a_key_only_what_has_a_version(self) -> None:
        assert sorted(KEYLESS) == ["audits.save_answer"]


class TestReading:
    @pytest.mark.parametrize("role", Role)
    def test_everybody_gets_what_is_theirs_and_nothing_else(
        self, world_app: Flask, world: World, clock: Clock, role: Role
    ) -> None:
        browser = Browser(world_app.test_client(), world.database, clock).sign_in(world.people[role])
        wrong = []
        for address in addresses(world_app, world):
            if address.method != READING or address.endpoint == "accounts.sign_in":
                continue
            wanted = address.sample.status if address.is_open_to(role) else 404
            status = ask(browser, address).status_code
            if status != wanted:
                wrong.append(f"{address.endpoint} ({address.sample.what}): {status} instead of {wanted}")
        assert wrong == []

    def test_nobody_gets_anything_without_signing_in(self, world_app: Flask, world: World) -> None:
        client = world_app.test_client()
        for address in addresses(world_app, world):
            if address.method == READING and not address.is_public:
                answer = client.get(address.path)
                assert answer.status_code == 303, address
                assert answer.location.startswith("/sign-in?next="), address

    def test_forbidden_and_missing_look_alike(self, world_app: Flask, world: World, clock: Clock) -> None:
        for role in Role:
            browser = Browser(world_app.test_client(), world.database, clock).sign_in(world.people[role])
            looks = {
                re.sub(r'Request number \w+|name="(?:once|csrf_token)" value="[^"]*"', "", answer.text)
                for address in addresses(world_app, world)
                if address.method == READING and not address.is_open_to(role) and address.endpoint not in SAYS_WHY
                for answer in [ask(browser, address)]
            }
            assert len(looks) == 1, role


# These say why to somebody whose role may open the page, in the same words for what is another's and what is not there.
SAYS_WHY = {
    "people.people_import.preview",
    "cases.preview",
    "themes.preview",
    "accounts.invitation",
    "board.report",
    "board.paper",
}


class TestWriting:
    @pytest.mark.parametrize("role", Role)
    def test_nothing_of_somebody_elses_is_changed(
        self, world_app: Flask, world: World, clock: Clock, role: Role
    ) -> None:
        browser = Browser(world_app.test_client(), world.database, clock).sign_in(world.people[role])
        before = what_counts(world.database)
        wrong = []
        for address in addresses(world_app, world):
            if address.method == READING or address.is_public or address.is_open_to(role):
                continue
            status = ask(browser, address).status_code
            if status != 404:
                wrong.append(f"{address.endpoint} ({address.sample.what}): {status} instead of 404")
        assert wrong == []
        assert what_counts(world.database) == before

    @pytest.mark.parametrize("role", Role)
    def test_what_is_ones_own_is_there(self, new_world: Callable[[], World], clock: Clock, role: Role) -> None:
        world = new_world()
        app = open_app(world.database, clock)
        wrong = []
        for address in addresses(app, world):
            if address.method == READING or address.is_public or not address.is_open_to(role):
                continue
            browser = Browser(app.test_client(), world.database, clock).sign_in(world.people[role])
            status = ask(browser, address).status_code
            if status == 404 and address.endpoint not in GONE_AFTERWARDS:
                wrong.append(f"{address.endpoint} ({address.sample.what}): {status}")
            assert status < 500, address
        assert wrong == []

    def test_nobody_changes_anything_without_signing_in(self, world_app: Flask, world: World) -> None:
        client, before = world_app.test_client(), what_counts(world.database)
        for address in addresses(world_app, world):
            if address.method != READING and not address.is_public:
                answer = client.post(address.path, data={**address.sample.sent})
                assert answer.status_code == (303 if address.endpoint == "accounts.sign_out" else 401), address
        assert what_counts(world.database) == before

    @pytest.mark.parametrize("role", Role)
    def test_a_form_without_its_key_changes_nothing(
        self, world_app: Flask, world: World, clock: Clock, role: Role
    ) -> None:
        browser = Browser(world_app.test_client(), world.database, clock).sign_in(world.people[role])
        token, before = carried(browser)["csrf_token"], what_counts(world.database)
        for address in addresses(world_app, world):
            if address.method != READING and not address.is_public and address.endpoint not in KEYLESS:
                sent = {**address.sample.sent, "csrf_token": token}
                status = browser.client.post(address.path, data=sent).status_code
                assert status == (409 if role in RULES[address.endpoint] else 404), address
        assert what_counts(world.database) == before


# What one form of these ends is not there for the next.
GONE_AFTERWARDS = {
    "cases.discard",
    "people.people_import.refuse",
    "actions.remove",
    "actions.change",
    "themes.start",
    "themes.discard",
}
