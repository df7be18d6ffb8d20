"""Files brought by a signed link, with a limit on their size and on every wait."""

from __future__ import annotations

import time
from http.client import HTTPResponse
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


def fetch(
    url: str,
    path: Path,
    most_bytes: int,
    *,
    pause_s: float = PAUSE_S,
    wait_s: float = WAIT_S,
    whole_s: float = WHOLE_S,
) -> None:
    """Write what is behind the link to `path`; each try takes `whole_s` at most.

    Raises FileMissing, LinkRefused, NotFetched, RenderFailed for more than `most_bytes`.
    """
    for tried in range(1, TRIES + 1):
        try:
            with asked("GET", url, wait_s=wait_s, headers={}) as answer:
                _check(answer.status)
                _take(answer, path, most_bytes, time.monotonic() + whole_s)
        except (*UNANSWERED, NotFetched) as problem:
            if tried == TRIES:
                raise NotFetched(type(problem).__name__) from problem
            time.sleep(pause_s * 2 ** (tried - 1))
        else:
            return


def _take(answer: HTTPResponse, path: Path, most_bytes: int, until: float) -> None:
    size_bytes = 0
    with path.open("wb") as file:
        # What has come, not a whole chunk: that may take as long as somebody likes to drip.
        while chunk := answer.read1(_CHUNK_BYTES):
            size_bytes += len(chunk)
            if size_bytes > most_bytes:
                raise RenderFailed("a file is larger than it may be")
            if time.monotonic() > until:
                raise NotFetched("too slow")
            file.write(chunk)
    if answer.length:  # still to come, when the line was cut; http.client does not mind
        raise NotFetched("cut off")


def _check(status: int) -> None:
    if status == 200:
        return
    if status in _MISSING:
        raise FileMissing(str(status))
    if status >= 500 or status == 429:
        raise NotFetched(str(status))
    raise LinkRefused(str(status))
