"""The state of one scenario, in one typed place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from steps.support.attempt import Outcome, attempt
from steps.support.making import Maker
from steps.support.names import Names
from steps.support.run import Run
from steps.support.undo import UndoStack

if TYPE_CHECKING:
    from steps.api.cloud_objects import ApiKey, Job, JobToken, Platform, User
    from steps.api.perceval_client import PercevalClient
    from steps.api.utils import CloudContext
    from steps.support.crowd import Crowd
    from steps.support.races import Race
    from steps.support.rounds import Round


@dataclass
class World:
    """Everything that the steps of one scenario share. A step reads and writes its fields, nothing else.

    `rules` are the scenario's `@rule.` tags: the rules that its expectations stand for unless a step names
    its own. `other_user`, `other_token`... are the second of a kind, for stories of two. `new_job` is what a
    rerun made, `fetched` what a worker got, `other_worker` a second worker of `platform`; `jobs_fetched` is
    what many fetches got, `published` the results by the job's id, and `noted` what a step sent or read, to
    be compared with what is read later. `outcomes` are those of a When that tries several
    things, `tokens` those of a story of many, both by a word of the feature. `client` is the user's Perceval.
    `crowd` are many users and workers, `rounds` and `races` what came of things that were done at once.
    """

    run: Run
    rules: Sequence[str]
    undo: UndoStack = field(default_factory=UndoStack)
    outcome: Outcome | None = None
    user: User | None = None
    other_user: User | None = None
    token: JobToken | None = None
    other_token: JobToken | None = None
    key: ApiKey | None = None
    platform: Platform | None = None
    other_platform: Platform | None = None
    job: Job | None = None
    other_job: Job | None = None
    new_job: Job | None = None
    fetched: Job | None = None
    other_worker: Platform | None = None
    jobs: list[Job] = field(default_factory=list)
    jobs_fetched: list[Job] = field(default_factory=list)
    published: dict[str, str] = field(default_factory=dict)
    noted: Any = None
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    tokens: dict[str, JobToken] = field(default_factory=dict)
    client: PercevalClient | None = None
    crowd: Crowd | None = None
    rounds: list[Round] = field(default_factory=list)
    races: list[Race] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.names = Names(self.run.run_id)
        self.make = Maker(self.run, self.names, self.undo)

    @property
    def cloud(self) -> CloudContext:
        """The cloud under test."""
        return self.run.cloud

    @property
    def admin(self) -> User:
        """The admin. Where the target gives none, a scenario that needs one has been skipped before."""
        assert self.run.admin is not None, "This scenario needs an admin, but is tagged @job_token_suffices."
        return self.run.admin

    def attempt(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Call `action` and record what came of it as the scenario's outcome."""
        self.outcome = attempt(action, *args, **kwargs)
