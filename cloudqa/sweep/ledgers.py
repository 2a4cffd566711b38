"""The ledgers in the project's folder: found, and kept from others while they are swept."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cloudqa.record.ledger import FOLDER, SUFFIX
from cloudqa.sweep.account import Account, read_account


def ledgers_of(url: str, folder: Path = FOLDER) -> dict[Path, Account]:
    """Every ledger against the cloud at this URL, oldest first.

    A ledger without a whole first line is removed: its run did not live to send anything.
    """
    found: dict[Path, Account] = {}
    for path in folder.glob(f"*{SUFFIX}"):
        text = text_of(path)
        account = read_account(text)
        if account is not None and account.url == url.rstrip("/"):
            found[path] = account
        elif account is None:
            path.unlink(missing_ok=True)
    return dict(sorted(found.items(), key=lambda item: item[1].began))


def text_of(path: Path) -> str:
    """What is in a ledger; "" where it is gone, because its run has ended well in the meantime."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


@contextmanager
def kept_from_others(path: Path) -> Iterator[bool]:
    """Keep other sweeps from the ledger; false where its run still goes on, or another sweep is at it.

    Raises FileNotFoundError where the ledger is gone.
    """
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
