"""behave's hooks: a few lines that call cloudqa.run."""

from behave.model import Scenario, Step
from behave.runner import Context

from cloudqa.report.names import rules_of
from cloudqa.run import hooks
from steps.support.rules import all_rules, cite
from steps.support.shared import Shared
from steps.support.world import World


def before_all(context: Context) -> None:
    hooks.begin(context, all_rules)


def before_scenario(context: Context, scenario: Scenario) -> None:
    if hooks.may_run(context, scenario):
        context.shared = hooks.shared_in_feature(context, lambda: Shared(context.run))
        context.world = World(context.run, rules_of(scenario))
        context.add_cleanup(hooks.clean_up, context, context.world.undo.unwind)


def after_step(context: Context, step: Step) -> None:
    hooks.explain(context, step, cite)
    hooks.count_judged(context, step)
