"""The process that serves clouds with planted defects."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).parents[2]
DEFECT = "any-class-of-credential-is-taken"


class Process:
    """The process, spoken with in lines of JSON."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "defects"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def tell(self, *commands: dict[str, Any]) -> None:
        stream = self._open(self.process.stdin)
        stream.write(b"".join(json.dumps(command).encode() + b"\n" for command in commands))
        stream.flush()

    def hear(self) -> Any:  # noqa: ANN401 - any JSON
        return json.loads(self._open(self.process.stdout).readline())

    def end(self) -> int:
        self._open(self.process.stdin).close()
        self._open(self.process.stdout).read()
        return self.process.wait(10)

    @staticmethod
    def _open(stream: IO[bytes] | None) -> IO[bytes]:
        assert stream is not None
        return stream


@pytest.fixture
def clouds() -> Iterator[Process]:
    process = Process()
    yield process
    assert process.end() == 0


def is_up(cloud: dict[str, Any]) -> bool:
    try:
        with urllib.request.urlopen(f"{cloud['url']}/health", timeout=30) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def goes_down(cloud: dict[str, Any]) -> bool:
    """Whether it ends within the moment that it needs to see that its parent is gone."""
    deadline = time.monotonic() + 5
    while is_up(cloud) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_up(cloud)


def test_it_lists_the_defects(clouds: Process) -> None:
    clouds.tell({"list": True})
    listed = {entry["id"]: entry for entry in clouds.hear()["defects"]}
    assert listed[DEFECT]["rule"] == "A-4" and listed[DEFECT]["also"] == ["A-4.1", "PM-52"]


def test_clouds_come_when_asked_for_and_go_when_told(clouds: Process) -> None:
    clouds.tell({"start": 1, "defect": None}, {"start": 2, "defect": DEFECT})
    cloud = {answer["cloud"]: answer for answer in (clouds.hear(), clouds.hear())}
    assert is_up(cloud[1]) and is_up(cloud[2])
    assert cloud[1]["admin_email"] and cloud[1]["admin_password"] and cloud[1]["platform"] == "sim:qa"
    clouds.tell({"stop": 1}, {"start": 3, "defect": None})
    clouds.hear()
    assert not is_up(cloud[1]) and is_up(cloud[2])


def test_a_stop_may_come_at_any_time(clouds: Process) -> None:
    for number in range(30):
        clouds.tell({"start": number, "defect": None}, {"stop": number})
    for number in range(30, 40):
        clouds.tell({"start": number, "defect": None})
    for _ in range(10):
        number = clouds.hear()["cloud"]
        clouds.tell({"stop": number}, {"stop": number}, {"stop": 999})
    clouds.tell({"list": True})
    assert "defects" in clouds.hear()


def test_every_cloud_ends_with_the_process() -> None:
    process = Process()
    process.tell({"start": 1, "defect": None})
    cloud = process.hear()
    assert is_up(cloud)
    assert process.end() == 0
    assert not is_up(cloud)


def test_every_cloud_ends_where_the_process_is_killed() -> None:
    process = Process()
    process.tell({"start": 1, "defect": None})
    cloud = process.hear()
    process.process.kill()
    process.process.wait()
    assert goes_down(cloud)
    process.end()
