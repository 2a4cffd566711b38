"""The one place where a scenario makes something in the cloud: named after the run, and undone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from steps.api import lost
from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, TokenType, User
from steps.api.cloud_objects.cloud_base import set_attributes, token_for
from steps.api.errors import AnswerLost, CloudGivenUp, CloudRefusal, CloudUnreachable
from steps.api.operations import AK_1, AT_1, AT_2, AT_7, JB_1, JB_6, TK_7, US_1, Operation

if TYPE_CHECKING:
    from faker import Faker

    from steps.api.utils import CloudContext
    from steps.support.names import Names
    from steps.support.run import Run
    from steps.support.undo import UndoStack


class Maker:
    """Makes users, tokens, keys, platforms and jobs for one scenario.

    Every method names what it makes after the run, sends one creation, and pushes the undo as soon as the
    cloud has accepted it. A refusal passes through as CloudRefusal: give the method to `World.attempt` where
    a refusal is what the scenario is about. Where the answer is lost, a job is looked for and gone on with;
    of anything else the undo looks for what may have been made, by its name.
    """

    def __init__(self, run: Run, names: Names, undo: UndoStack) -> None:
        self._run = run
        self._names = names
        self._undo = undo
        self._owners: dict[str, User] = {}

    def draft(self, **attributes: Any) -> User:  # noqa: ANN401 - the attributes of a User
        """A user with generated data, changed by `attributes`, of whom the cloud knows nothing."""
        user = User(faker().first_name(), faker().last_name())
        user.generate_data()
        user.email = self._names.email(user.email)
        set_attributes(user, attributes)
        return user

    def user(self, by: User | None = None, **attributes: Any) -> User:  # noqa: ANN401 - the attributes of a User
        """A user with generated data, changed by `attributes`; made by `by`, else by the admin."""
        user = self.draft(**attributes)
        with self._if_lost(f"user {user.email}", lambda: self._remove_user(user.email)):
            user.create(self._run.cloud, by or self._admin())
        self._undo_user(user)
        return user

    def user_of_body(
        self, body: Mapping[str, Any], by: User | None = None, *, cloud: CloudContext | None = None
    ) -> User:
        """A user made by exactly this request body, where a member is to be missing, wrong or extra.

        `cloud` is the run's cloud, with another observer.
        """
        email = body.get("email")
        with self._if_lost(f"user {email}", lambda: self._remove_user(email)):
            answer = User.get_api(cloud or self._run.cloud).call_for_object(
                US_1, "user_id", token=token_for(by or self._admin(), US_1), body=body
            )
        user = User(user_id=answer["user_id"], email=body.get("email", ""), password=body.get("password", ""))
        self._undo_user(user)
        return user

    def second_admin(self) -> User:
        """One more admin, logged in: for `@destructive` scenarios, which only the embedded sandbox sees."""
        cloud, admin = self._run.cloud, self._admin()
        user = self.draft()
        body = {key: getattr(user, key) for key in user.keys()}  # noqa: SIM118 - a method of User
        user.user_id = self.user_of_body({**body, "is_admin": True}).user_id
        # An admin cannot be deleted, and the deletion is on the stack already: this runs before it.
        self._undo.push(
            f"admin rights of {user.email}",
            lambda: gone(user.update, cloud, admin, {"is_admin": False}),
        )
        user.is_admin = True
        user.log(cloud)
        return user

    def job_token(self, user: User, *, operation: Operation = AT_2, **attributes: Any) -> JobToken:  # noqa: ANN401
        """A job token of the user, who logs in first where they have not yet; it becomes their last one.

        `attributes` are those of a JobToken.
        """
        if user.login_token.token is None and operation.token_type is TokenType.Login:
            user.log(self._run.cloud)
        token = JobToken(**{"label": self._names.label("token"), **attributes})
        with self._if_lost(f"job token {token.label}", lambda: self._remove_tokens(user, token.label)):
            token.create(self._run.cloud, user, operation=operation)
        user.job_tokens.append(token)
        self._undo_token(token, user)
        return token

    def job_token_of_body(
        self, by: User, body: Mapping[str, Any] | None, *, operation: Operation = AT_2
    ) -> JobToken:
        """A job token made by exactly this request body, or without one; no one's list of tokens has it."""
        cloud = self._run.cloud
        asked = body or {}
        label = asked.get("label")
        with self._if_lost(f"job token {label}", lambda: self._remove_tokens(by, label)):
            answer = JobToken.get_api(cloud).call_for_object(
                operation, "token", "token_id", token=token_for(by, operation), body=body
            )
        token = JobToken(
            asked.get("label"),
            answer.get("duration", -1),
            answer["token_id"],
            asked.get("user_id") or by.user_id,
            answer["token"],
        )
        self._undo_token(token, by)
        return token

    def token_holder(self) -> User:
        """Someone with a job token: the one of the settings, or a new user where an admin can make one."""
        if self._run.job_token:
            return self._settings_holder()
        user = self.user()
        self.job_token(user)
        return user

    def api_key(self, by: User | None = None, **attributes: Any) -> ApiKey:  # noqa: ANN401 - those of an ApiKey
        """An API key made by `by`, else by the admin."""
        key = ApiKey(**{"label": self._names.label("key"), **attributes})
        maker = by or self._admin()
        if maker.is_admin:
            with self._if_lost(f"API key {key.label}", lambda: self._remove_keys(key.label)):
                key.create(self._run.cloud, maker)
            self._undo_key(key)
            return key
        # The object layer lets no one but an admin ask; whether the cloud does is what a scenario is about.
        return self.api_key_of_body({"label": key.label, "duration": key.duration}, maker)

    def api_key_of_body(self, body: Mapping[str, Any], by: User | None = None) -> ApiKey:
        """An API key made by exactly this request body."""
        cloud = self._run.cloud
        label = body.get("label")
        with self._if_lost(f"API key {label}", lambda: self._remove_keys(label)):
            answer = ApiKey.get_api(cloud).call_for_object(
                AK_1, "api_key", "api_key_id", token=token_for(by or self._admin(), AK_1), body=body
            )
        key = ApiKey(body.get("label"), answer.get("duration", -1), answer["api_key"], answer["api_key_id"])
        self._undo_key(key)
        return key

    def platform(self, register_dict: Mapping[str, Any] | None = None, **attributes: Any) -> Platform:  # noqa: ANN401
        """A platform with a new name and a worker of its own.

        `attributes` are those of a Platform; `register_dict` holds further members of the registration.
        """
        platform = Platform(**{"name": self._names.platform(), **attributes})
        return self.registered(platform, register_dict)

    def registered(self, platform: Platform, register_dict: Mapping[str, Any] | None = None) -> Platform:
        """Register this platform, which may be known already, and return it."""
        cloud = self._run.cloud
        with self._if_lost(f"platform {platform.name}", lambda: self._remove_platform(platform)):
            platform.register(cloud, register_dict)
        self._undo.push(f"platform {platform.name}", lambda: self._delete_platform(platform))
        return platform

    def permission(self, user: User, platform: Platform) -> None:
        """Permit the user to run jobs on the platform."""
        cloud = self._run.cloud
        what = f"permission of {user.email} on {platform.name}"
        # Taking a permission of a user or a platform that is gone is refused with 400 or 404: it is gone too.
        take = partial(unless_refused_with, (400, 404), platform.remove_user, cloud, user)
        with self._if_lost(what, take):
            platform.assign_user(cloud, user)
        self._undo.push(what, take)

    def job(
        self,
        user: User,
        platform_name: str,
        create_dict: Mapping[str, Any] | None = None,
        *,
        operation: Operation = JB_1,
        **attributes: Any,  # noqa: ANN401 - the attributes of a Job
    ) -> Job:
        """A job of the user on the platform; `create_dict` overrides and adds members of the request."""
        job = Job(platform_name, **{"job_name": self._names.label("job"), **attributes})
        try:
            job.create(self._run.cloud, user, create_dict, operation=operation)
        except CloudUnreachable as trouble:
            job.job_id = self._found_job(job, user, create_dict or {}, trouble)
        self._owned(job, user)
        return job

    def job_of_body(self, user: User, body: Mapping[str, Any], *, operation: Operation = JB_1) -> Job:
        """A job made by exactly this request body, where a member is to be missing."""
        cloud = self._run.cloud
        answer = Job.get_api(cloud).call_for_object(
            operation, "job_id", token=token_for(user, operation), body=body
        )
        return self.take_over(Job(job_name=str(body.get("job_name")), job_id=answer["job_id"]), user)

    def rerun(
        self,
        job: Job,
        user: User,
        rerun_dict: Mapping[str, Any] | None = None,
        *,
        operation: Operation = JB_6,
    ) -> Job:
        """The new job that comes of running this one again."""
        with self._if_lost(f"rerun of {job.job_name}", lambda: self._cancel_reruns(job)):
            again = job.rerun(self._run.cloud, user, rerun_dict, operation=operation)
        self._owned(again, user)
        return again

    def fetched(self, platform: Platform) -> Job:
        """The next job of the platform, in the hands of its worker."""
        cloud = self._run.cloud
        job = platform.fetch_job(cloud)
        # A job that the scenario ended refuses with 400; a suspended one too, and is canceled as a job then.
        self._undo.push(
            f"run of {job.job_name}",
            lambda: unless_refused_with(
                (400,), platform.publish_error, cloud, job, "scenario_over", "The scenario is over."
            ),
        )
        return job

    def owner(self, job: Job) -> User:
        """Whose job it is, of the jobs made here."""
        return self._owners[job.job_id]

    def _admin(self) -> User:
        assert self._run.admin is not None, "Only an admin makes users and keys."
        return self._run.admin

    def platform_if_lost(self, name: str) -> AbstractContextManager[None]:
        """Within it a platform is registered in some other way; where its answer is lost it is looked for."""
        return self._if_lost(f"platform {name}", lambda: self._remove_platform(Platform(name)))

    @contextmanager
    def _if_lost(self, what: str, undo: Callable[[], object]) -> Iterator[None]:
        """Within it one creation is asked for; where its answer is lost, `undo` is what the clean-up does."""
        try:
            yield
        except CloudGivenUp:
            raise
        except CloudUnreachable:
            if self._run.admin is not None:
                self._undo.push(f"{what}, if it was made", undo)
            raise

    def _found_job(
        self, job: Job, user: User, create_dict: Mapping[str, Any], trouble: CloudUnreachable
    ) -> str:
        """The id of the job that the cloud has made although its answer was lost.

        Raises AnswerLost where nobody can look for it, and `trouble` where it is not there; it may come yet.
        """
        admin = self._run.admin
        if isinstance(trouble, CloudGivenUp):
            raise trouble
        process_id = create_dict.get(Job.PROCESS_ID_KEY, job.process_id)
        name = create_dict.get(Job.JOB_NAME_KEY, job.job_name)
        if admin is None or not isinstance(process_id, str):
            raise AnswerLost(trouble.request, trouble.reason) from None
        look = partial(lost.job_of, self._run.cloud, admin, process_id, name, user.user_id)
        found = look()
        if found is None:
            self._undo.push(f"job {name}, if it was made", lambda: self._cancel_found(look()))
            raise trouble
        return found

    def _cancel_found(self, job_id: str | None) -> None:
        if job_id is not None:
            job = Job(job_id=job_id)
            unless_refused_with((400,), Job.cancel_many, self._run.cloud, [job], self._admin())

    def _cancel_reruns(self, job: Job) -> None:
        for again in lost.reruns_of(self._run.cloud, self._admin(), job):
            unless_refused_with((400,), Job.cancel_many, self._run.cloud, [again], self._admin())

    def _remove_user(self, email: object) -> None:
        if isinstance(email, str) and (user := lost.user_of(self._run.cloud, self._admin(), email)):
            gone(user.delete, self._run.cloud, self._admin())

    def _remove_tokens(self, owner: User, label: object) -> None:
        """Remove what may have been made of an owner that stays."""
        if not isinstance(label, str) or not owner.is_admin:
            return
        cloud = self._run.cloud
        ids = lost.tokens_of(cloud, owner, label, AT_1)
        if ids:
            unless_refused_with((400,), partial(JobToken.delete_many, operation=AT_7), cloud, owner, ids)

    def _remove_keys(self, label: object) -> None:
        if isinstance(label, str):
            for key in lost.keys_of(self._run.cloud, self._admin(), label):
                unless_refused_with((400,), key.revoke, self._run.cloud, self._admin())

    def _remove_platform(self, platform: Platform) -> None:
        if self._names.mark not in platform.name:
            return  # it is not the scenario's to delete
        platform.platform_id = lost.platform_of(self._run.cloud, self._admin(), platform.name)
        if platform.platform_id is not None:
            self._delete_platform(platform)

    def _delete_platform(self, platform: Platform) -> None:
        if platform.may_hold_job:
            self._end_held_jobs(platform)
        gone(platform.delete, self._run.cloud)

    def _end_held_jobs(self, platform: Platform) -> None:
        """End what the worker has fetched without hearing of it; what another has is refused with 403."""
        cloud = self._run.cloud
        for job in lost.held_jobs(cloud, self._admin(), platform):
            unless_refused_with(
                (400, 403), platform.publish_error, cloud, job, "scenario_over", "The scenario is over."
            )

    def _undo_user(self, user: User) -> None:
        admin, cloud = self._admin(), self._run.cloud
        self._undo.push(f"user {user.email}", lambda: gone(user.delete, cloud, admin))

    def _settings_holder(self) -> User:
        holder = User()
        holder.job_tokens.append(JobToken(token=self._run.job_token))
        return holder

    def _undo_token(self, token: JobToken, by: User) -> None:
        # The tokens of a user that was made here go when the user goes; the admin and the holder of the
        # settings' job token stay.
        if by.user_id == -1 or (by.is_admin and token.user_id == by.user_id):
            cloud, operation = self._run.cloud, AT_7 if by.is_admin else TK_7
            delete = partial(JobToken.delete_many, operation=operation)
            # The holder may show the new token by now, and no token deletes itself.
            remover = by if by.is_admin else self._settings_holder()
            self._undo.push(
                f"job token {token.label}",
                lambda: unless_refused_with((400,), delete, cloud, remover, [token.token_id]),
            )

    def _undo_key(self, key: ApiKey) -> None:
        # A key that was revoked, or has expired, refuses with 400.
        admin, cloud = self._admin(), self._run.cloud
        self._undo.push(f"API key {key.label}", lambda: unless_refused_with((400,), key.revoke, cloud, admin))

    def take_over(self, job: Job, user: User) -> Job:
        """Take over a job that the user made in some other way: it is ended with the scenario."""
        self._owned(job, user)
        return job

    def _owned(self, job: Job, user: User) -> None:
        self._owners[job.job_id] = user
        self._undo.push(f"job {job.job_name}", lambda: self._end(job, user))

    def _end(self, job: Job, user: User) -> None:
        cloud, admin = self._run.cloud, self._run.admin
        # A job that is over, or whose worker has been told, refuses with 400.
        if admin is None:
            unless_refused_with((400,), job.cancel, cloud, user)
        else:
            unless_refused_with((400,), Job.cancel_many, cloud, [job], admin)


@cache
def faker() -> Faker:
    """One for the process, made at its first use: importing and making it takes as long as many requests."""
    from faker import Faker

    return Faker()


def unless_refused_with(statuses: tuple[int, ...], action: Any, *args: Any) -> None:  # noqa: ANN401 - any action
    """Call `action`, and take a refusal with one of `statuses` as done."""
    try:
        action(*args)
    except CloudRefusal as refusal:
        if refusal.status not in statuses:
            raise


def gone(delete: Any, *args: Any) -> None:  # noqa: ANN401 - any deleting method and its arguments
    """Delete, and take 404 as done: a scenario may have deleted it itself."""
    unless_refused_with((404,), delete, *args)
