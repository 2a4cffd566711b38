"""Faults of the queue: which job a worker gets (Q), and what a priority is worth (PR)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from defects.defect import breaks
from defects.handling import Original, refuse
from defects.planting import Ground, with_field
from sandbox.cloud import Cloud
from sandbox.json_text import Json
from sandbox.routes import shapes, workers
from sandbox.routes.calls import Call
from sandbox.routes.kinds import Integer
from sandbox.rules import admission, credentials, jobs, lifecycle, publication, queue, tokens, users
from sandbox.rules.credentials import Caller
from sandbox.rules.refusals import RefusalError, bad_request, forbidden
from sandbox.store import jobs_table, tokens_table, users_table
from sandbox.store.database import Database
from sandbox.store.records import Token, User

ORDER = "ORDER BY priority DESC, created, sequence"
WAITING = "status = 'waiting' AND platform_id = :platform_id"
CAPPED = """AND user_id NOT IN (
    SELECT user_id FROM jobs WHERE status IN ('running', 'cancel_requested', 'suspended') \
GROUP BY user_id HAVING count(*) >= :cap
)"""


@breaks("Q-1", "A worker gets jobs of all platforms", known_as="D092")
def worker_gets_jobs_of_all_platforms(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", WAITING, "status = 'waiting' AND :platform_id != ''")


@breaks("Q-1", "A worker gets jobs of all platforms that it is registered on", known_as="D092")
def worker_gets_jobs_of_all_its_platforms(ground: Ground) -> None:
    ground.sql(
        jobs_table,
        "CLAIM",
        WAITING,
        "status = 'waiting' AND (platform_id = :platform_id OR platform_id IN "
        "(SELECT platform_id FROM platform_workers WHERE worker_id = :worker_id))",
    )


@breaks("Q-2", "The newest job goes first")
def newest_job_goes_first(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", ORDER, "ORDER BY priority DESC, created DESC, sequence DESC")


@breaks("Q-2", "Jobs go in no order", also=("PR-5",))
def jobs_go_in_no_order(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", ORDER, "ORDER BY job_id")


@breaks("Q-2", "Jobs go by their users, not by their age")
def jobs_go_by_their_users(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", ORDER, "ORDER BY priority DESC, user_id, created, sequence")


@breaks("Q-3", "A job goes to all workers that fetch within half a second", also=("J2.2",), known_as="D091")
def job_goes_to_all_at_once(ground: Ground) -> None:
    ground.sql(
        jobs_table,
        "CLAIM",
        WAITING,
        "(status = 'waiting' OR (status = 'running' AND worker_id != :worker_id AND started > :now - 0.5)) "
        "AND platform_id = :platform_id",
    )


@breaks("Q-4", "A user may run any number of jobs at once", also=("LM-2",))
def user_runs_any_number_of_jobs(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", "count(*) >= :cap", "count(*) < 0 AND :cap > 0")


@breaks("Q-4", "A user may run one job more than the cap", also=("LM-2",))
def user_runs_one_job_more(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", "count(*) >= :cap", "count(*) > :cap")


@breaks("Q-4", "A user at the cap blocks everyone who comes later")
def user_at_the_cap_blocks_everyone(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", CAPPED, "")
    ground.sql(jobs_table, "CLAIM", ") RETURNING", f") {CAPPED} RETURNING")


@breaks("Q-4", "Jobs that are to be canceled don't count against the cap on running jobs", also=("LM-2",))
def canceled_jobs_do_not_count_as_running(ground: Ground) -> None:
    ground.sql(
        jobs_table,
        "CLAIM",
        "('running', 'cancel_requested', 'suspended') GROUP",
        "('running', 'suspended') GROUP",
    )


@breaks("Q-4", "The cap on running jobs counts those on the worker's platform only", also=("LM-2",))
def cap_counts_by_platform(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", "GROUP BY user_id", "AND platform_id = :platform_id GROUP BY user_id")


@breaks("Q-5", "An empty queue is told with another text", also=("WK-1.1",), known_as="D094")
def empty_queue_has_another_text(ground: Ground) -> None:
    ground.set(queue, "NO_WAITING_JOB", "No job")


@breaks("Q-5", "An empty queue is 400", also=("WK-1.1",), known_as="D094")
def empty_queue_is_a_bad_request(ground: Ground) -> None:
    ground.wrap(queue.fetch, _as_bad_request)


def _as_bad_request(original: Original, *args: object) -> object:
    try:
        return original(*args)
    except RefusalError as refusal:
        raise bad_request(refusal.error) from None


@breaks("Q-6", "Any worker publishes for any job", also=("WK-2.1",), known_as="D103")
def any_worker_publishes(ground: Ground) -> None:
    ground.replace(publication.is_fetching_worker, lambda *_: True)


@breaks("Q-6", "Only the API key that fetched a job publishes for it", also=("AK-1.6",))
def only_the_fetching_key_publishes(ground: Ground) -> None:
    shown: list[Sequence[bytes]] = [()]
    fetched: dict[str, Sequence[bytes]] = {}

    def authenticate(original: Original, cloud: Cloud, headers: Sequence[bytes], *args: object) -> object:
        shown[0] = tuple(headers)
        return original(cloud, headers, *args)

    def fetch(original: Original, call: Call) -> Json:
        answer = original(call)
        fetched[answer["job_id"]] = shown[0]
        return answer

    ground.wrap(credentials.authenticate, authenticate)
    ground.wrap(workers.fetch, fetch)
    ground.wrap(
        workers.publish,
        lambda original, call: (
            original(call) if fetched.get(call.path["job_id"], shown[0]) == shown[0] else refuse(forbidden())
        ),
    )


def _counted_in(ground: Ground, statuses: Sequence[str]) -> None:
    """Have the availability count these statuses as running."""
    ground.set(lifecycle, "CONCURRENT", tuple(statuses))


@breaks("Q-7", "Suspended jobs don't count as running")
def suspended_jobs_do_not_count(ground: Ground) -> None:
    _counted_in(ground, (lifecycle.RUNNING, lifecycle.CANCEL_REQUESTED))


@breaks("Q-7", "Jobs that are to be canceled don't count as running")
def jobs_to_be_canceled_do_not_count(ground: Ground) -> None:
    _counted_in(ground, (lifecycle.RUNNING, lifecycle.SUSPENDED))


@breaks("Q-7", "Running jobs count as waiting, too", also=("JB-7",))
def running_jobs_count_as_waiting(ground: Ground) -> None:
    ground.wrap(
        jobs.availability,
        lambda original, cloud, user: replace(
            numbers := original(cloud, user),
            num_jobs_in_queue=numbers.num_jobs_in_queue + numbers.num_concurrent_jobs,
        ),
    )


@breaks("Q-7", "The waiting jobs of a user count on one platform only", also=("JB-7.3", "LM-1"))
def waiting_jobs_count_on_one_platform(ground: Ground) -> None:
    ground.text(
        jobs_table.count,
        "SELECT count(*) FROM jobs WHERE user_id = ? AND status IN (",
        "SELECT count(*) FROM jobs WHERE platform_id = (SELECT platform_id FROM jobs WHERE user_id = ?1 "
        "ORDER BY sequence LIMIT 1) AND user_id = ?1 AND status IN (",
    )


@breaks("PR-1", "A token may have any priority", also=("TK-2.2", "PR-2", "TK-4.1"), known_as="D038")
def token_may_have_any_priority(ground: Ground) -> None:
    ground.replace(tokens.priority_is_allowed, lambda *_: True)


@breaks("PR-1", "The refusal of a priority is worded otherwise", also=("TK-2.2", "PR-2"), known_as="D038")
def refused_priority_is_worded_otherwise(ground: Ground) -> None:
    ground.text(
        tokens.require_acceptable,
        "Can't assign priority higher than user priority",
        "Priority higher than user priority",
    )


@breaks("PR-1", "A priority above the user's is lowered to it", also=("TK-2.2",), known_as="D038")
def high_priority_is_lowered(ground: Ground) -> None:
    ground.wrap(
        tokens.generate_for,
        lambda original, cloud, owner, members: original(
            cloud, owner, {**members, "priority": min(members.get("priority", 0), owner.priority)}
        ),
    )


@breaks("PR-2", "The priority of an update is not checked", also=("TK-4.1",))
def priority_of_an_update_is_not_checked(ground: Ground) -> None:
    ground.wrap(
        tokens.require_acceptable,
        lambda original, cloud, owner, priority, label, token_id: original(
            cloud, owner, priority if token_id is None else None, label, token_id
        ),
    )


@breaks("PR-2", "A priority of an update above the user's is taken and forgotten", also=("TK-4.1", "TK-4.2"))
def high_priority_of_an_update_is_forgotten(ground: Ground) -> None:
    def update(original: Original, cloud: Cloud, token: Token, members: Mapping[str, Json]) -> None:
        owner = users_table.find(cloud.db, token.user_id)
        if owner is not None and members.get("priority", 0) > owner.priority:
            members = {name: members[name] for name in members if name != "priority"}
        original(cloud, token, members)

    ground.wrap(tokens.update, update)


@breaks("PR-3", "A priority equal to the user's is refused", known_as="D041")
def equal_priority_is_refused(ground: Ground) -> None:
    ground.replace(tokens.priority_is_allowed, lambda priority, owner: priority < max(owner.priority, 1))


@breaks("PR-4", "The cap on a token's priority is that of the caller", known_as="D040")
def cap_of_the_priority_is_the_caller_s(ground: Ground) -> None:
    callers: list[User] = []

    def generate(original: Original, cloud: Cloud, caller: Caller, members: Mapping[str, Json]) -> object:
        callers[:] = [caller.user]
        return original(cloud, caller, members)

    ground.wrap(tokens.generate, generate)
    ground.wrap(
        tokens.priority_is_allowed,
        lambda original, priority, owner: original(priority, callers[0] if callers else owner),
    )


@breaks("PR-5", "The smaller priority goes first", also=("Q-2", "PR-7"))
def smaller_priority_goes_first(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", ORDER, "ORDER BY priority, created, sequence")


@breaks("PR-5", "Priorities are not looked at", also=("Q-2", "PR-7"))
def priorities_are_not_looked_at(ground: Ground) -> None:
    ground.sql(jobs_table, "CLAIM", ORDER, "ORDER BY created, sequence")


class _AnyPriority(Integer):
    def take(self, value: Json) -> Json:
        return max(0, value) if type(value) is int else super().take(value)


@breaks("PR-6", "A negative priority of a new token is taken", also=("TK-2.7",))
def negative_priority_is_taken(ground: Ground) -> None:
    ground.wrap(
        shapes.token_generate,
        lambda original, longest: with_field(original(longest), "priority", kind=_AnyPriority()),
    )


@breaks("PR-6", "A negative priority of an update is taken", also=("TK-4.5",))
def negative_priority_of_an_update_is_taken(ground: Ground) -> None:
    ground.field(shapes.TOKEN_UPDATE, "priority", kind=_AnyPriority())


@breaks("PR-7", "A job's priority is that of its creation", also=("PR-8",))
def priority_is_that_of_the_creation(ground: Ground) -> None:
    ground.replace(jobs_table.reprioritize, lambda *_: None)


@breaks("PR-7", "A job's priority is that of its token, whatever the user's")
def priority_is_that_of_the_token(ground: Ground) -> None:
    ground.replace(admission.effective_priority, lambda token, user: token.priority)
    ground.text(jobs_table.reprioritize, "min(tokens.priority, users.priority)", "tokens.priority")


@breaks("PR-7", "A job's priority is that of its user, whatever the token's", also=("PR-5",))
def priority_is_that_of_the_user(ground: Ground) -> None:
    ground.replace(admission.effective_priority, lambda token, user: user.priority)
    ground.text(jobs_table.reprioritize, "min(tokens.priority, users.priority)", "users.priority")


@breaks("PR-7", "A user's new priority does not count for jobs that wait already")
def new_priority_of_a_user_comes_too_late(ground: Ground) -> None:
    ground.wrap(
        jobs_table.reprioritize,
        lambda original, db, column, value: original(db, column, value) if column == "token_id" else None,
    )


def _forgets_priority_with(ground: Ground, losing: Callable[..., None], jobs_of: str) -> None:
    """Have waiting jobs fall to priority 0 when their token goes; `jobs_of` says whose they are."""

    def lose(original: Original, db: Database, *args: object) -> None:
        original(db, *args)
        db.run(f"UPDATE jobs SET priority = 0 WHERE status = 'waiting' AND {jobs_of}")

    ground.wrap(losing, lose)


@breaks("PR-8", "The priority of a revoked token counts no more")
def priority_of_a_revoked_token_is_lost(ground: Ground) -> None:
    revoked = "token_id IN (SELECT token_id FROM tokens WHERE is_revoked = 1)"
    _forgets_priority_with(ground, tokens_table.update, revoked)


@breaks("PR-8", "The priority of a deleted token counts no more")
def priority_of_a_deleted_token_is_lost(ground: Ground) -> None:
    deleted = "token_id IN (SELECT token_id FROM tokens WHERE deleted = 1)"
    _forgets_priority_with(ground, tokens_table.mark_deleted, deleted)


@breaks("PR-9", "A user's priority is 0 by default", also=("US-1.7",))
def default_priority_of_a_user_is_zero(ground: Ground) -> None:
    ground.set(users, "DEFAULT_PRIORITY", 0)


@breaks("PR-10", "A token's priority is 1 by default", also=("TK-2.4",))
def default_priority_of_a_token_is_one(ground: Ground) -> None:
    ground.set(tokens, "DEFAULT_PRIORITY", 1)


@breaks("PR-10", "A token's priority is its user's by default", also=("TK-2.4",))
def default_priority_of_a_token_is_the_user_s(ground: Ground) -> None:
    ground.wrap(
        tokens.generate_for,
        lambda original, cloud, owner, members: original(
            cloud, owner, {"priority": owner.priority, **members}
        ),
    )
