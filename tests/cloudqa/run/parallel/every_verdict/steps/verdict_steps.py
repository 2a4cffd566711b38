"""Steps with every verdict."""

# mypy: disallow-untyped-decorators=False

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path

from behave import given, step, then, when
from behave.api.pending_step import PendingStepError
from behave.runner import Context
from behave_html_pretty_formatter import PrettyHTMLFormatter  # type: ignore[import-untyped]


class Strange(Exception):  # noqa: N818 - it is
    """An error that cannot be pickled, with a note."""

    def __init__(self, one: int, *, other: object) -> None:
        super().__init__(f"strange {one}", lambda: other)
        self.other = open  # neither can this
        self.add_note("a note about it")

    def __str__(self) -> str:
        return "a strange error"


@step("it is so")
def so(context: Context) -> None:
    assert context.made_in_before_all


@when("{count:d} things are counted")
def counted(context: Context, count: int) -> None:
    assert count == 3


@step('it fails with "{text}"')
def fails(context: Context, text: str) -> None:
    assert text == "", f"It failed with {text}."


@step('it passes with "{text}"')
def passes(context: Context, text: str) -> None:
    assert text


@when("it fails without a word")
def fails_without_a_word(context: Context) -> None:
    raise AssertionError


@when("it goes wrong")
def goes_wrong(context: Context) -> None:
    int("no number")


@when("it goes wrong because of another error")
def goes_wrong_because(context: Context) -> None:
    try:
        os.environ["NO SUCH VARIABLE"]
    except KeyError as error:
        raise ValueError("there was\nanother error") from error


@when("it goes wrong with a strange error")
def goes_wrong_strangely(context: Context) -> None:
    raise Strange(1, other=context)


@when("it is pending")
def pending(context: Context) -> None:
    raise PendingStepError("it is to be written")


@when("it skips itself")
def skips(context: Context) -> None:
    context.scenario.skip("because it says so")


@when("it gets")
def gets(context: Context) -> None:
    assert [row["name"] for row in context.table] == ["a", "b"]


@when("it reads")
def reads(context: Context) -> None:
    assert context.text


@step('it prints "{text}"')
def prints(context: Context, text: str) -> None:
    print(text)


@when('it warns "{text}"')
def warns(context: Context, text: str) -> None:
    print(text, file=sys.stderr)


@when('it logs "{text}"')
def logs(context: Context, text: str) -> None:
    logging.getLogger("a.logger").warning(text)


@when('it attaches "{text}" as "{media_type}"')
def attaches(context: Context, text: str, media_type: str) -> None:
    context.attach(media_type, text.encode())
    for formatter in context._runner.formatters:
        if isinstance(formatter, PrettyHTMLFormatter):
            formatter.embed("text", text, caption=f"attached as {media_type}")


@when('it embeds "{text}" in the page')
def embeds(context: Context, text: str) -> None:
    for formatter in context._runner.formatters:
        if formatter.name == "html-pretty":
            context.embedded = formatter.embed("text", text, caption="first")
            formatter.current_scenario.current_step.set_commentary(False)


@when("it changes what it has embedded")
def changes(context: Context) -> None:
    if "embedded" in context:
        context.embedded.set_data("text", "something else", "later")


@when("it runs a step that fails")
def runs_a_step(context: Context) -> None:
    context.execute_steps('When it prints "within"\nThen it fails with "within a step"')


@given("a clean-up that goes wrong")
def cleanup(context: Context) -> None:
    def clean_up() -> None:
        raise RuntimeError("the clean-up of a scenario goes wrong")

    context.add_cleanup(clean_up)


@then("nobody else is at work")
def nobody_else(context: Context) -> None:
    """Workers of this run share a parent; in a run of one process that is whoever started it."""
    workers = [pid for pid, parent in families() if parent == os.getppid() and runs_behave(pid)]
    assert workers == [os.getpid()], f"{workers} are at work"


def families() -> list[tuple[int, int]]:
    """Each process with its parent."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            found.append((int(folder.name), parent))
    return found


def runs_behave(pid: int) -> bool:
    """Whether a process runs behave."""
    with contextlib.suppress(OSError):
        return b"behave" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False
