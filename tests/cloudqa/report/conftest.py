"""The small suite and the standing sandbox of the tests of a run."""

from tests.cloudqa.run.conftest import small_suite, standing_sandbox

__all__ = ["small_suite", "standing_sandbox"]
