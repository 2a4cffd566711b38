"""The small suite of the tests of a run."""

from tests.cloudqa.run.conftest import small_suite

__all__ = ["small_suite"]
