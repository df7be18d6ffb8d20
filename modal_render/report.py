"""What a renderer elsewhere tells the bot: how far it is, and how it ended.

Progress never fails or holds up a render; whether its end arrived does not matter either, for the
worker asks after whoever fell silent.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import threading
import time
from collections.abc import Sequence
from http import HTTPStatus
from types import TracebackType
from typing import Any

from modal_render.dispatch import (
    FINISHED,
    PROGRESS_PATH,
    STARTED,
    WEBHOOK_PATH,
    Assignment,
    Ending,
    Progress,
    ending_to_json,
    progress_to_json,
)
from modal_render.wire import UNANSWERED, asked

log = logging.getLogger(__name__)

EVERY_S = 2.0  # at most so often
SIGN_S = 20.0  # and at least so often, as a sign of life
WAIT_S = 10.0
PAUSES_S = (1.0, 2.0, 4.0, 8.0, 15.0)  # between tries to tell the end
_MAX_PAUSE_S = 30.0
_MAX_ANSWER_BYTES = 4096
# Everything else that is not good will be no better the next time.
_PASSING = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
)


class Unwanted(Exception):
    """Nobody waits for this attempt any more: it was cancelled, or another one is at work."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Answer:
    """`status` 0: none came."""

    status: int
    outcome: str = ""
    retry_after_s: float = 0.0

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300

    @property
    def may_pass(self) -> bool:
        return self.status == 0 or self.status >= 500 or self.status in _PASSING


class Reporter:
    """Tells the bot stage and percent from a thread of its own, for as long as the block lasts."""

    def __init__(
        self, assignment: Assignment, *, every_s: float = EVERY_S, sign_s: float = SIGN_S
    ) -> None:
        self._assignment = assignment
        self._every_s, self._sign_s = every_s, sign_s
        self._latest = ("fetching", STARTED)
        self._stopping = threading.Event()
        self._unwanted = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Reporter:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def tell(self, stage: str, percent: float) -> None:
        """How far the render is, from any thread. Raises Unwanted when it need not go on."""
        if self._unwanted.is_set():
            raise Unwanted
        self._latest = (stage, int(STARTED + percent / 100 * (FINISHED - STARTED)))

    def _run(self) -> None:
        told, told_at = ("", 0), 0.0
        while not self._unwanted.is_set():
            latest, now = self._latest, time.monotonic()
            if latest != told or now >= told_at + self._sign_s:
                self._send(*latest)
                told, told_at = latest, now
            if self._stopping.wait(self._every_s):
                return

    def _send(self, stage: str, progress: int) -> None:
        one = self._assignment
        told = Progress(attempt=one.attempt, progress=progress, stage=stage)
        path = PROGRESS_PATH.format(job=one.job)
        answer = _said(one, "PATCH", path, progress_to_json(told))
        if answer.outcome == "stale":
            self._unwanted.set()
        elif not answer.is_good:
            log.info("job %s: its progress was not taken (%d)", one.job, answer.status)


def report_end(
    assignment: Assignment, ending: Ending, *, pauses_s: Sequence[float] = PAUSES_S
) -> bool:
    """Tell how it ended, until somebody took it or will not take it; whether it was taken."""
    body = ending_to_json(ending)
    for pause_s in (*pauses_s, None):
        answer = _said(assignment, "POST", WEBHOOK_PATH, body)
        if answer.is_good:
            return True
        log.warning("job %s: its end was not taken (%d)", assignment.job, answer.status)
        if not answer.may_pass or pause_s is None:
            return False
        time.sleep(min(_MAX_PAUSE_S, max(pause_s, answer.retry_after_s)))
    raise AssertionError("the last try returns")


def _said(assignment: Assignment, method: str, path: str, body: dict[str, Any]) -> _Answer:
    headers = {
        "Authorization": f"Bearer {assignment.token}",
        "Content-Type": "application/json",
    }
    text = json.dumps(body).encode()
    try:
        with asked(
            method, assignment.base_url + path, wait_s=WAIT_S, body=text, headers=headers
        ) as answer:
            said = answer.read(_MAX_ANSWER_BYTES)
            after = answer.headers.get("Retry-After", "")
            return _Answer(answer.status, _outcome(said), float(after) if after.isdigit() else 0.0)
    except UNANSWERED:
        return _Answer(0)


def _outcome(said: bytes) -> str:
    try:
        return str(json.loads(said)["outcome"])
    except (ValueError, KeyError, TypeError):
        return ""
