"""What leaves a step: its exceptions as verdicts, its output without secrets."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from behave.capture import CaptureController
from behave.configuration import Configuration

from cloudqa.record.secrets import SecretRegistry
from steps.api.errors import CloudRefusal, CloudUnreachable, PreconditionError, UnreadableAnswer


class CloudFailed(AssertionError):  # noqa: N818 - named after what happened
    """The cloud refused, did not answer, or answered nonsense where the scenario counted on it."""


class SuiteFault(RuntimeError):  # noqa: N818 - named after what happened
    """The suite asked for something that cannot be sent: our own bug, and shown with its traceback."""


def guarded(function: Callable[..., Any], secrets: SecretRegistry) -> Callable[..., Any]:
    """The step function, whose exceptions tell the cloud's failures from the suite's and carry no secret.

    behave shows an AssertionError as its sentence and anything else with a traceback. So a failure of the
    cloud becomes an AssertionError here, and a PreconditionError, which is one, stops being one.
    """

    @functools.wraps(function)
    def step(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - any step
        try:
            return function(*args, **kwargs)
        except (CloudRefusal, CloudUnreachable, UnreadableAnswer) as error:
            raise CloudFailed(secrets.redact(str(error))) from None
        except PreconditionError as error:
            raise SuiteFault(secrets.redact(str(error))) from error
        except Exception as error:
            error.args = tuple(secrets.redact(arg) if isinstance(arg, str) else arg for arg in error.args)
            raise

    return step


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
