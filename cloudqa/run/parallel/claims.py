"""Numbers that several processes take one by one, without a lock that a dying process could hold."""

from __future__ import annotations

import os
import struct
import tempfile
from collections.abc import Iterable

_NUMBER = struct.Struct("<i")


class Claims:
    """Numbers in a file without a name, whose position all forked processes share: a read is a claim."""

    def __init__(self, numbers: Iterable[int]) -> None:
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - open as long as the run is
        self._file.write(b"".join(map(_NUMBER.pack, numbers)))
        self._file.seek(0)

    def next(self) -> int | None:
        """Take the next number; None when there is no more."""
        claim = os.read(self._file.fileno(), _NUMBER.size)
        return _NUMBER.unpack(claim)[0] if claim else None

    def cancel(self) -> None:
        """Leave nothing to be taken, by any process."""
        self._file.seek(0, os.SEEK_END)
