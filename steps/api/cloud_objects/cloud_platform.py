"""Platforms: registered and looked after by an admin, fed by a worker that fetches and publishes jobs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from steps.api.cloud_objects.cloud_base import (
    ACloudObject,
    all_pages,
    given,
    require,
    require_admin,
    set_attributes,
    token_for,
)
from steps.api.cloud_objects.cloud_job import Job
from steps.api.errors import CloudUnreachable
from steps.api.operations import (
    PF_1,
    PF_2,
    PF_3,
    PF_4,
    PF_5,
    PL_1,
    PL_2,
    PP_1,
    PP_2,
    SV_6,
    WK_1,
    WK_2,
    Operation,
    TokenType,
)
from steps.api.utils import Api, CloudContext

if TYPE_CHECKING:
    from steps.api.cloud_objects.cloud_user import User


class Platform(ACloudObject):
    """A platform that runs jobs, with the one worker that this object plays.

    `Platform.ADMIN` must be an admin before the first platform is made; every method that takes no user shows
    this admin's login token, and as a worker their API key.

    Args:
        name: `<kind>:<name>`, such as `sim:qa`.
        type: `simulator`, or anything else for hardware.
        platform_id: its id, None before it is registered.
        worker_id: its worker's id; None draws a new UUID.
        specs: what it can do; None means that it offers the command `probs`.
        kwargs: further attributes.

    Raises PreconditionError where `Platform.ADMIN` is None or no admin.
    """

    ADMIN: User | None = None
    REGISTER_ENDPOINT = PF_1.path
    JOB_ENDPOINT = WK_1.path
    ASSIGN_ENDPOINT = PP_1.path
    PLATFORM_NAME_KEY = "platform_name"
    DEFAULT_NAME = "sim:qa"
    SHOWN = ("name", "platform_id", "worker_id")

    status: str | None
    perfs: dict[str, Any] | None
    description: str | None

    def __init__(
        self,
        name: str = "",
        type: str = "simulator",
        platform_id: str | None = None,
        worker_id: str | None = None,
        specs: Mapping[str, Any] | None = None,
        **kwargs: Any,  # noqa: ANN401 - additional attributes, as the reference has it
    ) -> None:
        self._admin()
        self.name = name
        self.type = type
        self.platform_id = platform_id
        self.worker_id = str(uuid4()) if worker_id is None else worker_id
        self.may_hold_job = False
        self.specs: dict[str, Any] = (
            {"available_commands": ["probs"]} if specs is None else deepcopy(dict(specs))
        )
        set_attributes(self, kwargs)

    @classmethod
    def get_api(cls, context: CloudContext) -> Api:
        """The client of the platform endpoints."""
        return Api(context)

    def register(self, context: CloudContext, register_dict: Mapping[str, Any] | None = None) -> None:
        """Register the platform with its worker, and take over its id and status (PF-1).

        `register_dict` overrides members of the body and adds others, such as `max_shots`. Shows the admin's
        API key, or their login token where they have no key. Raises CloudRefusal where the cloud refuses.
        """
        admin = self._admin()
        body = {
            self.PLATFORM_NAME_KEY: self.name,
            "type": self.type,
            "worker_id": self.worker_id,
            "specs": self.specs,
            **(register_dict or {}),
        }
        token_type = TokenType.Login if admin.api_key is None else TokenType.API_Key
        answer = self.get_api(context).call_for_object(
            PF_1, "platform_id", token=admin.get_token(token_type), body=body
        )
        self.platform_id = answer["platform_id"]
        self.status = answer.get("status")

    def read(self, context: CloudContext) -> dict[str, Any]:
        """Read the platform by its id (PF-2).

        Raises PreconditionError where it was not registered, CloudRefusal where the cloud refuses.
        """
        return self.get_api(context).call_for_object(PF_2, **self._as_admin(PF_2))

    def update(self, context: CloudContext, update_dict: Mapping[str, Any]) -> None:
        """Change the platform, here too once the cloud has accepted (PF-3). Raises as `read`."""
        self.get_api(context).call(PF_3, **self._as_admin(PF_3), body=update_dict)
        renamed = {
            "name" if name == self.PLATFORM_NAME_KEY else name: update_dict[name] for name in update_dict
        }
        set_attributes(self, deepcopy(renamed))

    def delete(self, context: CloudContext) -> None:
        """Delete the platform; `platform_id` stays (PF-4). Raises as `read`."""
        self.get_api(context).call(PF_4, **self._as_admin(PF_4))

    def assign_user(self, context: CloudContext, user: User) -> None:
        """Permit a user, who must have been created, to run jobs on the platform (PP-1). Raises as `read`."""
        self._permit(context, user, PP_1)

    def remove_user(self, context: CloudContext, user: User) -> None:
        """Take a user's permission away (PP-2). Raises as `assign_user`."""
        self._permit(context, user, PP_2)

    def read_processor(self, context: CloudContext, user: User) -> dict[str, Any]:
        """Read the platform by its name, as Perceval does first, with the user's job token (PL-1).

        Raises PreconditionError where the user has none, CloudRefusal where the cloud refuses.
        """
        return self._read_named(context, user, PL_1)

    def read_by_name(self, context: CloudContext, user: User) -> dict[str, Any]:
        """Read the platform by its name, as Perceval does next, with the user's job token (PL-2).

        Raises PreconditionError where the user has none, CloudRefusal where the cloud refuses.
        """
        return self._read_named(context, user, PL_2)

    def fetch_job(self, context: CloudContext) -> Job:
        """Fetch the next waiting job as the platform's worker, with the admin's API key (WK-1).

        Names the platform by its id, or by its name where it has none. Raises PreconditionError where the
        admin has no key, CloudRefusal where the cloud refuses; nothing to do is a refusal with status 404.
        Where the answer is lost, `may_hold_job` says that the worker may have a job without knowing of it.
        """
        platform = (
            {self.PLATFORM_NAME_KEY: self.name}
            if self.platform_id is None
            else {"platform_id": self.platform_id}
        )
        try:
            answer = self.get_api(context).call_for_object(
                WK_1,
                "job_id",
                "payload",
                token=token_for(self._admin(), WK_1),
                body={**platform, "worker_id": self.worker_id},
            )
        except CloudUnreachable:
            self.may_hold_job = True
            raise
        return Job.from_answer(answer)

    def publish(self, context: CloudContext, job: Job, **members: Any) -> dict[str, Any]:  # noqa: ANN401
        """Tell the cloud about a fetched job, and return its answer with the current `status` (WK-2).

        `members` are the body beside the worker's id. Raises PreconditionError where the job has no id or the
        admin no API key, CloudRefusal where the cloud refuses.
        """
        job.require_created()
        return self.get_api(context).call_for_object(
            WK_2,
            "status",
            token=token_for(self._admin(), WK_2),
            path={"job_id": job.job_id},
            body={"worker_id": self.worker_id, **members},
        )

    def publish_progress(
        self,
        context: CloudContext,
        job: Job,
        progress: float,
        message: str = "",
        **members: Any,  # noqa: ANN401 - further members of the body
    ) -> dict[str, Any]:
        """Publish how far the job is, from 0 to 100 (J3). It is a sign of life too. Raises as `publish`."""
        return self.publish(context, job, **{"progress": progress, "progress_message": message, **members})

    def publish_results(
        self,
        context: CloudContext,
        job: Job,
        results: object,
        **members: Any,  # noqa: ANN401 - further members of the body
    ) -> dict[str, Any]:
        """Publish that the job is completed (J4). Raises as `publish`.

        `results` is sent as it is when it is a string, and as JSON text when it is anything else.
        """
        text = results if isinstance(results, str) else json.dumps(results)
        return self.publish(context, job, **{"status": "completed", "results": text, **members})

    def publish_error(
        self,
        context: CloudContext,
        job: Job,
        failure_code: str | None = None,
        message: str | None = None,
        **members: Any,  # noqa: ANN401 - further members of the body
    ) -> dict[str, Any]:
        """Publish that the job failed, with a code and a sentence where given (J5). Raises as `publish`."""
        reason = given(failure_code=failure_code, status_message=message)
        return self.publish(context, job, **{"status": "error", **reason, **members})

    def acknowledge_cancel(self, context: CloudContext, job: Job, **members: Any) -> dict[str, Any]:  # noqa: ANN401
        """Publish that the job was stopped, as the cloud asked (J8). Raises as `publish`."""
        return self.publish(context, job, **{"status": "canceled", **members})

    def suspend_job(self, context: CloudContext, job: Job, **members: Any) -> dict[str, Any]:  # noqa: ANN401
        """Publish that the running job is halted (J11). Raises as `publish`."""
        return self.publish(context, job, **{"status": "suspended", **members})

    def resume_job(self, context: CloudContext, job: Job, **members: Any) -> dict[str, Any]:  # noqa: ANN401
        """Publish that the suspended job runs again (J11). Raises as `publish`."""
        return self.publish(context, job, **{"status": "running", **members})

    @classmethod
    def list_all(cls, context: CloudContext) -> list[Platform]:
        """Every platform (PF-5), page by page, as objects without a worker.

        Raises PreconditionError where `Platform.ADMIN` is no admin, CloudRefusal where the cloud refuses.
        """
        admin = cls._admin()
        entries = all_pages(lambda limit, offset: cls.list_page(context, admin, limit=limit, offset=offset))
        return [cls._from_entry(entry) for entry in entries]

    @classmethod
    def list_page(
        cls, context: CloudContext, user: User, *, limit: int | None = None, offset: int | None = None
    ) -> list[dict[str, Any]]:
        """One page of the platforms, as the cloud answers it, with the user's login token (PF-5).

        Raises PreconditionError where the user is not logged in, CloudRefusal where the cloud refuses.
        """
        return cls.get_api(context).call_for_list(
            PF_5, "id", "name", token=token_for(user, PF_5), query={"limit": limit, "offset": offset}
        )

    @classmethod
    def list_public(cls, context: CloudContext) -> list[dict[str, Any]]:
        """The platforms as anyone sees them, without a credential (SV-6). Raises CloudRefusal."""
        return cls.get_api(context).call_for_list(SV_6)

    @classmethod
    def _admin(cls) -> User:
        return require_admin(cls.ADMIN, "works with platforms: set Platform.ADMIN to one")

    def _as_admin(self, operation: Operation) -> dict[str, Any]:
        require(self.platform_id is not None, f"{self!r} has not been registered.")
        return {"token": token_for(self._admin(), operation), "path": {"platform_id": self.platform_id}}

    def _permit(self, context: CloudContext, user: User, operation: Operation) -> None:
        require(self.platform_id is not None, f"{self!r} has not been registered.")
        require(user.user_id != -1, f"{user!r} has not been created.")
        self.get_api(context).call(
            operation,
            token=token_for(self._admin(), operation),
            body={"user_id": user.user_id, "platform_id": self.platform_id},
        )

    def _read_named(self, context: CloudContext, user: User, operation: Operation) -> dict[str, Any]:
        return self.get_api(context).call_for_object(
            operation, token=token_for(user, operation), path={"name": self.name}
        )

    @classmethod
    def _from_entry(cls, entry: Mapping[str, Any]) -> Platform:
        return cls(
            name=entry["name"],
            type=entry.get("type") or "",
            platform_id=entry["id"],
            worker_id="",
            specs=entry.get("specs") or {},
            **{name: entry.get(name) for name in ("status", "perfs", "description")},
        )
