"""Steps that behave in every way in which a step may."""

# mypy: disallow-untyped-decorators=False

from __future__ import annotations

import json
import threading
import time
import urllib.request
from typing import Any

from behave import given, then, when
from behave.runner import Context

from steps.support.expectations import expect_equal, expect_true

PATHS = {"health": "health", "status": "api/status", "home": "", "toolbox": "qt-openapi.json"}
PATHS["platforms"] = "api/platforms/public"


def is_sound(context: Context, name: str) -> bool:
    answer: Any = json.loads(urllib.request.urlopen(f"{context.world.cloud.url}/{PATHS[name]}").read())
    return "odd" not in (answer[0] if isinstance(answer, list) else answer)


@then("the cloud answers {name:w} as a sound one does")
def answers(context: Context, name: str) -> None:
    expect_true("the cloud should be sound", is_sound(context, name), "odd", *context.world.rules)


@then("the cloud answers {name:w} as a sound one does, for {rule}")
def answers_for(context: Context, name: str, rule: str) -> None:
    expect_true("the cloud should be sound", is_sound(context, name), "odd", rule)


@then("the cloud answers {name:w} as a sound one does, after a while")
def answers_after(context: Context, name: str) -> None:
    time.sleep(0.4)
    answers(context, name)


@then("a step breaks unless {name:w} is as a sound one's")
def breaks(context: Context, name: str) -> None:
    if not is_sound(context, name):
        raise ZeroDivisionError("the step itself is broken")


@then("a step never ends unless {name:w} is as a sound one's")
def hangs(context: Context, name: str) -> None:
    if not is_sound(context, name):
        threading.Event().wait()


@then("the scenario is red")
def red(context: Context) -> None:
    expect_equal("one should be two", 1, 2, "SV-3")


@when("the admin logs in")
def logs_in(context: Context) -> None:
    context.world.admin.log(context.world.cloud)


@given("something that cannot be taken away")
def cannot_be_taken_away(context: Context) -> None:
    context.world.undo.push("it", lambda: 1 // 0)
