"""What is told of a person: addresses, names, working time, and what a role is for."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditapp.domain.errors import Refused
from auditapp.domain.people import (
    ROLES_OF,
    Grant,
    check_grant,
    check_working_time,
    fold_email,
    place_of,
    read_working_time,
    say_working_time,
    tidy_name,
)
from auditapp.domain.vocabulary import Place, Role

NAMED = {Place.TEAM: "North", Place.SERVICE: "Assessment", Place.AGENCY: "Police"}


@pytest.mark.parametrize("text", ["pat@example.org", " Pat@Example.ORG ", "pat.o'neill+audit@council.example.gov.uk"])
def test_an_address_is_folded(text: str) -> None:
    assert fold_email(text) == text.strip().lower()


@pytest.mark.parametrize(
    "text",
    [
        "pat",
        "pat@",
        "@example.org",
        "pat@example",
        "pat@@example.org",
        "pat @example.org",
        "pat@example..org",
        "pat@exämple.org",
        "<pat@example.org>",
        "pat@example.org, ola@example.org",
        "a" * 250 + "@example.org",
        "pat@example.org\0",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="is not an e-mail address"):
        fold_email(text)


def test_no_address_is_asked_for() -> None:
    with pytest.raises(Refused, match="Enter an e-mail address"):
        fold_email(" ")


@given(st.text(max_size=40))
def test_whatever_is_folded_is_small_letters_and_stays_as_it_is(text: str) -> None:
    try:
        email = fold_email(text)
    except Refused:
        return
    assert email == email.lower() == fold_email(email)
    assert email.isascii()


def test_a_name_has_single_spaces_and_can_be_read() -> None:
    assert tidy_name("  Ada \t Example ") == "Ada Example"
    for text in ("", "  ", "x" * 121, "a\0b", "a\u202eb"):
        with pytest.raises(Refused, match="name of the team"):
            tidy_name(text, of="team")


@pytest.mark.parametrize(
    ("text", "share"),
    [("1", "1"), ("0.6", "0.6"), ("0,6", "0.6"), ("60 %", "0.6"), ("60%", "0.6"), ("100 %", "1"), (" 0.6757 ", "0.68")],
)
def test_working_time_is_read_as_it_is_written(text: str, share: str) -> None:
    assert read_working_time(text) == Decimal(share)


@pytest.mark.parametrize("text", ["", "0", "0.004", "1.01", "101 %", "-1", "half", "NaN", "1e0", "٣", "0.6 FTE"])
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"from 0\.01 to 1"):
        read_working_time(text)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-2, max_value=3))
def test_a_share_that_is_taken_is_a_hundredth_to_all_of_full_time(share: Decimal) -> None:
    try:
        taken = check_working_time(share)
    except Refused:
        assert not Decimal("0.005") <= share <= 1
        return
    assert 0 < taken <= 1
    assert abs(taken - share) <= Decimal("0.005")


def test_working_time_is_said() -> None:
    assert say_working_time(Decimal("1.00")) == "Full time"
    assert say_working_time(Decimal("0.50")) == "0.5 of full time"


def test_every_place_has_its_roles_and_no_role_has_two() -> None:
    assert set(ROLES_OF) == set(Place)
    assert sum(len(roles) for roles in ROLES_OF.values()) == len(frozenset().union(*ROLES_OF.values()))


@pytest.mark.parametrize("role", Role)
def test_a_role_is_given_for_what_it_is_for_and_for_nothing_else(role: Role) -> None:
    right = place_of(role)
    for place in (None, *Place):
        grant = Grant.at(role, place, NAMED[place] if place else "")
        if place is right:
            check_grant(grant)
        else:
            with pytest.raises(Refused, match="is for"):
                check_grant(grant)


def test_a_role_is_said_with_what_it_is_for() -> None:
    assert str(Grant(Role.AUDITOR, team="North")) == "Auditor (team manager), North"
    assert str(Grant(Role.QA)) == "Quality assurance team"
