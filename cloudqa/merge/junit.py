"""JUnit of several shards, joined: a file a feature, as one run would have written it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

from cloudqa.errors import CannotRun
from cloudqa.report.files import JUNIT

_FILES = "TESTS-*.xml"
_COUNTED = ("tests", "errors", "failures", "skipped")


def join_junit(folders: Iterable[Path], into: Path) -> list[str]:
    """Write the files of all folders into one, in the place of what an earlier merge wrote there.

    A file that cannot be read, as a run that was killed may leave one, is left out: the answer has a sentence
    on each. Raises CannotRun where nothing can be written.
    """
    suites: dict[str, list[ElementTree.Element]] = defaultdict(list)
    problems = []
    for file in (file for folder in folders for file in sorted((folder / JUNIT).glob(_FILES))):
        try:
            suite = ElementTree.parse(file).getroot()
        except (ElementTree.ParseError, OSError) as error:
            problems.append(f"{file} cannot be read as JUnit, and is left out: {error}.")
        else:
            suites[file.name].append(suite)
    try:
        into.mkdir(parents=True, exist_ok=True)
        for stale in into.glob(_FILES):
            stale.unlink()
        for name, parts in suites.items():
            whole = ElementTree.ElementTree(_joined(parts))
            whole.write(into / name, encoding="utf-8", xml_declaration=True)
    except OSError as error:
        raise CannotRun(f"JUnit cannot be written to {into}: {error.strerror}.") from None
    return problems


def _joined(suites: Iterable[ElementTree.Element]) -> ElementTree.Element:
    first, *others = suites
    for other in others:
        first.extend(other.findall("testcase"))
        for name in _COUNTED:
            first.set(name, str(int(first.get(name, "0")) + int(other.get(name, "0"))))
        seconds = float(first.get("time", "0")) + float(other.get("time", "0"))
        first.set("time", str(round(seconds, 6)))
    return first
