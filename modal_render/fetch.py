"""Files brought by a signed link, with a limit on their size and on every wait."""

from __future__ import annotations

import time
from pathlib import Path

from modal_render.contract import RenderFailed
from modal_render.wire import UNANSWERED, asked

WAIT_S = 20.0  # for the other side to say something
WHOLE_S = 300.0  # for all of it
PAUSE_S = 1.0
TRIES = 4
_CHUNK_BYTES = 256 * 1024
_MISSING = (404, 410)


class FileMissing(Exception):
    """There is nothing behind the link."""


class LinkRefused(Exception):
    """The link does not open any more, as one does that waited too long."""


class NotFetched(Exception):
    """No whole answer came; trying later may help."""


def fetch(url: str, path: Path, most_bytes: int, *, pause_s: float = PAUSE_S) -> None:
    """Write what is behind the link to `path`.

    Raises FileMissing, LinkRefused, NotFetched, RenderFailed for more than `most_bytes`.
    """
    for tried in range(1, TRIES + 1):
        try:
            _fetch(url, path, most_bytes)
        except (*UNANSWERED, NotFetched) as problem:
            if tried == TRIES:
                raise NotFetched(type(problem).__name__) from problem
            time.sleep(pause_s * 2 ** (tried - 1))
        else:
            return


def _fetch(url: str, path: Path, most_bytes: int) -> None:
    until = time.monotonic() + WHOLE_S
    with asked("GET", url, wait_s=WAIT_S, headers={}) as answer, path.open("wb") as file:
        _check(answer.status)
        size_bytes = 0
        while chunk := answer.read(_CHUNK_BYTES):
            size_bytes += len(chunk)
            if size_bytes > most_bytes:
                raise RenderFailed("a file is larger than it may be")
            if time.monotonic() > until:
                raise NotFetched("too slow")
            file.write(chunk)
        if answer.length:  # http.client does not mind a line that was cut while it is read so
            raise NotFetched("cut off")


def _check(status: int) -> None:
    if status == 200:
        return
    if status in _MISSING:
        raise FileMissing(str(status))
    if status >= 500 or status == 429:
        raise NotFetched(str(status))
    raise LinkRefused(str(status))
