"""A name service in hostile hands: `python -I rebinding.py NAMES PROGRAM ARGUMENTS...`.

NAMES is JSON, `{"name": [[address, ...], ...]}`: each time a name is looked up the next of its
answers is given, in the end the last for ever. PROGRAM is a file of Python, or a module of ours.
Nothing is ever dialled at PUBLIC, which looks public and answers nobody. What was looked up is
told on stderr, a line each.
"""

from __future__ import annotations

import errno
import json
import runpy
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

PUBLIC = "1.2.3.4"


class Names:
    """Answers in place of the system's own name service."""

    def __init__(self, answers: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._answers = {name: list(given) for name, given in answers.items()}
        self._real = socket.getaddrinfo

    def getaddrinfo(self, host: Any, port: Any, *more: Any, **named: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else host
        left = self._answers.get(name)
        if not left:
            return self._real(host, port, *more, **named)
        sys.stderr.write(f"{name}\n")
        now = left.pop(0) if len(left) > 1 else left[0]
        return [row for address in now for row in self._real(address, port, *more, **named)]


def unreachable(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: no packet leaves this machine."""
    if event == "socket.connect" and arguments[1][0] == PUBLIC:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")


def main(arguments: Sequence[str]) -> None:
    socket.getaddrinfo = Names(json.loads(arguments[0])).getaddrinfo
    sys.addaudithook(unreachable)
    program = arguments[1]
    sys.argv = list(arguments[1:])
    if Path(program).is_file():
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
