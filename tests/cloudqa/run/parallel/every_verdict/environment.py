"""Hooks that go wrong where a tag says so."""

from __future__ import annotations

from behave.model import Feature, Rule, Scenario, Step
from behave.runner import Context


class HookFailed(Exception):  # noqa: N818 - named after what happened
    """Raised by a hook."""


def fail_if(tag: str, tags: list[str]) -> None:
    """Go wrong where the tag is among the tags."""
    if tag in tags:
        raise HookFailed(f"the tag {tag} asks for it")


def clean_up_wrongly() -> None:
    """Go wrong."""
    raise HookFailed("the clean-up goes wrong")


def before_all(context: Context) -> None:
    print("before_all prints")
    context.made_in_before_all = "made in before_all"


def after_all(context: Context) -> None:
    print("after_all prints")


def before_feature(context: Context, feature: Feature) -> None:
    fail_if("before_feature_fails", feature.tags)
    if "hook_skips_feature" in feature.tags:
        feature.skip("because a hook says so")
    if "feature_cleanup_fails" in feature.tags:
        context.add_cleanup(clean_up_wrongly)
    context.of_the_feature = feature.name


def after_feature(context: Context, feature: Feature) -> None:
    fail_if("after_feature_fails", feature.tags)


def before_rule(context: Context, rule: Rule) -> None:
    fail_if("before_rule_fails", rule.tags)
    if "rule_cleanup_fails" in rule.tags:
        context.add_cleanup(clean_up_wrongly)


def after_rule(context: Context, rule: Rule) -> None:
    fail_if("after_rule_fails", rule.tags)


def before_scenario(context: Context, scenario: Scenario) -> None:
    assert context.made_in_before_all and context.of_the_feature == scenario.feature.name
    fail_if("before_scenario_fails", scenario.tags)
    if "hook_skips" in scenario.tags:
        scenario.skip("because a hook says so")
    if "hook_prints" in scenario.tags:
        print("before_scenario prints")


def after_scenario(context: Context, scenario: Scenario) -> None:
    fail_if("after_scenario_fails", scenario.tags)
    if "hook_prints" in scenario.tags:
        print("after_scenario prints")


def before_step(context: Context, step: Step) -> None:
    fail_if("before_step_fails", context.scenario.tags)


def after_step(context: Context, step: Step) -> None:
    fail_if("after_step_fails", context.scenario.tags)
    if "hook_attaches" in context.scenario.tags:
        context.attach("text/plain", b"attached by after_step")


def before_tag(context: Context, tag: str) -> None:
    fail_if("before_tag_fails", [tag])


def after_tag(context: Context, tag: str) -> None:
    fail_if("after_tag_fails", [tag])
