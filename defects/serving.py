"""Clouds with one defect each, on demand: a process with the sandbox loaded, which forks one after another.

It reads one command a line from standard input and writes one answer a line to standard output, both JSON:

    {"list": true}                       {"defects": [{"id": ..., "rule": ..., ...}, ...]}
    {"start": 7, "defect": "some-id"}    {"cloud": 7, "url": ..., "admin_email": ..., ...} once it answers, or
                                         {"cloud": 7, "problem": "a sentence"} if it does not come up
    {"stop": 7}                          nothing

`defect` null starts a sound cloud. When standard input is closed every cloud ends, and then the process.
"""

from __future__ import annotations

import gc
import json
import os
import selectors
import signal
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from typing import Any, NoReturn

from defects.catalogue import all_defects
from defects.defect import Defect
from defects.planting import load_sandbox, planted
from sandbox.server import Announcement, listening, make_server, opened_cloud, serve
from sandbox.settings import SandboxSettings

Message = Mapping[str, Any]

_COMMANDS = 0
_ANSWERS = 1
_CHUNK = 65536


def main(defects: Sequence[Defect] | None = None) -> None:
    """Serve clouds with these defects, by default all of the catalogue, until standard input is closed."""
    # Ctrl-C reaches the whole terminal; who started this process ends it by closing its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    load_sandbox()
    known = all_defects() if defects is None else defects
    _warm_up()
    gc.freeze()
    _Forker(known).run()


@dataclass
class _Fork:
    """A forked cloud: what it says comes over `voice`, and it ends when nobody holds `life` any more."""

    number: int
    pid: int
    voice: int
    life: int
    heard: bytes = b""
    announced: bool = False


class _Forker:
    """Takes commands, forks clouds, and passes on what they announce."""

    def __init__(self, defects: Sequence[Defect]) -> None:
        self._defects = {defect.id: defect for defect in defects}
        self._forks: dict[int, _Fork] = {}
        self._selector = selectors.DefaultSelector()
        self._commands = b""

    def run(self) -> None:
        """Work until there can be no more commands, then end every cloud."""
        self._selector.register(_COMMANDS, selectors.EVENT_READ)
        try:
            while True:
                for key, _ in self._selector.select():
                    if key.data is not None:
                        self._hear(key.data)
                    elif not self._take_commands():
                        return
        finally:
            for fork in list(self._forks.values()):
                self._end(fork)

    def _take_commands(self) -> bool:
        chunk = os.read(_COMMANDS, _CHUNK)
        *lines, self._commands = (self._commands + chunk).split(b"\n")
        for line in lines:
            self._obey(json.loads(line))
        return bool(chunk)

    def _obey(self, command: Message) -> None:
        if "list" in command:
            _say({"defects": [_listed(one) for one in self._defects.values()]})
        elif "stop" in command:
            if fork := self._forks.get(command["stop"]):
                self._end(fork)
        else:
            wanted = command["defect"]
            self._start(command["start"], None if wanted is None else self._defects[wanted])

    def _start(self, number: int, defect: Defect | None) -> None:
        voice, its_voice = os.pipe()
        its_life, life = os.pipe()
        pid = os.fork()
        if pid == 0:
            _live(its_voice, its_life, [life, voice, *self._others()], defect)
        os.close(its_voice)
        os.close(its_life)
        self._forks[number] = fork = _Fork(number, pid, voice, life)
        self._selector.register(voice, selectors.EVENT_READ, fork)

    def _others(self) -> list[int]:
        """What a new fork inherits and must let go, or the others would outlive this process."""
        return [end for fork in self._forks.values() for end in (fork.voice, fork.life)]

    def _hear(self, fork: _Fork) -> None:
        if fork.number not in self._forks:
            return  # a command that came at the same time has ended it
        chunk = os.read(fork.voice, _CHUNK)
        fork.heard += chunk
        if not chunk:
            if not fork.announced:
                _say({"cloud": fork.number, "problem": "the cloud ended before it answered a request"})
            self._end(fork)
        elif not fork.announced and fork.heard.endswith(b"\n"):
            fork.announced = True
            _say({"cloud": fork.number, **json.loads(fork.heard)})

    def _end(self, fork: _Fork) -> None:
        del self._forks[fork.number]
        self._selector.unregister(fork.voice)
        os.kill(fork.pid, signal.SIGKILL)
        os.waitpid(fork.pid, 0)
        os.close(fork.voice)
        os.close(fork.life)


def _live(voice: int, life: int, others: list[int], defect: Defect | None) -> NoReturn:
    """Be a cloud with this defect until the parent ends this process, or ends itself."""
    try:
        for end in others:
            os.close(end)
        threading.Thread(target=_end_with, args=(life,), name="parent", daemon=True).start()
        _serve(voice, defect)
    except BaseException as error:
        traceback.print_exc(file=sys.stderr)
        sys.stderr.flush()
        _write(voice, {"problem": f"{type(error).__name__}: {error}"})
    os._exit(0)


def _serve(voice: int, defect: Defect | None) -> None:
    with planted(defect) if defect is not None else nullcontext():
        serve(_settings(), lambda announcement: _announce(voice, announcement))


def _announce(voice: int, announcement: Announcement) -> None:
    _write(voice, asdict(announcement))


def _end_with(life: int) -> None:
    while os.read(life, 1):
        pass
    os._exit(0)


def _settings() -> SandboxSettings:
    """Those of the suite's embedded sandbox."""
    return SandboxSettings().with_environment()


def _warm_up() -> None:
    """Load what a cloud loads at its start, and throw that cloud away."""
    settings = _settings()
    with listening(settings), opened_cloud(settings) as (cloud, _):
        make_server(cloud).config.load()


def _listed(defect: Defect) -> dict[str, Any]:
    return {
        "id": defect.id,
        "rule": defect.rule,
        "also": defect.also,
        "summary": defect.summary,
        "known_as": defect.known_as,
        "unseen": defect.unseen,
    }


def _say(answer: Message) -> None:
    _write(_ANSWERS, answer)


def _write(end: int, answer: Message) -> None:
    rest = json.dumps(answer).encode() + b"\n"
    while rest:
        rest = rest[os.write(end, rest) :]
