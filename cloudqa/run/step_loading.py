"""Step modules from Python's cache of bytecode: behave itself compiles each of them in every run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from os.path import relpath
from pathlib import Path
from typing import Any

from behave import runner_util


@contextlib.contextmanager
def compiled_once() -> Iterator[None]:
    """Within it, behave executes files that have not changed without compiling them again.

    They are told by the path from the current folder, as behave shows it.
    """
    plain = runner_util.exec_file
    runner_util.exec_file = _execute
    try:
        yield
    finally:
        runner_util.exec_file = plain


def _execute(filename: str, globals_: dict[str, Any]) -> None:
    globals_["__file__"] = filename
    name = Path(filename).stem
    code = SourceFileLoader(name, relpath(filename)).get_code(name)
    assert code is not None, "a file of source has code"
    exec(code, globals_)
