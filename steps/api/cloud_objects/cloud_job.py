"""Jobs: created, watched, canceled and run again by a user; listed and canceled in bulk by an admin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from steps.api.cloud_objects.cloud_base import (
    ACloudObject,
    all_pages,
    require,
    require_admin,
    set_attributes,
    token_for,
)
from steps.api.operations import JA_1, JA_2, JB_1, JB_2, JB_3, JB_4, JB_5, JB_6, JB_7, Operation
from steps.api.utils import Api, CloudContext

if TYPE_CHECKING:
    from steps.api.cloud_objects.cloud_user import User

_DEFAULT_PLATFORM_NAME = "sim:qa"

# The experiment of Hong, Ou and Mandel, two photons on a beam splitter, as Perceval 0.12.0 writes it. Later
# versions understand it too.
_DEFAULT_PAYLOAD: dict[str, Any] = {
    "command": "probs",
    "circuit": ":PCVL:zip:eJyzCnAO87FydM4sSi7NLLFydfTM9K9wdI7MSg52DsyO9AkNCtWu9DANqMj3cg50"
    "hAPP9GwvBM+xEKgWwXPxRFELAAdTHXM=",
    "input_state": ":PCVL:BasicState:|1,1>",
    "parameters": {"min_detected_photons": 2},
    "max_shots": 10000,
    "job_context": None,
}


class Job(ACloudObject):
    """A computation on a platform.

    Args:
        platform_name: the platform to run on.
        job_name: a name for people.
        payload: command, circuit, parameters and so on; None means a copy of `DEFAULT_PAYLOAD`.
        pcvl_version: the version of Perceval that wrote the payload.
        process_id: one id for the jobs of one process; None draws a new UUID.
        job_id: its id, "" before it is created.
        _: further attributes.

    A job from `Platform.fetch_job` also has `platform_id` and `max_duration`, one from `Job.list_all` also
    `platform_id`, `user_id` and `status`.
    """

    JOB_NAME_KEY = "job_name"
    PLATFORM_NAME_KEY = "platform_name"
    PAYLOAD_KEY = "payload"
    PCVL_VERSION_KEY = "pcvl_version"
    PROCESS_ID_KEY = "process_id"
    DEFAULT_PLATFORM_NAME = _DEFAULT_PLATFORM_NAME
    DEFAULT_PAYLOAD = _DEFAULT_PAYLOAD
    SHOWN = ("job_id", "job_name", "platform_name")

    platform_id: str | None
    max_duration: int | None
    user_id: int | None
    status: str | None

    def __init__(
        self,
        platform_name: str = _DEFAULT_PLATFORM_NAME,
        job_name: str = "qa_job",
        payload: Mapping[str, Any] | None = None,
        pcvl_version: str | None = "0.12.0",
        process_id: str | None = None,
        job_id: str = "",
        **_: Any,  # noqa: ANN401 - additional attributes, as the reference has it
    ) -> None:
        self.platform_name = platform_name
        self.job_name = job_name
        self.payload: dict[str, Any] = deepcopy(dict(self.DEFAULT_PAYLOAD if payload is None else payload))
        self.pcvl_version = pcvl_version
        self.process_id = str(uuid4()) if process_id is None else process_id
        self.job_id = job_id
        set_attributes(self, _)

    @classmethod
    def get_api(cls, context: CloudContext) -> Api:
        """The client of the job endpoints."""
        return Api(context)

    def create(
        self,
        context: CloudContext,
        user: User,
        create_dict: Mapping[str, Any] | None = None,
        *,
        operation: Operation = JB_1,
    ) -> None:
        """Create the job and take over its id (JB-1; JB-1d by `operation`).

        `create_dict` overrides members of the body and adds others; `{"platform_name": None}` sends null.
        Raises PreconditionError where the user has no job token, CloudRefusal where the cloud refuses.
        """
        body = {
            self.PLATFORM_NAME_KEY: self.platform_name,
            self.JOB_NAME_KEY: self.job_name,
            self.PAYLOAD_KEY: self.payload,
            self.PCVL_VERSION_KEY: self.pcvl_version,
            self.PROCESS_ID_KEY: self.process_id,
            **(create_dict or {}),
        }
        answer = self.get_api(context).call_for_object(
            operation, "job_id", token=token_for(user, operation), body=body
        )
        self.job_id = answer["job_id"]

    def read(self, context: CloudContext, user: User) -> dict[str, Any]:
        """Read all that the cloud stores about the job (JB-4).

        Raises PreconditionError where the job was not created or the user has no job token, CloudRefusal
        where the cloud refuses.
        """
        return self._ask(context, user, JB_4)

    def cancel(self, context: CloudContext, user: User, *, operation: Operation = JB_5) -> dict[str, Any]:
        """Cancel the job, and return the cloud's answer (JB-5; JB-5d by `operation`). Raises as `read`."""
        return self._ask(context, user, operation)

    def get_status(self, context: CloudContext, user: User, *, operation: Operation = JB_2) -> dict[str, Any]:
        """Read the job's status, progress and times (JB-2; JB-2d by `operation`). Raises as `read`."""
        return self._ask(context, user, operation)

    def get_results(
        self, context: CloudContext, user: User, *, operation: Operation = JB_3
    ) -> dict[str, Any]:
        """Read the job's results (JB-3; JB-3d by `operation`). Raises as `read`.

        The member `results` is JSON text, as the cloud sends it, or None before the end.
        """
        return self._ask(context, user, operation)

    def rerun(
        self,
        context: CloudContext,
        user: User,
        rerun_dict: Mapping[str, Any] | None = None,
        *,
        operation: Operation = JB_6,
    ) -> Job:
        """Run the failed or canceled job again, as a new Job (JB-6; JB-6d by `operation`). Raises as `read`.

        `rerun_dict` may override `job_name`, `payload` and `platform_id`; None sends no body. The new
        object has no `platform_name` where the rerun named another platform by its id.
        """
        answer = self._ask(context, user, operation, "job_id", body=rerun_dict)
        changed = {name: value for name, value in (rerun_dict or {}).items() if value is not None}
        if "platform_id" in changed:
            changed[self.PLATFORM_NAME_KEY] = ""
        if not isinstance(changed.get(self.PAYLOAD_KEY, {}), Mapping):
            # A cloud that takes such a payload is at fault, and whoever asked for it judges that.
            del changed[self.PAYLOAD_KEY]
        kept = (
            self.PLATFORM_NAME_KEY,
            self.JOB_NAME_KEY,
            self.PAYLOAD_KEY,
            self.PCVL_VERSION_KEY,
            self.PROCESS_ID_KEY,
        )
        return Job(**{**{name: getattr(self, name) for name in kept}, **changed, "job_id": answer["job_id"]})

    @classmethod
    def availability(cls, context: CloudContext, user: User) -> dict[str, Any]:
        """Read how many jobs the user may have waiting and running, and has (JB-7).

        Raises PreconditionError where the user has no job token, CloudRefusal where the cloud refuses.
        """
        return cls.get_api(context).call_for_object(JB_7, token=token_for(user, JB_7))

    @classmethod
    def cancel_many(cls, context: CloudContext, jobs: Iterable[Job], admin: User) -> dict[str, Any]:
        """Cancel jobs of any users, and return the cloud's answer with the status of each (JA-2).

        Raises PreconditionError where `admin` is none or a job was not created, CloudRefusal where the cloud
        refuses.
        """
        require_admin(admin, "cancels jobs in bulk")
        jobs = list(jobs)
        for job in jobs:
            job.require_created()
        return cls.get_api(context).call_for_object(
            JA_2, token=token_for(admin, JA_2), body={"job_ids": [job.job_id for job in jobs]}
        )

    @classmethod
    def list_all(cls, context: CloudContext, admin: User) -> list[Job]:
        """Every job of every user (JA-1), page by page, as objects with an empty payload.

        They also have `platform_id`, `user_id` and `status`. Raises PreconditionError where `admin` is none,
        CloudRefusal where the cloud refuses.
        """
        entries = all_pages(lambda limit, offset: cls.list_page(context, admin, limit=limit, offset=offset))
        return [cls.from_answer({**entry, cls.PAYLOAD_KEY: {}}) for entry in entries]

    @classmethod
    def list_page(
        cls,
        context: CloudContext,
        admin: User,
        *,
        limit: int | None = None,
        offset: int | None = None,
        status: str | None = None,
        user_id: int | None = None,
        platform_name: str | None = None,
    ) -> list[dict[str, Any]]:
        """One page of every user's jobs, as the cloud answers it (JA-1). What is None is not sent.

        Raises PreconditionError where `admin` is none, CloudRefusal where the cloud refuses.
        """
        require_admin(admin, "lists the jobs of all users")
        query = {
            "limit": limit,
            "offset": offset,
            "status": status,
            "user_id": user_id,
            cls.PLATFORM_NAME_KEY: platform_name,
        }
        return cls.get_api(context).call_for_list(JA_1, "job_id", token=token_for(admin, JA_1), query=query)

    @classmethod
    def from_answer(cls, answer: Mapping[str, Any]) -> Job:
        """The job that an answer of WK-1 or an entry of JA-1 describes."""
        return cls(
            platform_name=answer.get(cls.PLATFORM_NAME_KEY) or "",
            job_name=answer.get(cls.JOB_NAME_KEY) or "",
            payload=answer[cls.PAYLOAD_KEY],
            pcvl_version=answer.get(cls.PCVL_VERSION_KEY),
            process_id=answer.get(cls.PROCESS_ID_KEY) or "",
            job_id=answer["job_id"],
            **{
                name: answer[name]
                for name in ("platform_id", "max_duration", "user_id", "status")
                if name in answer
            },
        )

    def require_created(self) -> None:
        """Raise PreconditionError unless the job has an id."""
        require(self.job_id, f"{self!r} has not been created.")

    def _ask(
        self,
        context: CloudContext,
        user: User,
        operation: Operation,
        *members: str,
        body: object = None,
    ) -> dict[str, Any]:
        self.require_created()
        return self.get_api(context).call_for_object(
            operation, *members, token=token_for(user, operation), path={"job_id": self.job_id}, body=body
        )
