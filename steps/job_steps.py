"""Jobs as their user sees them: submitted, watched, read, canceled, run again."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.api.cloud_objects import Job
from steps.api.operations import JB_1D, JB_2D, JB_3, JB_3D, JB_6D
from steps.support import jobs, permissions
from steps.support.cast import TYPES, the_job, the_platform, the_user
from steps.support.expectations import expect_equal, expect_in, expect_success, expect_true
from steps.support.job_states import expect_members_of, job_in_status
from steps.support.members import cells_of, expect_members, pairs_of, value_of
from steps.support.platforms import read_by_name
from steps.support.sweeps import try_job_operations

register_type(**TYPES)


@given("the user has a job in status {status:Status}")
def job_in(context: Context, status: str) -> None:
    """A job of the user on the platform has come to this status."""
    world = context.world
    world.job = job_in_status(world, status, the_user(world), the_platform(world))


@given("the user has a job that was canceled while it ran")
def job_canceled_while_it_ran(context: Context) -> None:
    """The worker had fetched the job and has acknowledged the order to stop."""
    world = context.world
    world.job = job_in_status(world, "canceled while it ran", the_user(world), the_platform(world))


@given("the user has a job in status {status:Status} with")
def job_in_with(context: Context, status: str) -> None:
    """The same, with members of the request from the table."""
    world = context.world
    members = jobs.request_members(pairs_of(world, context.table))
    world.job = job_in_status(world, status, the_user(world), the_platform(world), members)


@given("{who:User} has another job in status {status:Status}")
def other_job_in(context: Context, who: str, status: str) -> None:
    """A second job, of the same or another user, on the same platform."""
    world = context.world
    world.other_job = job_in_status(world, status, the_user(world, who), the_platform(world))


@given("the user has a job in status {status:Status} on the other platform")
def job_elsewhere(context: Context, status: str) -> None:
    """A second job, on the second platform."""
    world = context.world
    world.other_job = job_in_status(world, status, the_user(world), the_platform(world, "other_platform"))


@when("{who:User} submits a job")
def submit(context: Context, who: str) -> None:
    """A job with the default payload, on the platform."""
    jobs.submit(context.world, the_user(context.world, who), {})


@when("{who:User} submits another job")
def submit_another(context: Context, who: str) -> None:
    """A second job with the default payload, on the platform."""
    jobs.submit(context.world, the_user(context.world, who), {}, which="other_job")


@when("{who:User} submits a job on {which:Platform}")
def submit_on(context: Context, who: str, which: str) -> None:
    """A job on one of two platforms."""
    world = context.world
    jobs.submit(world, the_user(world, who), {}, platform=the_platform(world, which))


@when("{who:User} submits a job with {member:Member} set to {value:Value}")
def submit_with(context: Context, who: str, member: str, value: str) -> None:
    """A job that differs from the default in one member of the request."""
    world = context.world
    jobs.submit(world, the_user(world, who), {member: value_of(world, value)})


@when("{who:User} submits another job with {member:Member} set to {value:Value}")
def submit_another_with(context: Context, who: str, member: str, value: str) -> None:
    """A second job that differs from the default in one member of the request."""
    world = context.world
    jobs.submit(world, the_user(world, who), {member: value_of(world, value)}, which="other_job")


@when("{who:User} submits a job with")
def submit_with_table(context: Context, who: str) -> None:
    """A job with the members of the table."""
    world = context.world
    jobs.submit(world, the_user(world, who), pairs_of(world, context.table))


@when("{who:User} submits a job with the payload")
def submit_payload(context: Context, who: str) -> None:
    """A job with exactly the payload of the text."""
    world = context.world
    jobs.submit(world, the_user(world, who), {"payload": value_of(world, context.text)})


@when("{who:User} submits a job without {member:Member}")
def submit_without(context: Context, who: str, member: str) -> None:
    """A job whose request lacks a member, which may be dotted."""
    jobs.submit_without(context.world, the_user(context.world, who), [member])


@given("{who:User} has {count:d} waiting jobs")
def waiting_jobs(context: Context, who: str, count: int) -> None:
    """So many jobs of the user wait on the platform."""
    world = context.world
    world.jobs += jobs.submitted(world, the_user(world, who), count)


@given("{who:User} has as many waiting jobs as allowed")
def queue_full(context: Context, who: str) -> None:
    """The user's waiting jobs are at the cap that the availability shows."""
    jobs.fill_queue(context.world, the_user(context.world, who))


@given("{who:User} has as many waiting jobs as may run at once")
def queue_to_run(context: Context, who: str) -> None:
    """As many jobs of the user wait as the cap on running jobs allows to run."""
    jobs.fill_to_run(context.world, the_user(context.world, who))


@given("{who:User} has one more job in status waiting")
def one_more_waiting(context: Context, who: str) -> None:
    """A third job, called the new one."""
    world = context.world
    world.new_job = world.make.job(the_user(world, who), the_platform(world).name)


@given("{who:User} shows an explorer token")
def shows_explorer(context: Context, who: str) -> None:
    """From now on the user shows a token for looking on."""
    context.world.make.job_token(the_user(context.world, who), is_explorer_token=True)


@given("{who:User} shows another token of priority {priority:d}")
def shows_priority(context: Context, who: str, priority: int) -> None:
    """From now on the user shows a token of this priority."""
    context.world.make.job_token(the_user(context.world, who), priority=priority)


@given("the token that {who:User} shows is revoked")
def shown_token_revoked(context: Context, who: str) -> None:
    """The user shows another token from now on; the one before no longer works."""
    world = context.world
    user = the_user(world, who)
    user.job_tokens[-1].revoke(world.cloud, user)
    world.make.job_token(user)


@given("the admin lowers the priority of {who:User} to {priority:d}")
def lower_priority(context: Context, who: str, priority: int) -> None:
    """The user's priority is less than that of the user's tokens."""
    world = context.world
    the_user(world, who).update(world.cloud, world.admin, {"priority": priority})


@when("{who:User} raises the priority of the token to {priority:d}")
def raise_priority(context: Context, who: str, priority: int) -> None:
    """The token that the user shows gets another priority."""
    world = context.world
    user = the_user(world, who)
    user.job_tokens[-1].update(world.cloud, user, {"priority": priority})


@given("{who:User} runs as many toolbox jobs as allowed")
def runs_all_toolbox(context: Context, who: str) -> None:
    """The user's running toolbox jobs are at the cap that the availability shows."""
    jobs.fill_toolbox(context.world, the_user(context.world, who))


@given("{who:User} runs as many jobs as allowed")
def runs_all(context: Context, who: str) -> None:
    """The user's running jobs are at the cap that the availability shows."""
    jobs.fill_workers(context.world, the_user(context.world, who))


@given("{who:User} has asked to cancel {which:Job}")
def has_canceled(context: Context, who: str, which: str) -> None:
    """The user has asked for the job to be stopped, and the cloud has taken it."""
    world = context.world
    the_job(world, which).cancel(world.cloud, the_user(world, who))


@when("{who:User} cancels {which:Job}")
def cancel(context: Context, who: str, which: str) -> None:
    """The user asks for the job to be stopped."""
    world = context.world
    world.attempt(the_job(world, which).cancel, world.cloud, the_user(world, who))


@given("{who:User} has rerun {which:Job}")
def has_rerun(context: Context, who: str, which: str) -> None:
    """The new job is there."""
    world = context.world
    world.new_job = world.make.rerun(the_job(world, which), the_user(world, who))


@when("{who:User} reruns {which:Job}")
def rerun(context: Context, who: str, which: str) -> None:
    """The user asks for the job to be run again; what comes of it is the new job."""
    jobs.rerun(context.world, the_job(context.world, which), the_user(context.world, who), None)


@when("{who:User} reruns the new job as a third one")
def rerun_new(context: Context, who: str) -> None:
    """The user runs a rerun again; what comes of it is the other job."""
    world = context.world
    world.other_job = world.make.rerun(the_job(world, "new_job"), the_user(world, who))


@when("{who:User} cancels the oldest of them")
def cancel_oldest(context: Context, who: str) -> None:
    """The user asks for the first of many jobs to be stopped."""
    world = context.world
    world.attempt(world.jobs[0].cancel, world.cloud, the_user(world, who))


@given("the start of the job is noted")
def note_start(context: Context) -> None:
    """When the job started, to be compared with later."""
    world = context.world
    world.noted = jobs.status_of(world, the_job(world))["start_time"]


@given("the status of the job is noted")
def note_status(context: Context) -> None:
    """The whole status answer, to be compared with later."""
    world = context.world
    world.noted = jobs.status_of(world, the_job(world))


@when("{who:User} reruns {which:Job} with {member:Member} set to {value:Value}")
def rerun_with(context: Context, who: str, which: str, member: str, value: str) -> None:
    """The same, with one member of the original overridden."""
    world = context.world
    jobs.rerun(world, the_job(world, which), the_user(world, who), {member: value_of(world, value)})


@when("{who:User} tries to {action:JobAction} {which:Job}")
def try_on(context: Context, who: str, action: str, which: str) -> None:
    """One operation on a job, by someone who may not."""
    world = context.world
    world.outcome = jobs.tried(world, the_user(world, who), action, the_job(world, which))


@when("{who:User} tries to {action:JobAction} {which:Job} on the deprecated route")
def try_deprecated(context: Context, who: str, action: str, which: str) -> None:
    """The same on the route that Perceval still uses."""
    world = context.world
    world.outcome = jobs.tried(world, the_user(world, who), action, the_job(world, which), deprecated=True)


@when('{who:User} tries to {action:JobAction} a job with the id "{job_id}"')
def try_on_id(context: Context, who: str, action: str, job_id: str) -> None:
    """One operation on whatever stands for a job's id."""
    world = context.world
    world.outcome = jobs.tried(world, the_user(world, who), action, Job(job_id=job_id))


@when('{who:User} tries to {action:JobAction} a job with the id "{job_id}" on the deprecated route')
def try_on_id_deprecated(context: Context, who: str, action: str, job_id: str) -> None:
    """The same on the route that Perceval still uses."""
    world = context.world
    world.outcome = jobs.tried(world, the_user(world, who), action, Job(job_id=job_id), deprecated=True)


@when("every operation on jobs is tried with {credential:Credential}")
def try_every_operation(context: Context, credential: str) -> None:
    """All operations of a job token, twins included, with this credential instead."""
    context.world.outcomes = try_job_operations(context.world, credential)


@when("{who:User} asks for the results of {which:Job}")
def ask_results(context: Context, who: str, which: str) -> None:
    """The user reads the results, or is refused."""
    world = context.world
    world.attempt(the_job(world, which).get_results, world.cloud, the_user(world, who))


@given("someone with permission on the platform of the run")
def someone_on_run_platform(context: Context) -> None:
    """Whoever has the job token of the settings; where an admin can make one, a user with permission."""
    permissions.enter(context.world, permissions.user_of_the_run(context.world))


@when("{who:User} submits a job to the platform of the run")
def submit_to_run(context: Context, who: str) -> None:
    """A job with the default payload, where a worker is at work."""
    world = context.world
    jobs.submit_to(world, the_user(world, who), world.run.platform, {})


@when("{who:User} submits a job to the platform of the run with {member:Member} set to {value:Value}")
def submit_to_run_with(context: Context, who: str, member: str, value: str) -> None:
    """A job that differs from the default in one member of the request."""
    world = context.world
    members = {member: value_of(world, value)}
    jobs.submit_to(world, the_user(world, who), world.run.platform, members)


@when("{who:User} submits a job on the deprecated route")
def submit_deprecated(context: Context, who: str) -> None:
    """The route on which Perceval submits."""
    world = context.world
    jobs.submit_to(world, the_user(world, who), the_platform(world).name, {}, operation=JB_1D)


@when("{who:User} submits a job on the deprecated route with {member:Member} set to {value:Value}")
def submit_deprecated_with(context: Context, who: str, member: str, value: str) -> None:
    """The same, with one member of the request changed."""
    world = context.world
    members = {member: value_of(world, value)}
    jobs.submit_to(world, the_user(world, who), the_platform(world).name, members, operation=JB_1D)


@when("{who:User} reruns {which:Job} on the deprecated route")
def rerun_deprecated(context: Context, who: str, which: str) -> None:
    """The route on which Perceval reruns; what comes of it is the new job."""
    world = context.world
    jobs.rerun(world, the_job(world, which), the_user(world, who), None, operation=JB_6D)


@then("both routes show {who:User} the same status of {which:Job}")
def same_status(context: Context, who: str, which: str) -> None:
    """The status on the deprecated route equals the one on its successor."""
    world = context.world
    job, user = the_job(world, which), the_user(world, who)
    old, new = job.get_status(world.cloud, user, operation=JB_2D), job.get_status(world.cloud, user)
    expect_equal("the deprecated route should show the same", old, new, *world.rules)


@then("both routes show {who:User} the same result of {which:Job}")
def same_result(context: Context, who: str, which: str) -> None:
    """The result on the deprecated route equals the one on its successor."""
    world = context.world
    job, user = the_job(world, which), the_user(world, who)
    answers = (
        jobs.outcome_of_result(world, job, user, JB_3D),
        jobs.outcome_of_result(world, job, user, JB_3),
    )
    expect_equal("the deprecated route should show the same", answers[0], answers[1], *world.rules)


@then("{which:Job} comes to status {status:Status} while the run may wait")
def comes_to_in_time(context: Context, which: str, status: str) -> None:
    """A worker takes the job and ends it before the run's patience is over."""
    world = context.world
    jobs.come_to(world, the_job(world, which), status, world.run.queue_seconds)


@then("{which:Job} comes to an end while the run may wait")
def comes_to_an_end(context: Context, which: str) -> None:
    """The job gets a final status, whichever, before the run's patience is over."""
    world = context.world
    jobs.come_to_an_end(world, the_job(world, which), world.run.queue_seconds)


@then("the results of {which:Job} decode to an object with results")
def results_decode(context: Context, which: str) -> None:
    """The text of the results is what Perceval needs."""
    world = context.world
    jobs.expect_decoded(world, the_job(world, which), the_user(world), *world.rules)


@then("Perceval's user reads specs and type of the platform of the run")
def platform_of_the_run(context: Context) -> None:
    """The read by name holds what Perceval indexes without looking."""
    world = context.world
    outcome = read_by_name(world, world.run.platform, the_user(world))
    answer = expect_success(outcome, *world.rules)
    expect_members(
        "the platform should show these",
        answer,
        {"specs": "not null", "type": "a non-empty text"},
        *world.rules,
    )


@then("{which:Job} is in status {status:Status}")
def is_in_status(context: Context, which: str, status: str) -> None:
    """The job's owner reads this status."""
    world = context.world
    answer = jobs.status_of(world, the_job(world, which))
    expect_equal("the status of the job should be this", answer.get("status"), status, *world.rules)


@then("{which:Job} is in status {status:Status} or {other:Status}")
def is_in_one_of(context: Context, which: str, status: str, other: str) -> None:
    """The job's owner reads one of two statuses."""
    world = context.world
    answer = jobs.status_of(world, the_job(world, which))
    expect_in(
        "the status of the job should be one of these", answer.get("status"), (status, other), *world.rules
    )


@then("the status of the job is as noted")
def status_is_as_noted(context: Context) -> None:
    """No member of the status answer has changed."""
    world = context.world
    answer = jobs.status_of(world, the_job(world))
    expect_equal("the status of the job should not have changed", answer, world.noted, *world.rules)


@then("the start of the job is the noted one")
def start_is_the_noted_one(context: Context) -> None:
    """The job started once."""
    world = context.world
    start = jobs.status_of(world, the_job(world))["start_time"]
    expect_equal("the start of the job should not move", start, world.noted, *world.rules)


@then("within {seconds:g} seconds {which:Job} comes to status {status:Status}")
def comes_to(context: Context, seconds: float, which: str, status: str) -> None:
    """The job's owner reads this status before the time is up."""
    jobs.come_to(context.world, the_job(context.world, which), status, seconds)


@then("the admin sees {which:Job} in status {status:Status}")
def admin_sees(context: Context, which: str, status: str) -> None:
    """The admin's list has the job with this status."""
    world = context.world
    shown = jobs.status_in_list(world, the_job(world, which))
    expect_equal("the admin's list should show the status", shown, status, *world.rules)


@then("status and data of the job agree on when it was created and started")
def same_times(context: Context) -> None:
    """Epoch seconds in the one, UTC in words in the other, and the same instants."""
    jobs.expect_same_times(context.world, the_job(context.world), *context.world.rules)


@then("the job was created and started within the last minute")
def recent_times(context: Context) -> None:
    """Times are in seconds and of the right zone."""
    jobs.expect_recent(context.world, the_job(context.world), *context.world.rules)


@then("the new job is another job than the job")
def another_job(context: Context) -> None:
    """The rerun made a job with an id of its own."""
    world = context.world
    ids = (the_job(world, "new_job").job_id, the_job(world).job_id)
    expect_true("the new job should have an id of its own", ids[0] != ids[1], ids, *world.rules)


@then("the third job was made from the new job")
def third_from_new(context: Context) -> None:
    """The job of the second rerun names its parent, not the root."""
    world = context.world
    origin = jobs.data_of(world, the_job(world, "other_job")).get("rerun_from")
    expect_equal(
        "the job should name the one that was rerun",
        origin,
        the_job(world, "new_job").job_id,
        *world.rules,
    )


@then("the new job was made from the job")
def new_from_job(context: Context) -> None:
    """The job of the first rerun names the original."""
    world = context.world
    origin = jobs.data_of(world, the_job(world, "new_job")).get("rerun_from")
    expect_equal("the job should name the one that was rerun", origin, the_job(world).job_id, *world.rules)


@then("the status of {which:Job} shows")
def status_shows(context: Context, which: str) -> None:
    """Members of the status answer, as the job's owner reads it."""
    world = context.world
    answer = jobs.status_of(world, the_job(world, which))
    expect_members("the status should show", answer, cells_of(world, context.table), *world.rules)


@then("the data of {which:Job} show")
def data_show(context: Context, which: str) -> None:
    """Members of the job's data, as its owner reads them."""
    world = context.world
    answer = jobs.data_of(world, the_job(world, which))
    expect_members("the data should show", answer, cells_of(world, context.table), *world.rules)


@then("the result of {which:Job} shows")
def result_shows(context: Context, which: str) -> None:
    """Members of the result answer, as the job's owner reads it."""
    world = context.world
    answer = jobs.result_of(world, the_job(world, which))
    expect_members("the result should show", answer, cells_of(world, context.table), *world.rules)


@then("the status of the job has all that belongs to {status:Status}")
def status_is_complete(context: Context, status: str) -> None:
    """Every member of the status answer is as the contract's table has it."""
    world = context.world
    expect_members_of(status, jobs.status_of(world, the_job(world)), *world.rules)


@then("the status of the job has all that belongs to a job that was canceled while it ran")
def canceled_status_is_complete(context: Context) -> None:
    """As for any canceled job, with the times of its run."""
    world = context.world
    expect_members_of("canceled while it ran", jobs.status_of(world, the_job(world)), *world.rules)


@then("neither the job's answers nor the usage report hold a secret of the user")
def no_secrets(context: Context) -> None:
    """The tokens of the user are in none of the answers."""
    world = context.world
    jobs.expect_no_secret(world, the_job(world), the_user(world), *world.rules)


@then("{who:User} reads the published results of {which:Job}")
@then("{who:User} reads the published results of {which:Job} once more")
def reads_published(context: Context, who: str, which: str) -> None:
    """The user gets the text that the worker published for this job, which decodes to an object."""
    world = context.world
    jobs.expect_published(world, the_job(world, which), the_user(world, who), *world.rules)


@then("there are no final results of {which:Job} yet")
def no_final_results(context: Context, which: str) -> None:
    """Results are null, or refused, but never a part that looks final."""
    world = context.world
    jobs.expect_no_results(world, the_job(world, which), *world.rules)


@then("the payload of the job is the one that was sent")
def payload_unchanged(context: Context) -> None:
    """The data hold the payload as it was sent, to the order of its keys; but for the version's copy."""
    world = context.world
    jobs.expect_payload(world, the_job(world), jobs.data_of(world, the_job(world))["payload"], *world.rules)


@then("the payload of {which:Job} holds {member:Member} {value:Value}")
def payload_holds(context: Context, which: str, member: str, value: str) -> None:
    """One member of the payload, as the data show it."""
    world = context.world
    payload = jobs.data_of(world, the_job(world, which))["payload"]
    expect_equal("the payload should hold this", payload.get(member), value_of(world, value), *world.rules)


@then("the worker gets the payload that was sent")
def worker_gets_payload(context: Context) -> None:
    """The worker's fetch holds the payload as it was sent."""
    world = context.world
    jobs.expect_payload(world, the_job(world), the_job(world, "fetched").payload, *world.rules)


@then("{who:User} has {waiting:d} waiting and {running:d} running jobs")
def counts(context: Context, who: str, waiting: int, running: int) -> None:
    """The availability counts the user's jobs so, through each of the user's tokens."""
    world = context.world
    jobs.expect_counts(world, the_user(world, who), waiting, running, *world.rules)


@then("{who:User} has {running:d} running toolbox jobs")
def counts_toolbox(context: Context, who: str, running: int) -> None:
    """The availability counts the user's toolbox jobs so."""
    world = context.world
    answer = Job.availability(world.cloud, the_user(world, who))
    expect_equal("so many should run", answer.get("num_running_qt_jobs"), running, *world.rules)


@then("{who:User} has {credits:g} credits left")
def credits_left(context: Context, who: str, credits: float) -> None:
    """The admin reads so many credits in the user's record."""
    world = context.world
    record = the_user(world, who).read(world.cloud, world.admin)
    expect_members("the user should have so many credits", record, {"credits": f"{credits:g}"}, *world.rules)


@then("the availability of {who:User} has six whole numbers")
def availability_is_whole(context: Context, who: str) -> None:
    """All six members are integers."""
    world = context.world
    jobs.expect_availability(Job.availability(world.cloud, the_user(world, who)), *world.rules)


@then("the cloud refuses it for the cap on waiting jobs")
def refused_for_cap(context: Context) -> None:
    """The refusal names the cap that the availability shows."""
    jobs.expect_cap_refusal(context.world, the_user(context.world), *context.world.rules)


@then("the cloud refuses it for the cap on toolbox jobs")
def refused_for_toolbox_cap(context: Context) -> None:
    """The refusal names the cap that the availability shows."""
    jobs.expect_toolbox_refusal(context.world, the_user(context.world), *context.world.rules)


@then("no job of {who:User} has been made")
def no_job_made(context: Context, who: str) -> None:
    """Neither the counters nor the admin's list know a job of the user."""
    world = context.world
    jobs.expect_job_count(world, the_user(world, who), 0, *world.rules)


@then("{who:User} has {count:d} job in all")
@then("{who:User} has {count:d} jobs in all")
def jobs_in_all(context: Context, who: str, count: int) -> None:
    """So many jobs of the user are in the admin's list, whatever their status."""
    world = context.world
    jobs.expect_job_count(world, the_user(world, who), count, *world.rules)
