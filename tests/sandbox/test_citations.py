"""The sandbox cites the contract's page: every id is on it, and every operation of it has a route."""

import re
from pathlib import Path

import pytest

from sandbox.routes.table import OPERATIONS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
SOURCES = sorted((ROOT / "sandbox").rglob("*.py"))
TESTS = sorted((ROOT / "tests" / "sandbox").rglob("*.py"))

RULE = re.compile(r"^- \*\*([A-Z]{1,2}-?[0-9]+d?(?:\.[0-9]+)?)\*\* († )?(.+)$", re.MULTILINE)
# An id in a text: JB-1.12, AT-8d, A-7.2, Q-3, J10.1, T6.
CITED = re.compile(r"\b(?:[A-Z]{1,2}-[0-9]+d?|[JT][0-9]+)(?:\.[0-9]+)?\b")
ROUTE = re.compile(r"\b(GET|POST|PUT|DELETE) `?(/[^`\s]*)`")
TWIN = re.compile(r"\((?:id )?([A-Z]{2}-[0-9]+d)\)")
SECTION_SIGN = "\N{SECTION SIGN}"

# A search that finds less than this is broken, or the sandbox no longer says what its rules stand for.
LEAST_CITATIONS = 400
LEAST_IDS = 250

RULES = {identifier: text for identifier, _, text in RULE.findall(PAGE)}
TABLE = {(operation.method, operation.path): operation.id for operation in OPERATIONS}


def operation_rules() -> list[tuple[str, str, str]]:
    """Return the id, method and path of each route that a rule of the page defines."""
    return [
        (identifier, method, path)
        for identifier, text in RULES.items()
        if "." not in identifier and re.match("GET|POST|PUT|DELETE", text)
        for method, path in ROUTE.findall(text.partition(": ")[0])
    ]


def test_page_is_read_whole() -> None:
    assert len(RULES) == len(re.findall(r"^- \*\*[A-Z]", PAGE, re.MULTILINE))
    assert {"JB-1.12", "A-7.2", "Q-3", "J10.1", "T6", "AT-8d"} <= set(RULES)


@pytest.mark.parametrize("file", SOURCES + TESTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_rule_that_the_sandbox_cites_is_on_the_page(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert SECTION_SIGN not in text
    assert set(CITED.findall(text)) - set(RULES) == set()


def test_the_sandbox_cites_many_rules() -> None:
    cited = [rule for file in SOURCES for rule in CITED.findall(file.read_text(encoding="utf-8"))]
    assert len(cited) >= LEAST_CITATIONS
    assert len(set(cited)) >= LEAST_IDS


def test_every_operation_of_the_page_has_its_route() -> None:
    rules = operation_rules()
    assert len(rules) >= 60
    for identifier, method, path in rules:
        wanted = {"PL-3": "PF-5"}.get(identifier, identifier)
        assert TABLE.get((method, path)) == wanted, f"{identifier} {method} {path}"
    assert set(TABLE.values()) == {identifier for identifier, _, _ in rules} - {"PL-3"}


def test_every_deprecated_path_of_the_page_has_its_route() -> None:
    aliases = [text for identifier, text in RULES.items() if re.fullmatch("AL-([1-9]|10)", identifier)]
    assert len(aliases) == 10
    for text in aliases:
        (route,), twin = ROUTE.findall(text)[:1], TWIN.search(text)
        assert twin is not None, text
        assert TABLE.get(route) == twin[1], text
