"""The line to Telegram: whether anybody answers there, as far as all our calls together know.

While nobody does, one call now and then tries it for all the others: hundreds of chats that each
wait longer and longer by themselves would still be waiting a minute after Telegram is back.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any

import httpx
from telegram.error import NetworkError
from telegram.request import HTTPXRequest

log = logging.getLogger(__name__)

FAILURES = 3  # in a row; a single one is nothing
TRY_S = 2.0


def _nobody() -> None:
    """Who waits for the line to come back, before anybody does."""


@dataclass(slots=True)
class Line:
    """`on_back` is called when it answers again; `clock` gives monotonic seconds."""

    on_back: Callable[[], None] = _nobody
    clock: Callable[[], float] = time.monotonic
    is_down: bool = False
    _failures: int = 0
    _down_at: float = 0.0
    _next_try: float = 0.0

    def failed(self) -> None:
        """A call was not answered, or only to say that nothing works there."""
        self._failures += 1
        if self._failures >= FAILURES and not self.is_down:
            self.is_down, self._down_at = True, self.clock()
            log.warning("telegram does not answer")

    def answered(self, asked_at: float) -> None:
        """A call that was made then was answered, whatever was said."""
        if self.is_down and asked_at < self._down_at:
            return  # a long poll that was open before may still end as if all were well
        self._failures = 0
        if self.is_down:
            self.is_down = False
            log.info("telegram answers again")
            self.on_back()

    def wait_s(self) -> float:
        """How long a call had better wait; 0 while the line is up, and for the one that tries."""
        if not self.is_down:
            return 0.0
        now = self.clock()
        if now < self._next_try:
            return self._next_try - now
        self._next_try = now + TRY_S
        return 0.0


class PlainRequest(HTTPXRequest):
    """The library's own way to Telegram; all of them believe the same certificates."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how, httpx_kwargs={"verify": _certificates()})


class LineRequest(PlainRequest):
    """A way that tells the line of every call."""

    def __init__(self, line: Line, **how: Any) -> None:
        super().__init__(**how)
        self._line = line

    async def do_request(self, *asked: Any, **how: Any) -> tuple[int, bytes]:
        asked_at = self._line.clock()
        try:
            code, answer = await super().do_request(*asked, **how)
        except NetworkError:
            self._line.failed()
            raise
        if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self._line.failed()
        else:
            self._line.answered(asked_at)
        return code, answer


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: for each way anew they would take 25 ms of the processor, and there are two."""
    return httpx.create_ssl_context()
