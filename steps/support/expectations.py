"""What a Then states: one observable fact, the rule that it stands for, expected and actual."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any

from steps.api.errors import NotTaken, RuleBroken
from steps.support.attempt import Outcome
from steps.support.rules import cite


class ExpectationFailed(RuleBroken):
    """The cloud did not do what a rule of the contract asks. `rules` are their ids."""

    def __init__(self, fact: str, expected: object, actual: object, rules: Sequence[str]) -> None:
        self.fact, self.expected, self.actual, self.rules = fact, expected, actual, tuple(rules)
        lines = [
            f"{', '.join(self.rules)}: {fact}",
            f"  expected: {_shown(expected)}",
            f"  actual:   {_shown(actual)}",
        ]
        lines += [f"  rule {cite(rule)}" for rule in self.rules]
        super().__init__("\n".join(lines))


class JobNotTaken(ExpectationFailed, NotTaken):
    """The job should have come to a status in the queue's time, and was not even taken by a worker."""


def expect_equal(fact: str, actual: object, expected: object, *rules: str) -> None:
    """State that `actual` equals `expected` and is of the same type (True is not 1); `fact` is a sentence."""
    if actual != expected or type(actual) is not type(expected):
        raise ExpectationFailed(fact, expected, actual, rules)


def expect_in(fact: str, actual: object, allowed: Container[object], *rules: str) -> None:
    """State that `actual` is one of `allowed`."""
    if actual not in allowed:
        raise ExpectationFailed(fact, allowed, actual, rules)


def expect_true(fact: str, condition: object, actual: object, *rules: str) -> None:
    """State a fact that no comparison of two values expresses; `actual` is what a reader needs to see."""
    if not condition:
        raise ExpectationFailed(fact, "true", actual, rules)


def expect_success(outcome: Outcome | None, *rules: str) -> Any:  # noqa: ANN401 - whatever was attempted
    """State that the attempt was not refused, and return its value."""
    done = _recorded(outcome)
    if done.refusal is not None:
        raise ExpectationFailed("the cloud should accept the request", 200, _refused(done), rules)
    done.keeps(*rules)
    return done.value


def expect_refusal(
    outcome: Outcome | None, status: int | Sequence[int], error: str | None, *rules: str
) -> None:
    """State that the attempt was refused with `status` (or one of them) and this `error` (None: any)."""
    done = _recorded(outcome)
    statuses = (status,) if isinstance(status, int) else tuple(status)
    wanted = f"{' or '.join(map(str, statuses))} {error if error is not None else '(any text)'}"
    if done.refusal is None:
        raise ExpectationFailed("the cloud should refuse the request", wanted, "200, accepted", rules)
    if done.refusal.status not in statuses or (error is not None and done.refusal.error != error):
        raise ExpectationFailed("the refusal should be the one of the rule", wanted, _refused(done), rules)
    done.keeps(*rules)


def expect_confirmed(outcome: Outcome | None, *rules: str) -> None:
    """State that the attempt was accepted with a `message` of `ok`, or null, which its schema allows too."""
    expect_success(outcome, *rules)
    body = _recorded(outcome).exchanges[-1].body
    message = body.get("message", "(absent)") if isinstance(body, dict) else body
    expect_in("the answer's message should be ok", message, ("ok", None), *rules)


def expect_accepted_or_refused(outcome: Outcome | None, status: int, *rules: str) -> None:
    """State that the attempt was accepted, or refused with `status`: the contract allows both."""
    done = _recorded(outcome)
    answer = done.refusal and done.refusal.status
    expect_in("the cloud should accept or refuse so", answer, (None, status), *rules)
    done.keeps(*rules)


def expect_invalid_field(
    outcome: Outcome | None, location: str, field: str, message: str | None, *rules: str
) -> None:
    """State that the attempt failed validation at `field` of `location` (json, query or form).

    The published form (422) and the observed one (400) are both accepted; `message` None accepts any text.
    """
    expect_refusal(outcome, (422, 400), None, *rules)
    refusal = _recorded(outcome).refusal
    detail = refusal.detail if refusal is not None else {}
    fields = detail.get(location)
    messages = fields.get(field) if isinstance(fields, dict) else None
    named = isinstance(messages, list) and bool(messages) and all(isinstance(text, str) for text in messages)
    if not named or (message is not None and message not in (messages or ())):
        wanted = (
            f"detail.{location}.{field} holding {message!r}"
            if message
            else f"messages in detail.{location}.{field}"
        )
        raise ExpectationFailed("the refusal should name the field", wanted, detail, rules)


def expect_every(expectations: Iterable[Callable[[], object]]) -> None:
    """State several facts, and tell of every one that does not hold; the failure names their rules alone."""
    failed: list[ExpectationFailed] = []
    for expectation in expectations:
        try:
            expectation()
        except ExpectationFailed as failure:
            failed.append(failure)
    if failed:
        facts = "; ".join(dict.fromkeys(failure.fact for failure in failed))
        expected, actual = ([getattr(one, name) for one in failed] for name in ("expected", "actual"))
        raise ExpectationFailed(
            facts, expected, actual, tuple(dict.fromkeys(rule for one in failed for rule in one.rules))
        )


def _recorded(outcome: Outcome | None) -> Outcome:
    assert outcome is not None, (
        "No When step of this scenario recorded an outcome: it must call world.attempt()."
    )
    return outcome


def _refused(outcome: Outcome) -> str:
    refusal = outcome.refusal
    return f"{refusal.status} {refusal.error!r} {refusal.detail}" if refusal is not None else "accepted"


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 2000 else f"{text[:2000]}… ({len(text)} characters)"
