"""One scenario of the matrix: what calls are aimed at, made for each, and taken away again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
from steps.api.exchange import Exchange
from steps.api.operations import AT_2
from steps.support.job_states import job_in_status
from steps.support.making import gone, unless_refused_with
from steps.support.matrix.people import People
from steps.support.matrix.trial import Aim, Trial

if TYPE_CHECKING:
    from steps.support.world import World


class Scene:
    """Makes what the calls of one scenario are aimed at, through the scenario's World."""

    def __init__(self, world: World, people: People) -> None:
        self.world = world
        self.people = people

    @cached_property
    def platform(self) -> Platform:
        """A platform that no other scenario knows."""
        return self.world.make.platform()

    def aim(self, trial: Trial, column: str, *, afresh: bool = False) -> Aim:
        """What a caller of the column aims the trial at: it belongs to its owner, the caller, where it can.

        What an inactive user owns is made while they are active. `afresh`: a success may use it up.
        """
        made = (trial.afresh if afresh else None) or trial.made
        if column == "inactive" and trial.owned:
            user = self.people.someone(self.world.make)
            aim = made(self, user)
            self.people.deactivate(user)
            return aim
        owners = {"inactive": "inactive", "no grant": "without_grant"}
        return made(self, getattr(self.people, owners.get(column, "owner")))

    def permit(self, user: User, platform: Platform) -> None:
        """Let the user run jobs on the platform, with which the permission goes."""
        platform.assign_user(self.world.cloud, user)

    def job(self, user: User, status: str) -> Job:
        """A job of the user in this status; who is without any grant has none when it is there.

        It has no process id: that would keep others from running it again, whatever else does.
        """
        self.permit(user, self.platform)
        job = job_in_status(self.world, status, user, self.platform, {"process_id": None})
        if user is self.people.without_grant:
            self.platform.remove_user(self.world.cloud, user)
        return job

    def token(self, user: User, **members: Any) -> JobToken:  # noqa: ANN401 - members of the request
        """A job token of the user that the user does not show otherwise."""
        body = {"label": self.world.names.label("token"), **members}
        return self.world.make.job_token_of_body(user, body, operation=AT_2)

    def label(self, aim: Aim, word: str) -> str:
        """A new name for what a call would make, remembered."""
        aim.names.append(self.world.names.label(word))
        return aim.names[-1]

    def plain(self, user: User | None) -> User:
        """The user, or the owner in the place of an admin or nobody."""
        return self.people.owner if user is None or user is self.people.admin else user

    def everyone(self, aim: Aim) -> list[User]:
        """Whoever may have been given something: the owner, all others who were made so far, the admin."""
        known = {user.user_id: user for user in (aim.owner, *self.people.made(), self.people.admin)}
        return list(known.values())

    def someone_else(self, user: User | None) -> User:
        """A plain user who is not this one."""
        return self.people.other if self.plain(user) is self.people.owner else self.people.owner

    def notice(self, exchange: Exchange) -> None:
        """Remove with the scenario what an accepted call has made."""
        kind, member = _MADE.get(exchange.request.operation.rule, ("", ""))
        if exchange.status == 200 and isinstance(exchange.body, dict) and member in exchange.body:
            self.take_away(kind, exchange.body[member])

    def take_away(self, kind: str, what: Any) -> None:  # noqa: ANN401 - an id
        """Remove this with the scenario, if it is of a kind that calls make."""
        if remove := _REMOVALS.get(kind):
            self.world.undo.push(f"{kind} {what}", lambda: remove(self, what))


def _remove_job(scene: Scene, job_id: str) -> None:
    unless_refused_with((400,), Job.cancel_many, scene.world.cloud, [Job(job_id=job_id)], scene.people.admin)


def _remove_token(scene: Scene, token_id: int) -> None:
    unless_refused_with((400,), JobToken.delete_many, scene.world.cloud, scene.people.admin, [token_id])


def _remove_key(scene: Scene, key_id: int) -> None:
    key = ApiKey(api_key_id=key_id)
    unless_refused_with((400,), key.revoke, scene.world.cloud, scene.people.admin)


def _remove_user(scene: Scene, user_id: int) -> None:
    gone(User(user_id=user_id).delete, scene.world.cloud, scene.people.admin)


def _remove_platform(scene: Scene, platform_id: str) -> None:
    gone(Platform(platform_id=platform_id).delete, scene.world.cloud)


JOB, TOKEN, KEY, USER, PLATFORM = "job", "job token", "API key", "user", "platform"

# What each operation makes, and the member of its answer with the id.
_MADE: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("JB-1", "JB-1d", "JB-6", "JB-6d"), (JOB, "job_id")),
    **dict.fromkeys(("TK-2", "AT-2", "AT-2d"), (TOKEN, "token_id")),
    "AK-1": (KEY, "api_key_id"),
    "US-1": (USER, "user_id"),
    "PF-1": (PLATFORM, "platform_id"),
}
_REMOVALS: Mapping[str, Callable[[Scene, Any], None]] = {
    JOB: _remove_job,
    TOKEN: _remove_token,
    KEY: _remove_key,
    USER: _remove_user,
    PLATFORM: _remove_platform,
}
