"""What a scenario leaves behind makes the run fail, and the scenario is named."""

from __future__ import annotations

import re

import pytest

from tests.cloudqa.run.conftest import SmallSuite

LEAKING = """
Feature: A small suite
  @QC-1
  Scenario: A tidy one
    Given {made}, and it is taken away

  @QC-2
  Scenario: One that leaks
    Given {made}
"""
STEPS = """
from behave import given, then, when
from steps.api.operations import TokenType
from steps.support.making import Maker
from steps.support.undo import UndoStack

def making(world, what):
    make, admin = Maker(world.run, world.names, world.noted), world.admin
    if what == "a user":
        make.user()
    elif what == "a platform":
        make.platform()
    elif what == "an API key without a label":
        make.api_key_of_body({})
    elif what == "a job token of the admin":
        make.job_token(admin)
    elif what == "a permission of the admin":
        make.permission(admin, make.platform())
    elif what == "a job in the hands of a worker":
        user, platform = world.make.user(), world.make.platform()
        world.make.permission(user, platform)
        world.make.job_token(user)
        make.job(user, platform.name)
        make.fetched(platform)

@given("{what}, and it is taken away")
def tidy(context, what):
    context.world.noted = context.world.undo
    making(context.world, what)

@given("{what}")
def untidy(context, what):
    context.world.noted = UndoStack()
    making(context.world, what)
"""
STEPS_WITH_A_JOB_TOKEN = """
from behave import given
from steps.api.operations import TK_2
from steps.support.making import Maker
from steps.support.undo import UndoStack

@given("another job token")
def another(context):
    world = context.world
    holder = world.make.token_holder()
    Maker(world.run, world.names, UndoStack()).job_token(holder, operation=TK_2)

@given("a job that is canceled")
def a_job(context):
    context.world.make.job(context.world.make.token_holder(), context.world.run.platform)
"""

TWO_LEAKS = """
Feature: A small suite
  @QC-1
  Scenario: One that leaks
    Given a user
  @QC-2
  Scenario: Another
    Given a platform
"""
STEPS_THAT_SEARCH = (
    STEPS
    + """
@when("one of everything is made")
def everything(context):
    world = context.world
    world.noted = world.undo
    for what in ("a user", "a platform", "an API key without a label", "a job in the hands of a worker"):
        making(world, what)
    making(world, "a job token of the admin")
    # A secret in the place of a name, and in that of an id.
    world.attempt(world.make.job_token, world.admin, label=world.admin.password)
    world.attempt(world.make.api_key, label=world.admin.get_token(TokenType.API_Key))
    world.attempt(world.make.platform, name=world.admin.password, worker_id=world.admin.password)

@then("no secret is in the ledger")
def searched(context):
    text, secrets = context.run.ledger.text(), context.run.secrets
    assert text.count("\\n") > 10, text
    assert secrets.redact(context.world.admin.password) != context.world.admin.password
    assert secrets.redact(text) == text, secrets.redact(text)
"""
)


def failures(output: str) -> list[str]:
    return [line for line in output.splitlines() if line.startswith("FAILED: ")]


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("a user", r"user \S+\+qa-\S+"),
        ("a platform", r"platform sim:qa-\S+"),
        ("an API key without a label", "API key unknown"),
        ("a job token of the admin", r"job token token-qa-\S+"),
        ("a permission of the admin", r"permission \d+ on \S+"),
        ("a job in the hands of a worker", r"job job-qa-\S+ \(cancel_requested\)"),
    ],
)
def test_leak_fails_the_run_and_names_the_scenario(small_suite: SmallSuite, made: str, told: str) -> None:
    small_suite.write(LEAKING.format(made=made), STEPS)
    status, output = small_suite.run()
    assert status != 0
    assert "2 scenarios passed" in output, output
    (line,) = failures(output)
    assert re.search(rf"FAILED: The run has left behind: .*{told}, made in @QC-2 features/small", line), line
    assert "@QC-1" not in line


def test_leak_in_a_cloud_that_stays_names_the_command_that_removes_it(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    small_suite.write(LEAKING.format(made="a user"), STEPS)
    status, output = small_suite.run(**standing_sandbox)
    assert status != 0
    (line,) = failures(output)
    command = re.search("`cloudqa sweep --run ([0-9a-f]{8})`", line)
    assert command is not None, line
    assert (small_suite.folder / ".cloudqa" / "ledger" / f"{command[1]}.jsonl").exists()


def test_leak_is_found_with_a_job_token_alone(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    feature = LEAKING.format(made="another job token").replace(", and it is taken away", "")
    small_suite.write(feature.replace("  @QC", "  @job_token_suffices @QC"), STEPS_WITH_A_JOB_TOKEN)
    given = {name: standing_sandbox[name] for name in ("CLOUD_URL", "CLOUD_JOB_TOKEN")}
    status, output = small_suite.run(**given, CLOUD_PLATFORM="sim:qa")
    assert status != 0
    (line,) = failures(output)
    assert re.search(r"job token token-qa-\S+, made in @QC-1 .*; job token token-qa-\S+, made in @QC-2", line)


def test_job_that_its_worker_stops_in_time_is_no_leak(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    feature = "Feature: One\n  @job_token_suffices\n  Scenario: A job\n    Given a job that is canceled\n"
    small_suite.write(feature, STEPS_WITH_A_JOB_TOKEN)
    given = {name: standing_sandbox[name] for name in ("CLOUD_URL", "CLOUD_JOB_TOKEN")}
    status, output = small_suite.run(**given, CLOUD_PLATFORM="sim:qa")
    assert status == 0, output
    assert not list((small_suite.folder / ".cloudqa" / "ledger").iterdir())


def test_leaks_of_several_processes_are_all_told(small_suite: SmallSuite) -> None:
    small_suite.write(TWO_LEAKS, STEPS)
    status, output = small_suite.run("--jobs", "2")
    assert status != 0
    (line,) = failures(output)
    assert re.search(r"user \S+, made in @QC-1 ", line), line
    assert re.search(r"platform \S+, made in @QC-2 ", line), line


def test_no_secret_of_a_run_is_in_its_ledger(small_suite: SmallSuite) -> None:
    steps = "    When one of everything is made\n    Then no secret is in the ledger\n"
    small_suite.write(f"Feature: One\n  Scenario: Two\n{steps}", STEPS_THAT_SEARCH)
    status, output = small_suite.run()
    assert status == 0, output
