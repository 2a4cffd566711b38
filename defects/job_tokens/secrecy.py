"""Faults in keeping tokens and passwords secret."""

from __future__ import annotations

from defects.defect import breaks
from defects.handling import Original
from defects.job_tokens.common import list_with, read_with
from defects.planting import Ground
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import jobs as job_routes
from sandbox.routes import service
from sandbox.routes import tokens as token_routes
from sandbox.routes.calls import Call
from sandbox.rules import tokens
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import RefusalError


@breaks("SC-1", "A token that is read shows the beginning of its value only", also=("AT-3", "TK-3"))
def read_token_is_masked(ground: Ground) -> None:
    read_with(ground, token=lambda answer: answer["token"][:8] + "***")


@breaks("SC-1", "A list shows the beginnings of tokens only", also=("AD-1.2", "TK-1", "AT-1"))
def listed_tokens_are_masked(ground: Ground) -> None:
    list_with(ground, key=lambda token: token.key[:8] + "***")


@breaks("SC-2", "The data of a job shows the token that made it", known_as="D119")
def job_data_shows_the_token(ground: Ground) -> None:
    _tell_token_of_job(ground, job_routes.data)


@breaks("SC-2", "The status of a job shows the token that made it", known_as="D119")
def job_status_shows_the_token(ground: Ground) -> None:
    _tell_token_of_job(ground, job_routes.status)


def _tell_token_of_job(ground: Ground, route: Original) -> None:
    ground.wrap(route, lambda original, call: {**original(call), "token": call.token.key})


@breaks("SC-2", "The usage report shows the tokens", known_as="D119")
def usage_report_shows_tokens(ground: Ground) -> None:
    ground.wrap(
        token_routes.usage_report,
        lambda original, call: [{**entry, "token": call.token.key} for entry in original(call)],
    )


@breaks("SC-2", "A refusal of a label shows the token that has it", also=("LB-1", "TK-2.3"), known_as="D119")
def label_clash_shows_the_token(ground: Ground) -> None:
    def generate(original: Original, call: Call) -> Json:
        try:
            return original(call)
        except RefusalError as refusal:
            label = call.body.get("label", "")
            row = call.cloud.db.one("SELECT key FROM tokens WHERE label = ?", (label,))
            raise RefusalError(refusal.status, refusal.error, {"token": row[0]} if row else {}) from refusal

    ground.wrap(token_routes.generate, generate)


@breaks("SC-2", "A refusal of a revocation shows the token", also=("T4.1", "TK-5.1"), known_as="D119")
def failed_revocation_shows_the_token(ground: Ground) -> None:
    def revoke(original: Original, cloud: Cloud, caller: Caller, key: str, text: str) -> None:
        try:
            original(cloud, caller, key, text)
        except RefusalError as refusal:
            raise RefusalError(refusal.status, refusal.error, {"token": key}) from refusal

    ground.wrap(tokens.revoke, revoke)


@breaks("SC-2", "The public list of platforms shows a token", also=("SV-6.1", "SV-6.2"), known_as="D119")
def public_platforms_show_a_token(ground: Ground) -> None:
    ground.wrap(
        service.public_platforms,
        lambda original, call: [
            {**entry, "description": call.cloud.db.one("SELECT key FROM tokens ORDER BY token_id DESC")[0]}
            for entry in original(call)
        ],
    )


@breaks("SC-2", "The admin's list of jobs shows the tokens that made them", known_as="D119")
def list_of_jobs_shows_tokens(ground: Ground) -> None:
    ground.wrap(
        job_routes.list_all,
        lambda original, call: [
            {**entry, "token": call.cloud.db.one("SELECT key FROM tokens WHERE token_id = ?", (token_id,))[0]}
            for entry in original(call)
            if (token_id := entry["token_id"])
        ],
    )
