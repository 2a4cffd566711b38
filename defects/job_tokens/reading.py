"""Faults in reading a job token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from defects.defect import breaks
from defects.handling import Original
from defects.job_tokens.common import as_owner, read_with
from defects.planting import Ground
from sandbox.json_text import Json
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.rules import tokens
from sandbox.rules.refusals import RefusalError, bad_request, forbidden, not_found
from sandbox.store import tokens_table


@breaks("TK-3", "A token is shown without its user's e-mail", also=("AT-3", "AT-3d"))
def token_lacks_the_email(ground: Ground) -> None:
    ground.wrap(
        token_routes.read,
        lambda original, call: {name: value for name, value in original(call).items() if name != "email"},
    )


@breaks("TK-3", "A token that is read is the one that reads")
def calling_token_is_read(ground: Ground) -> None:
    ground.wrap(
        token_routes.read,
        lambda original, call: original(
            replace(call, path={"token_id": call.caller.token.token_id}) if call.caller.token else call
        ),
    )


@breaks("TK-3", "A token shows its own priority for its user's", also=("AT-3", "AT-3d", "PR-3"))
def token_shows_no_user_priority(ground: Ground) -> None:
    read_with(ground, user_priority=lambda answer: answer["priority"])


@breaks("TK-3", "A token shows no e-mail of its user", also=("AT-3", "AT-2.1"))
def token_shows_no_email(ground: Ground) -> None:
    read_with(ground, email=lambda answer: None)


@breaks("TK-3", "A token shows another label than it has", also=("AT-3", "T12"))
def token_shows_another_label(ground: Ground) -> None:
    read_with(ground, label=lambda answer: str(answer["label"]).lower() + ".")


@breaks("TK-3", "A token shows its user's priority for its own", also=("AT-3", "PR-10", "TK-2.4"))
def token_shows_the_user_priority(ground: Ground) -> None:
    read_with(ground, priority=lambda answer: answer["user_priority"])


@breaks("TK-3", "A token shows another user than its own", also=("AT-3",))
def token_shows_another_user(ground: Ground) -> None:
    read_with(ground, user_id=lambda answer: answer["user_id"] + 1)


@breaks("TK-3", "A token shows the end of its life for the beginning", also=("AT-3", "TM-7"))
def token_shows_its_end_for_its_beginning(ground: Ground) -> None:
    read_with(ground, created_date=lambda answer: answer["expiration_date"])


@breaks("TK-3", "Every token is shown as an explorer token", also=("EX-4", "EX-5", "AT-3"))
def every_token_shows_as_explorer(ground: Ground) -> None:
    read_with(ground, is_explorer_token=lambda answer: True)


@breaks("TK-3", "A token never shows its user's company", also=("AT-3",))
def token_shows_no_company(ground: Ground) -> None:
    read_with(ground, company_id=lambda answer: None)


@breaks("TK-3.1", "A token that does not exist is forbidden", also=("TK-4.4", "OC-3"))
def unknown_token_is_forbidden(ground: Ground) -> None:
    ground.set(tokens, "not_found", forbidden)


@breaks("TK-3.1", "A token that does not exist reads as an empty one", also=("TK-3", "AT-3", "AT-3d"))
def unknown_token_is_empty(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        if tokens_table.find(call.cloud.db, call.path["token_id"]) is None:
            return {}
        return original(call)

    ground.wrap(token_routes.read, read)


@breaks("TK-3.2", "An id that is no number is a token that is not known", also=("TR-14",))
def word_is_an_unknown_token(ground: Ground) -> None:
    ground.operation("TK-3", path="/api/tokens/{token_name}")
    ground.wrap(
        token_routes.read,
        lambda original, call: original(replace(call, path=_with_token_id(call.path))),
    )


def _with_token_id(path: Mapping[str, Any]) -> Mapping[str, Any]:
    name = str(path.get("token_name", path.get("token_id")))
    if not name.isdigit():
        raise bad_request(f"Invalid token: {name}")
    return {"token_id": min(int(name), 2**62)}


@breaks("TK-3.3", "Users read the tokens of others", also=("PM-18", "PM-30", "SC-1", "OC-3"))
def user_reads_tokens_of_others(ground: Ground) -> None:
    ground.wrap(
        token_routes.read,
        lambda original, call: original(replace(call, known_caller=as_owner(call, call.path["token_id"]))),
    )


@breaks("TK-3.3", "The token of another is not found instead of forbidden", also=("PM-18", "PM-30", "OC-3"))
def token_of_another_is_not_found(ground: Ground) -> None:
    def read(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            raise not_found() from refusal

    ground.wrap(token_routes.read, read)


@breaks("TK-3.4", "A job token says that it is an API key")
def job_token_is_an_api_key(ground: Ground) -> None:
    read_with(ground, is_apikey=lambda answer: True)


@breaks("TK-3.5", "Every token is shown as valid", also=("TS-2", "TS-3", "TS-6"))
def every_token_is_valid(ground: Ground) -> None:
    ground.replace(tokens.is_valid, lambda token, owner: True)


@breaks("TK-3.5", "A revoked token is shown as valid", also=("TS-3",))
def revoked_token_is_valid(ground: Ground) -> None:
    ground.wrap(
        tokens.is_valid, lambda original, token, owner: original(replace(token, is_revoked=False), owner)
    )


@breaks("TK-3.5", "An expired token is shown as valid", also=("TS-2",))
def expired_token_is_valid(ground: Ground) -> None:
    ground.wrap(tokens.is_valid, lambda original, token, owner: original(replace(token, expires=1e12), owner))


@breaks("TK-3.5", "No token is shown as valid", also=("TS-1",))
def no_token_is_valid(ground: Ground) -> None:
    ground.replace(tokens.is_valid, lambda token, owner: False)
