"""Who may know whom: the imports obey docs/architecture.md."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def imports(file: Path) -> set[str]:
    """The modules that a file imports, at any depth of it, but not those for the type checker alone."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def strangers(folder: str, forbidden: set[str], *, but: frozenset[str] = frozenset()) -> list[str]:
    files = [file for file in (ROOT / folder).rglob("*.py") if str(file.relative_to(ROOT)) not in but]
    assert files, f"{folder} holds no code"
    return [
        f"{file.relative_to(ROOT)} imports {module}"
        for file in files
        for module in imports(file)
        if any(module == name or module.startswith(name + ".") for name in forbidden)
    ]


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("sandbox", {"steps", "cloudqa", "defects", "behave", "requests"}),
        ("defects", {"steps", "cloudqa", "behave", "requests"}),
        ("steps", {"sandbox", "cloudqa", "defects"}),
        ("cloudqa", {"defects"}),
        ("steps/api", {"behave", "steps.support", "sandbox", "cloudqa"}),
        ("cloudqa/record", {"steps.support", "sandbox", "behave", "typer"}),
        ("sandbox/store", {"sandbox.rules", "sandbox.routes", "fastapi", "starlette"}),
        ("sandbox/rules", {"sandbox.routes", "fastapi", "starlette", "sqlite3"}),
        ("sandbox/routes", {"sqlite3"}),
    ],
)
def test_room_does_not_know(folder: str, forbidden: set[str]) -> None:
    assert strangers(folder, forbidden) == []


def test_only_the_sandbox_command_knows_the_sandbox() -> None:
    command = frozenset({"cloudqa/commands/sandbox.py", "cloudqa/commands/sandbox_process.py"})
    assert strangers("cloudqa", {"sandbox"}, but=command) == []


def test_only_one_place_sends() -> None:
    """`requests` is imported by the seam, and by nothing else of the suite."""
    seam = frozenset({"steps/api/utils.py", "steps/api/transport.py", "steps/api/answer_reading.py"})
    assert strangers("steps", {"requests", "urllib3", "http.client"}, but=seam) == []
    assert strangers("cloudqa", {"requests", "urllib3", "http.client"}) == []
