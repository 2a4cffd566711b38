"""With the redaction switched off, the search finds what a run would have given away."""

from __future__ import annotations

import pytest

from tests.cloudqa.run.conftest import STEPS, SmallSuite

FEATURE = """
Feature: A small suite
  Scenario: Tells a secret
    Given the cloud answers
    Then a secret is told
"""
TELLING = (
    STEPS
    + """
from behave import then

@then("a secret is told")
def tell(context):
    user = context.world.make.user()
    print("made", user.password)
    raise AssertionError("the password is " + user.password)
"""
)
NO_REDACTION = """
from cloudqa.record.secrets import SecretRegistry
SecretRegistry.redact = SecretRegistry.redact_message = lambda self, text: text
"""
REPORTS = ("-D", "reports=out", "-f", "json", "-o", "more/out.json", "-f", "plain")


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_secrets_in_files_and_on_the_console_are_found(small_suite: SmallSuite, jobs: str) -> None:
    small_suite.write(FEATURE, TELLING + NO_REDACTION)
    status, output = small_suite.run(*REPORTS, "--jobs", jobs)
    assert status == 1
    for place in ("out/run.html", "out/junit/TESTS-small.xml", "more/out.json", "What the run printed"):
        assert f"FAILED: {place} holds " in output, output
    assert "shown elsewhere as <" in output


@pytest.mark.parametrize("place", ["reports/a.log", ".cloudqa/ledger/a.jsonl"])
def test_find_fails_a_run_in_which_all_else_passes(small_suite: SmallSuite, place: str) -> None:
    logging = f"import pathlib\npathlib.Path('{place}').write_text(context.run.admin.password)\n"
    steps = STEPS.replace("    service.health", "    " + logging.replace("\n", "\n    ") + "service.health")
    small_suite.write(steps=steps)
    status, output = small_suite.run()
    assert "1 scenario passed, 0 failed" in output
    assert f"FAILED: {place} holds 1 secret in clear, shown elsewhere as <password " in output
    assert status == 1


def test_with_the_redaction_nothing_is_found(small_suite: SmallSuite) -> None:
    small_suite.write(FEATURE, TELLING)
    status, output = small_suite.run(*REPORTS)
    assert status == 5
    assert "in clear" not in output
    assert "the password is <password" in output


def test_what_a_step_prints_past_the_capture_is_redacted(small_suite: SmallSuite) -> None:
    small_suite.write(FEATURE, TELLING)
    _, output = small_suite.run("--no-capture")
    assert "made <password" in output
    assert "in clear" not in output


def test_credential_of_the_settings_is_shown_as_its_variable(
    small_suite: SmallSuite, standing_sandbox: dict[str, str]
) -> None:
    steps = STEPS.replace(
        "    service.health",
        "    from steps.api.cloud_objects import Job, JobToken, User\n"
        "    user = User()\n"
        "    user.job_tokens.append(JobToken(token=context.run.job_token))\n"
        "    Job.availability(context.world.cloud, user)\n"
        "    assert False, context.run.job_token\n"
        "    service.health",
    )
    feature = "Feature: One\n  @job_token_suffices\n  Scenario: One\n    Given the cloud answers\n"
    small_suite.write(feature, steps)
    token = standing_sandbox["CLOUD_JOB_TOKEN"]
    status, output = small_suite.run(
        CLOUD_URL=standing_sandbox["CLOUD_URL"], CLOUD_JOB_TOKEN=token, CLOUD_PLATFORM="sim:qa"
    )
    assert status == 5
    assert '-H "Authorization: Bearer $CLOUD_JOB_TOKEN"' in output
    assert "ASSERT FAILED: $CLOUD_JOB_TOKEN" in output
    assert token not in output


def test_password_that_cannot_be_hidden_in_text_is_told(small_suite: SmallSuite) -> None:
    status, output = small_suite.run(
        CLOUD_URL="http://qa:secretly@127.0.0.1:9",
        CLOUD_ADMIN_EMAIL="qa@x.example",
        CLOUD_ADMIN_PASSWORD="admin",
    )
    assert status == 2
    assert "Note: CLOUD_ADMIN_PASSWORD is short or a plain word" in output
    assert "CLOUD_URL holds a user or a password" in output
    assert "secretly" not in output
