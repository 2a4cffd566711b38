"""behave's hooks: what happens around a scenario."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Sequence
from typing import Any

from behave.model import Scenario, Step
from behave.model_type import Status
from behave.runner import Context

from cloudqa.errors import CannotRun
from cloudqa.record.coverage import Rules
from cloudqa.record.secrets import SecretRegistry
from cloudqa.report.explanations import Cite, explain_clean_up, explain_step, name_pages, show_skip
from cloudqa.report.names import id_of, rules_of, short_id_of
from cloudqa.report.verdicts import Kind, kind_of
from cloudqa.run.settings import Mode
from cloudqa.run.step_guard import without_secrets
from cloudqa.run.target import Run

_SHARED = "shared_in_feature"


def begin(context: Context, rules: Rules) -> None:
    """Check that the suite's runner is at work, and keep secrets out of the log.

    `rules` reads those of the contract, for the run's coverage.
    """
    if not hasattr(context, "run"):
        raise CannotRun(
            "This suite needs the runner that behave.ini names: call behave in the project's root."
        )
    keep_secrets_out_of_the_log(context.run.secrets)
    context.run.coverage.rules = rules
    context.on_cleanup_error = tell_of_clean_up
    name_pages(context)


def may_run(context: Context, scenario: Scenario) -> bool:
    """Whether the scenario can run against this target; if not it is skipped, with the reason.

    Where the cloud is gone the whole run is ended, and the scenario stays untested.
    """
    if death := context.target.death():
        context.abort(reason=death)
        return False
    context.run.exchanges.clear()
    context.run.lost.begin_scenario()
    context.run.coverage.begin_scenario(short_id_of(scenario))
    if reason := why_not(scenario.effective_tags, context.run):
        scenario.skip(reason)
        show_skip(context, reason)
        return False
    context.run.ledger.scenario = id_of(scenario)
    return True


def shared_in_feature(context: Context, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - as `make` returns it
    """What the scenarios of the feature share: made for the first that is run, undone after the last.

    What `make` returns has an `undo` stack. A hook of features would do as well, but the parallel runner
    keeps to the files' order for those who have one.
    """
    layer: dict[str, Any] = context._select_stack_frame_by_layer("feature")
    if _SHARED not in layer:
        layer[_SHARED] = made = make()
        context.add_cleanup(clean_up, context, made.undo.unwind, layer="feature")
    return layer[_SHARED]


def explain(context: Context, step: Step, cite: Cite) -> None:
    """Show what explains a step that failed; `cite` gives a rule's sentence and line."""
    if step.status.has_failed():
        kind = judge(context, context.scenario, step.exception)
        explain_step(context, step, kind, rules_of(context.scenario), cite)


def count_judged(context: Context, step: Step) -> None:
    """Tell the coverage that a step is over; a Then that has passed has judged what it has read."""
    judged = step.step_type == "then" and step.status is Status.passed
    context.run.coverage.end_step(rules_of(context.scenario) if judged else ())


def clean_up(context: Context, unwind: Callable[[], None]) -> None:
    """Undo what the scenario made, unless the cloud that held it is gone."""
    if not context.target.death():
        unwind()


def tell_of_clean_up(context: Context, _action: object, error: Exception) -> None:
    """Show that a clean-up failed; behave calls this for each that did."""
    scenario = getattr(context, "scenario", None)
    kind = judge(context, scenario, error) if scenario else kind_of(error)
    explain_clean_up(context, without_secrets(error, context.run.secrets), kind)


def judge(context: Context, scenario: Scenario, error: BaseException | None) -> Kind:
    """Say why the scenario failed that raised this, and return it.

    Where an answer was lost before, a rule that seems to be broken may have been kept.
    """
    kind = kind_of(error)
    if kind is Kind.RULE and context.run.lost.in_scenario:
        kind = Kind.UNKNOWN
    context.verdicts.add(scenario, kind)
    return kind


def why_not(tags: Sequence[str], run: Run) -> str:
    """Why a scenario with these tags cannot run against this target; "" if it can."""
    if run.mode is Mode.READONLY and "readonly" not in tags:
        return "because it is not @readonly, and CLOUD_MODE=readonly runs nothing else"
    if run.mode is Mode.READONLY and "with_job_token" in tags and not run.job_token:
        return "because it needs CLOUD_JOB_TOKEN, and CLOUD_MODE=readonly makes no job token"
    if run.admin is None and "job_token_suffices" not in tags:
        return "because it needs an admin's credentials, and the settings give only a job token"
    if "embedded_only" in tags and not run.embedded:
        return "because it touches admins, which is done to the embedded sandbox only"
    if "destructive" in tags and run.mode is not Mode.FULL:
        return "because it is @destructive, which takes CLOUD_MODE=full"
    if "perceval" in tags and run.has_budget:
        return "because the jobs of the real client cannot be counted, and the run has a budget"
    if "perceval" in tags and importlib.util.find_spec("perceval") is None:
        return "because Perceval is not installed (`make perceval` installs it and runs them)"
    return ""


def keep_secrets_out_of_the_log(secrets: SecretRegistry) -> None:
    """Make every log record of this process pass through the registry."""
    plain = logging.getLogRecordFactory()

    def make_record(*args: object, **kwargs: object) -> logging.LogRecord:
        record = plain(*args, **kwargs)
        record.msg, record.args = secrets.redact(record.getMessage()), ()
        return record

    logging.setLogRecordFactory(make_record)
