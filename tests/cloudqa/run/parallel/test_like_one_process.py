"""Everything that a run with workers prints and writes is what a run of one process prints and writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cloudqa.run.parallel.conftest import Suite

TEXTS = ("plain", "pretty", "json", "json.pretty", "rerun", "tags", "steps.usage", "steps.catalog")
PROGRESS = ("progress", "progress2", "progress3")
PAGE = "behave_html_pretty_formatter:PrettyHTMLFormatter"
ALL_SCENARIOS = (
    "19 scenarios passed, 11 failed, 7 error, 5 hook_error, 2 cleanup_error, 8 skipped, 4 untested"
)

# What no two runs have in common, and nothing else.
DIFFERENT_EACH_TIME = (
    (r"\b\d+\.\d{2,}s\b", "SECONDS"),
    (r'"duration": [-\d.e]+', "DURATION"),
    (r'\b(time|timestamp)="[^"]*"', r"\1"),
    (r"\b0x[0-9a-f]{6,}", "ADDRESS"),
    (r"Took \d+min .*", "TOOK"),
    (r"(Started|Finished): [^<]*|Duration: [\d.]+", "WHEN"),
    (r"(embed_|embed_button_|toggle_hash\(')[0-9a-f]{8}|(id|data-embed-id)=\"[0-9a-f]{8}\"", "EMBED"),
)


def results(suite: Suite, jobs: int, *arguments: str) -> dict[str, str]:
    """Everything that came of a run, by the name of its file, without what differs each time."""
    folder = suite.folder / f"jobs-{jobs}"
    status, output = suite.run("--jobs", str(jobs), *arguments, "--junit", "--junit-directory", str(folder))
    files = {file.name: file.read_text() for file in folder.iterdir()}
    return {name: common(text) for name, text in {**files, "output": output, "status": str(status)}.items()}


def written(suite: Suite, jobs: int, formats: tuple[str, ...]) -> list[str]:
    """The arguments that have each format written to a file."""
    folder = suite.folder / f"jobs-{jobs}"
    return [
        word
        for name in formats
        for word in ("--format", name, "--outfile", str(folder / name.split(":")[-1]))
    ]


def common(text: str) -> str:
    for pattern, stand_in in DIFFERENT_EACH_TIME:
        text = re.sub(pattern, stand_in, text)
    return re.sub(r"jobs-\d", "JOBS", text)


def compare(suite: Suite, formats: tuple[str, ...], *arguments: str) -> dict[str, str]:
    """Run with one process and with eight workers, hold all against each other, and return it."""
    one = results(suite, 1, *written(suite, 1, formats), *arguments)
    many = results(suite, 8, *written(suite, 8, formats), *arguments)
    assert one.keys() == many.keys()
    for name, text in one.items():
        assert many[name] == text, name
    return many


def test_texts_json_and_junit_are_the_same(every_verdict: Suite) -> None:
    found = compare(every_verdict, TEXTS)
    assert found["status"] == "1"
    assert ALL_SCENARIOS in found["output"]
    assert {name for name, text in found.items() if len(text) < 100} <= {"status"}
    assert len([name for name in found if name.startswith("TESTS-")]) == 11
    for text in ("an expectation", "a strange error", "the clean-up goes wrong"):
        assert any(text in one for one in found.values()), text


def test_progress_is_the_same(every_verdict: Suite) -> None:
    # behave's own progress formatters cannot show that a clean-up went wrong.
    found = compare(every_verdict, PROGRESS, "--tags", "not @never and not @not_in_progress")
    assert "FAILURE in step 'it fails with \"an expectation\"'" in found["progress3"]
    assert all(len(found[name].splitlines()) > 10 for name in PROGRESS)


def test_page_is_the_same_with_its_attachments(every_verdict: Suite) -> None:
    # The formatter itself stumbles over a hook of a step that went wrong.
    found = compare(every_verdict, (PAGE,), "--tags", "not @never and not @not_in_html")
    page = found["PrettyHTMLFormatter"]
    assert page.count("attached as text/plain") == 2
    assert "something else" in page
    assert len(page) > 100_000


@pytest.mark.parametrize(
    ("arguments", "summary"),
    [
        (("--show-skipped",), ALL_SCENARIOS),
        (("--no-skipped",), ALL_SCENARIOS),
        (("--no-capture",), ALL_SCENARIOS),
        (("--capture-hooks",), ALL_SCENARIOS),
        (("--stop",), "1 scenario passed, 1 failed, 0 skipped, 54 untested"),
        (("--name", "Alone", "--name", "either"), "1 scenario passed"),
        (("--tags", "@serial"), "1 scenario passed, 1 failed"),
        (("--tags", "@never"), "2 scenarios passed, 1 failed"),
        (("--dry-run",), "0 scenarios passed"),
        (("features/h_rules.feature:20", "features/k_last.feature"), "3 scenarios passed, 2 failed"),
        (("@some.features",), "3 scenarios passed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_options_of_behave_mean_the_same(
    every_verdict: Suite, arguments: tuple[str, ...], summary: str
) -> None:
    (every_verdict.folder / "some.features").write_text(
        "features/k_last.feature\nfeatures/d_after_feature.feature\n"
    )
    found = compare(every_verdict, TEXTS, *arguments)
    assert summary in found["output"]


def test_run_without_a_scenario_is_the_same(every_verdict: Suite) -> None:
    found = compare(every_verdict, ("plain",), "--tags", "@nobody_has_it")
    assert found["status"] == "0"
    assert "0 scenarios passed" in found["output"]


def test_every_file_of_a_large_run_is_in_feature_order(suite: Suite, tmp_path: Path) -> None:
    many = "".join(f"  Scenario: {number}\n    Given it is\n" for number in range(300))
    suite.write(f"Feature: Many\n{many}", "@given('it is')\ndef it_is(context):\n    pass\n")
    found = compare(suite, ("plain",))
    assert re.findall(r"Scenario: (\d+)", found["plain"]) == [str(number) for number in range(300)]
