"""Perceval, the program of the cloud's users: connected, submitting, waiting, canceling, as they do."""

from __future__ import annotations

from behave import given, register_type, then, when
from behave.runner import Context

from steps.support import real_client, serving
from steps.support.cast import TYPES, the_job, the_platform
from steps.support.expectations import expect_equal, expect_in, expect_success, expect_true
from steps.support.permissions import permitted_user

register_type(**TYPES)


@given("a platform that computes with Perceval")
def computing_platform(context: Context) -> None:
    """A platform of the scenario's own, whose worker computes jobs for as long as the scenario lasts."""
    idle_platform(context)
    start_worker(context)


@given("a platform for Perceval that no worker serves yet")
def idle_platform(context: Context) -> None:
    """A platform of the scenario's own, on which jobs wait."""
    context.world.platform = serving.idle_platform(context.world, "perceval")


@given("a platform that computes probabilities only")
def platform_for_probabilities(context: Context) -> None:
    """A platform of the scenario's own, whose worker has an answer to `probs` and to nothing else."""
    world = context.world
    world.platform = serving.idle_platform(world, "canned")
    serving.serve(world, the_platform(world), "canned")


@given("the platform takes one photon at most")
def one_photon(context: Context) -> None:
    """The platform's specs tell its users a limit."""
    world, platform = context.world, the_platform(context.world)
    specs = {**platform.specs, "constraints": {"max_photon_count": 1}}
    platform.update(world.cloud, {"specs": specs})


@given("a user who works with Perceval on it")
def user_with_perceval(context: Context) -> None:
    """A user with permission, whose Perceval is connected to the platform with their job token."""
    world = context.world
    world.user = permitted_user(world, the_platform(world))
    world.client = real_client.opened(world)


@given("the user has submitted the experiment with Perceval")
def has_submitted(context: Context) -> None:
    """A job is on its way, and Perceval does not wait for it."""
    context.world.job = real_client.submitted(context.world, "start", command="probs")


@when("the user submits a circuit without a value for its angle with Perceval")
def submit_nonsense(context: Context) -> None:
    """A job that Perceval sends, the cloud accepts, and no worker can compute."""
    context.world.job = real_client.submitted(context.world, "start_without_angle")


@given("the user has canceled the job with Perceval")
def has_canceled(context: Context) -> None:
    """The job is canceled, and Perceval has seen that it is: until then it would not run it again."""
    cancel(context)
    real_client.the_client(context.world).call("finish")


@when("the user cancels the job with Perceval")
def cancel(context: Context) -> None:
    """Perceval cancels the job that it has submitted."""
    real_client.the_client(context.world).call("cancel")


@when("the user tries to submit the experiment with Perceval")
def try_to_submit(context: Context) -> None:
    """Perceval may refuse by itself; what it says then is noted."""
    world = context.world
    world.noted = real_client.failure_of(real_client.the_client(world), "start", command="probs")


@when("a worker starts to serve the platform")
def start_worker(context: Context) -> None:
    """From now on the platform's jobs are computed with Perceval."""
    serving.serve(context.world, the_platform(context.world), "perceval")


@when("the user asks Perceval for the probabilities")
def ask_for_probabilities(context: Context) -> None:
    """Perceval submits, waits and fetches in one call."""
    context.world.attempt(real_client.the_client(context.world).call, "run", command="probs")


@when("the user asks Perceval for {count:d} counts")
def ask_for_counts(context: Context, count: int) -> None:
    """Perceval submits, waits and fetches in one call."""
    world = context.world
    world.attempt(real_client.the_client(world).call, "run", command="sample_count", counts=[count])


@when("the user asks Perceval for {count:d} samples")
def ask_for_samples(context: Context, count: int) -> None:
    """Perceval submits, waits and fetches in one call."""
    world = context.world
    world.attempt(real_client.the_client(world).call, "run", command="samples", counts=[count])


@when("the user asks Perceval's newer interface for {count:d} counts")
def ask_newer_interface(context: Context, count: int) -> None:
    """Perceval reads the status of the job hundreds of times a second until it is over."""
    world = context.world
    world.attempt(real_client.the_client(world).call, "execute", command="sample_count", counts=[count])


@when("the user scans the beam splitter with Perceval over")
def scan(context: Context) -> None:
    """One job with an iteration for each angle of the table."""
    world = context.world
    angles = [float(row["angle"]) for row in context.table]
    world.attempt(real_client.the_client(world).call, "scan", angles=angles)


@when("the user runs a group of {size:d} jobs with Perceval")
def run_group(context: Context, size: int) -> None:
    """Perceval submits the jobs as fast as the cloud has room for them, and waits for all."""
    context.world.attempt(real_client.the_client(context.world).call, "group", size=size)


@when("the user resumes the job by its id in a new session")
def resume(context: Context) -> None:
    """Another process of Perceval takes the job up, as after a night."""
    world = context.world
    world.client = real_client.opened(world)
    world.client.call("resume", job_id=the_job(world).job_id)


@given("the user has rerun the job with Perceval")
@when("the user reruns the job with Perceval")
def rerun(context: Context) -> None:
    """Perceval has the canceled or failed job done again."""
    context.world.new_job = real_client.submitted(context.world, "rerun")


@then("Perceval finds the photons always together")
def photons_together(context: Context) -> None:
    """The probabilities are those of the Hong-Ou-Mandel effect."""
    world = context.world
    real_client.expect_together(expect_success(world.outcome, *world.rules), *world.rules)


@then("Perceval finds the photons always together in each of {size:d} jobs")
def photons_together_in_each(context: Context, size: int) -> None:
    """Every job of the group has the probabilities of the Hong-Ou-Mandel effect."""
    world = context.world
    real_client.expect_all_together(expect_success(world.outcome, *world.rules), size, *world.rules)


@then("Perceval counts {total:d} times both photons together")
def photons_counted(context: Context, total: int) -> None:
    """The counts sum to the number, and none is of photons apart."""
    world = context.world
    real_client.expect_counted(expect_success(world.outcome, *world.rules), total, *world.rules)


@then("Perceval has {total:d} samples of both photons together")
def photons_sampled(context: Context, total: int) -> None:
    """The samples are as many, and in none the photons are apart."""
    world = context.world
    real_client.expect_sampled(expect_success(world.outcome, *world.rules), total, *world.rules)


@then("Perceval finds the photons apart, in this order, with the probabilities")
def photons_apart(context: Context) -> None:
    """One result an iteration, as the angles were given."""
    world = context.world
    apart = [float(row["probability"]) for row in context.table]
    real_client.expect_scanned(expect_success(world.outcome, *world.rules), apart, *world.rules)


@then("Perceval ends the job as {status:w}")
def ends_as(context: Context, status: str) -> None:
    """Perceval waits until the job is over, and understands how it ended."""
    world = context.world
    ended = real_client.the_client(world).call("finish")
    expect_equal("Perceval should understand how the job ended", ended, status, *world.rules)


@then("Perceval has the results of the job")
def has_results(context: Context) -> None:
    """The results are those of the Hong-Ou-Mandel effect."""
    world = context.world
    real_client.expect_together(real_client.the_client(world).call("results"), *world.rules)


@then("the new job is another one than the job")
def another_job(context: Context) -> None:
    """The rerun has an id of its own."""
    world = context.world
    ids = (the_job(world, "new_job").job_id, the_job(world).job_id)
    expect_true("the rerun should have an id of its own", ids[0] != ids[1], ids, *world.rules)


@then('Perceval tells the user that "{words}"')
def tells(context: Context, words: str) -> None:
    """What the cloud says of the failure reaches the user."""
    world = context.world
    told = real_client.failure_of(real_client.the_client(world), "results")
    expect_in("Perceval should tell the user why the job failed", words, told, *world.rules)


@then('Perceval refuses the experiment because of "{words}"')
def refuses(context: Context, words: str) -> None:
    """Perceval knows the platform's limits from the cloud, and sends nothing that is beyond them."""
    world = context.world
    expect_in("Perceval should know the platform's limit", words, world.noted, *world.rules)
