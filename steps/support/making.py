"""The one place where a scenario makes something in the cloud: named after the run, and undone afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from steps.api.cloud_objects import Job, JobToken, Platform, User
from steps.api.errors import CloudRefusal
from steps.api.operations import JB_1, JB_6, Operation

if TYPE_CHECKING:
    from steps.support.names import Names
    from steps.support.undo import UndoStack
    from steps.support.world import Run


class Maker:
    """Makes users, tokens, keys, platforms and jobs for one scenario.

    Every method names what it makes after the run, sends one creation, and pushes the undo as soon as the
    cloud has accepted it. A refusal passes through as CloudRefusal: give the method to `World.attempt` where
    a refusal is what the scenario is about.
    """

    def __init__(self, run: Run, names: Names, undo: UndoStack) -> None:
        self._run = run
        self._names = names
        self._undo = undo
        self._owners: dict[str, User] = {}

    def user(self, **attributes: Any) -> User:  # noqa: ANN401 - the attributes of a User
        """A user with generated data, changed by `attributes`; made by the admin."""
        from faker import Faker

        faker = Faker()
        user = User(**{"first_name": faker.first_name(), "last_name": faker.last_name(), **attributes})
        user.generate_data()
        user.email = self._names.email(user.email)
        admin = self._run.admin
        assert admin is not None, "Only an admin makes users."
        user.create(self._run.cloud, admin)
        self._undo.push(f"user {user.email}", lambda: gone(user.delete, self._run.cloud, admin))
        return user

    def job_token(self, user: User, **attributes: Any) -> JobToken:  # noqa: ANN401 - the attributes of a JobToken
        """A job token of the user, who logs in first where they have not yet. It goes when the user goes."""
        if user.login_token.token is None:
            user.log(self._run.cloud)
        user.create_job_token(self._run.cloud, {"label": self._names.label("token"), **attributes})
        return user.job_tokens[-1]

    def platform(self, register_dict: Mapping[str, Any] | None = None, **attributes: Any) -> Platform:  # noqa: ANN401
        """A platform with a new name and a worker of its own.

        `attributes` are those of a Platform; `register_dict` holds further members of the registration.
        """
        platform = Platform(**{"name": self._names.platform(), **attributes})
        return self.registered(platform, register_dict)

    def registered(self, platform: Platform, register_dict: Mapping[str, Any] | None = None) -> Platform:
        """Register this platform, which may be known already, and return it."""
        cloud = self._run.cloud
        platform.register(cloud, register_dict)
        self._undo.push(f"platform {platform.name}", lambda: gone(platform.delete, cloud))
        return platform

    def permission(self, user: User, platform: Platform) -> None:
        """Permit the user to run jobs on the platform."""
        cloud = self._run.cloud
        platform.assign_user(cloud, user)
        # Taking a permission of a user or a platform that is gone is refused with 400 or 404: it is gone too.
        self._undo.push(
            f"permission of {user.email} on {platform.name}",
            lambda: unless_refused_with((400, 404), platform.remove_user, cloud, user),
        )

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
        job.create(self._run.cloud, user, create_dict, operation=operation)
        self._owned(job, user)
        return job

    def rerun(
        self,
        job: Job,
        user: User,
        rerun_dict: Mapping[str, Any] | None = None,
        *,
        operation: Operation = JB_6,
    ) -> Job:
        """The new job that comes of running this one again."""
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
