"""The object layer is what its reference says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHECK = ROOT.parent / "shared" / "checks" / "reference_api"


@pytest.mark.skipif(
    not CHECK.exists(), reason="the reference of the object layer is not beside this checkout"
)
def test_object_layer_matches_its_reference() -> None:
    verdict = subprocess.run(
        [sys.executable, str(CHECK)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert verdict.returncode == 0, verdict.stdout
