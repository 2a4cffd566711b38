"""The files that a run writes for others to read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from behave.configuration import Configuration
from behave.formatter.base import StreamOpener
from behave.reporter.junit import JUnitReporter

OPTION = "reports"
PAGE = "run.html"
JUNIT = "junit"
RECORD = "run.json"


def write_reports(config: Configuration) -> None:
    """With `-D reports=FOLDER`, write the page and JUnit there, besides whatever else the command line asks.

    It spares a command line of five options, whose order among the formatters matters.
    """
    folder = config.userdata.get(OPTION)
    if not folder:
        return
    config.format.insert(0, "html-pretty")
    config.outputs.insert(0, StreamOpener(str(Path(folder) / PAGE)))
    if not config.junit:
        config.junit = True
        config.junit_directory = str(Path(folder) / JUNIT)
        config.reporters.insert(0, JUnitReporter(config))


def record_path(config: Configuration) -> Path | None:
    """Where the run leaves its record; None where no reports are asked for."""
    folder = config.userdata.get(OPTION)
    return Path(folder) / RECORD if folder else None


def forget_record(config: Configuration) -> None:
    """Remove the record of an earlier run: where this one does not begin, nobody must take it for its own."""
    path = record_path(config)
    if path is not None:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def files_of(config: Configuration, *folders: Path) -> Iterator[Path]:
    """The files and folders that a run with this configuration writes, besides `folders`."""
    yield from folders
    yield from (Path(output.name) for output in config.outputs if output.name)
    if config.junit:
        yield Path(config.junit_directory)
    if folder := config.userdata.get(OPTION):
        yield Path(folder)
