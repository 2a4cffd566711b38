"""Users and logins: what the expectations find."""

from __future__ import annotations

import pytest
import responses
from requests import PreparedRequest

from steps.support import accounts
from steps.support.attempt import Outcome, attempt
from steps.support.expectations import ExpectationFailed
from tests.steps.support.stage import a_world, answering, refusal, someone

ANSWER = {"token": "LT", "duration": 86400, "user_id": 7}


def test_login_answer_is_held_to_its_three_members() -> None:
    accounts.expect_login_answer(someone(7), ANSWER, 86400, "US-0.1")


@pytest.mark.parametrize(
    "change", [{"is_admin": False}, {"user_id": 8}, {"duration": 60}, {"token": None}, {"user_id": True}]
)
def test_login_answer_that_differs_fails(change: dict[str, object]) -> None:
    with pytest.raises(ExpectationFailed):
        accounts.expect_login_answer(someone(7), {**ANSWER, **change}, 86400, "US-0.1")


@pytest.mark.parametrize("case", list(accounts.WRONG_PASSWORDS))
def test_wrong_passwords_are_wrong(case: str) -> None:
    assert accounts.WRONG_PASSWORDS[case]("Secret-of-12") != "Secret-of-12"


def _failed_logins(wire: responses.RequestsMock, texts: list[str]) -> dict[str, Outcome]:
    world = a_world()
    left = iter(texts)
    answering(wire, lambda request: refusal(401, next(left)))
    return {text: attempt(accounts.try_login, world, {}) for text in texts}


def test_refusals_that_differ_are_found(wire: responses.RequestsMock) -> None:
    outcomes = _failed_logins(wire, ["No such user", "Wrong password"])
    with pytest.raises(ExpectationFailed, match="all answers should be the same"):
        accounts.expect_same_bodies(outcomes, "US-0.2")


def test_clash_is_named_in_any_case(wire: responses.RequestsMock) -> None:
    answering(wire, lambda request: refusal(400, "Email already exists: ADA@example.com"))
    world = a_world()
    world.attempt(world.make.user, email="ada@example.com")
    accounts.expect_email_clash(world.outcome, "ada@EXAMPLE.com", "US-1.1")
    with pytest.raises(ExpectationFailed):
        accounts.expect_email_clash(world.outcome, "bob@example.com", "US-1.1")


def test_draft_that_was_made_becomes_the_user(wire: responses.RequestsMock) -> None:
    world = a_world()
    answering(wire, lambda request: (200, {"user_id": 9}))
    draft = world.make.draft()
    world.attempt(world.make.user_of_body, accounts.body_of(draft))
    accounts.take_over(world, draft)
    assert world.user is draft and draft.user_id == 9


def test_draft_that_was_refused_is_remembered_without_an_id(wire: responses.RequestsMock) -> None:
    world = a_world()
    world.user = someone(7)
    answering(wire, lambda request: refusal(403, "Permission denied"))
    draft = world.make.draft()
    world.attempt(world.make.user_of_body, accounts.body_of(draft), world.user)
    accounts.take_over(world, draft)
    assert world.other_user is draft and draft.user_id == -1


@pytest.mark.parametrize("leak", [{"password_hash": "$2b$"}, {"note": "Secret-of-12"}, {"a": [{"salt": 1}]}])
def test_password_in_an_answer_is_found(wire: responses.RequestsMock, leak: dict[str, object]) -> None:
    cloud, exchanges = accounts.watched(a_world().cloud)
    answering(wire, lambda request: (200, {"user_id": 7, **leak}))
    user = someone(7)
    user.read(cloud)
    with pytest.raises(ExpectationFailed, match="should hold no password"):
        accounts.expect_no_password(user, exchanges, "SC-3")


def test_password_is_found_where_json_escapes_it(wire: responses.RequestsMock) -> None:
    cloud, exchanges = accounts.watched(a_world().cloud)
    user = someone(7)
    user.password = 'Secret"of\\12'
    answering(wire, lambda request: (200, {"user_id": 7, "note": user.password}))
    user.read(cloud)
    with pytest.raises(ExpectationFailed, match="should hold no password"):
        accounts.expect_no_password(user, exchanges, "SC-3")


def test_error_may_speak_of_a_password(wire: responses.RequestsMock) -> None:
    cloud, exchanges = accounts.watched(a_world().cloud)
    answering(wire, lambda request: (400, {"detail": {"password": {}}, "error": "Invalid password"}))
    user = someone(7)
    attempt(user.update, cloud, user, {"password": "weak"})
    assert len(exchanges) == 1
    accounts.expect_no_password(user, exchanges, "SC-3")


def test_change_of_another_member_is_found() -> None:
    before = {"first_name": "Ada", "priority": 2}
    accounts.expect_changed_only(before, {**before, "first_name": "Bob"}, {"first_name": "Bob"}, "US-3.3")
    with pytest.raises(ExpectationFailed):
        accounts.expect_changed_only(
            before, {"first_name": "Bob", "priority": 3}, {"first_name": "Bob"}, "US-3.3"
        )


def test_impossible_pages_name_their_parameter(wire: responses.RequestsMock) -> None:
    world = a_world()

    def answer(request: PreparedRequest) -> tuple[int, object]:
        name = str(request.url).partition("?")[2].partition("=")[0]
        return 422, {"detail": {"query": {name: ["No."]}}, "message": "Validation error"}

    answering(wire, answer)
    accounts.expect_parameters_refused(accounts.impossible_pages(world), "PG-4")


def test_impossible_page_that_is_accepted_is_found(wire: responses.RequestsMock) -> None:
    answering(wire, lambda request: (200, []))
    with pytest.raises(ExpectationFailed):
        accounts.expect_parameters_refused(accounts.impossible_pages(a_world()), "PG-4")


def test_lengthened_address_has_the_length_and_stays_its_own() -> None:
    address = accounts.lengthened("ada+qa-1@example.com", 254)
    assert len(address) == 254
    assert address.endswith("ada+qa-1@example.com")


@pytest.mark.parametrize("change", [{"user_id": 7}, {"platform_ids": ["a"]}])
def test_user_who_comes_back_is_found(change: dict[str, object]) -> None:
    record = {"user_id": 8, "platform_ids": []}
    accounts.expect_someone_else(record, someone(7), "US-1.10")
    with pytest.raises(ExpectationFailed):
        accounts.expect_someone_else({**record, **change}, someone(7), "US-1.10")
