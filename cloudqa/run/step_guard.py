"""What leaves a step or a hook: its exceptions as verdicts, its output without secrets."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from behave.capture import CaptureController
from behave.configuration import Configuration

from cloudqa.record.budget import BudgetSpent
from cloudqa.record.secrets import SecretRegistry
from cloudqa.report.explanations import show_skip
from cloudqa.report.verdicts import Kind, kind_of
from steps.api.errors import CloudRefusal, CloudUnreachable, PreconditionError, UnreadableAnswer


class CloudFailed(AssertionError):  # noqa: N818 - named after what happened
    """The cloud refused, did not answer, or answered nonsense where the scenario counted on it."""

    kind = Kind.RULE


class SuiteFault(RuntimeError):  # noqa: N818 - named after what happened
    """The suite asked for something that cannot be sent: our own bug, and shown with its traceback."""


class HiddenError(RuntimeError):
    """Stands for an error whose own text would show a secret: it has that text, with stand-ins."""

    kind = Kind.SUITE


def guarded(function: Callable[..., Any], secrets: SecretRegistry) -> Callable[..., Any]:
    """The step or hook, whose exceptions tell the cloud's failures from the suite's and carry no secret.

    behave shows an AssertionError as its sentence and anything else with a traceback. So a failure of the
    cloud becomes an AssertionError here, and a PreconditionError, which is one, stops being one.

    A scenario whose next job is beyond the budget is skipped from there on: nothing that it saw was wrong, or
    it would have failed before, and whether the rest is right is left open.
    """

    @functools.wraps(function)
    def step(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any step
        try:
            return function(*args, **kwargs)
        except BudgetSpent as spent:
            context = args[0]
            context.scenario.skip(str(spent))
            show_skip(context, str(spent))
        except (CloudRefusal, CloudUnreachable, UnreadableAnswer) as error:
            failure = CloudFailed(secrets.redact(str(error)))
            failure.kind = kind_of(error)
            raise failure from None
        except PreconditionError as error:
            raise SuiteFault(secrets.redact(str(error))) from without_secrets(error, secrets)
        except Exception as error:
            clean = without_secrets(error, secrets)
            if clean is error:
                raise
            raise clean from clean.__cause__

    return step


def without_secrets(error: BaseException, secrets: SecretRegistry) -> BaseException:
    """The error, with stand-ins for the secrets in its text and in those that led to it.

    Where that text is not made of the error's arguments, another error with the text takes its place.
    """
    return _cleaned(error, secrets, set())


def _cleaned(error: BaseException, secrets: SecretRegistry, seen: set[int]) -> BaseException:
    seen.add(id(error))
    suppressed = error.__suppress_context__
    for link in ("__cause__", "__context__"):
        behind = getattr(error, link)
        if behind is not None and id(behind) not in seen:
            setattr(error, link, _cleaned(behind, secrets, seen))
    error.__suppress_context__ = suppressed
    error.args = tuple(secrets.redact(arg) if isinstance(arg, str) else arg for arg in error.args)
    text = str(error)
    notes = [secrets.redact(str(note)) for note in getattr(error, "__notes__", ())]
    if secrets.redact(text) == text:
        if notes:
            error.__notes__ = notes
        return error
    stand_in = CloudFailed if isinstance(error, AssertionError) else HiddenError
    clean = stand_in(f"{type(error).__name__}: {secrets.redact(text)}").with_traceback(error.__traceback__)
    clean.kind = kind_of(error)
    clean.__cause__, clean.__context__ = error.__cause__, error.__context__
    clean.__suppress_context__ = suppressed
    return clean


class CaptureWithoutSecrets(CaptureController):  # type: ignore[misc]  # behave is untyped
    """behave's capture of what steps print and log, with stand-ins in the place of secrets."""

    def __init__(self, config: Configuration, secrets: SecretRegistry) -> None:
        super().__init__(config)
        self._secrets = secrets

    def make_captured(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - behave's own
        """What was captured so far, without secrets."""
        captured = super().make_captured(*args, **kwargs)
        if captured.has_output():
            for name in ("stdout", "stderr", "log"):
                setattr(captured, name, self._secrets.redact(getattr(captured, name)))
        return captured
