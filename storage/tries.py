"""What S3's refusals mean, and trying again while there is hope.

Everything here belongs in a thread. An event says that nobody waits for the outcome any more; then
even a pause ends at once.
"""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from botocore.exceptions import ConnectionError as BotoConnectionError
from urllib3.exceptions import HTTPError as BrokenBody

from storage.adapter import ObjectMissing, StorageError, StorageRefused, StorageUnavailable

# A shorter outage costs a job no new run; a longer one is waited for by the queue.
PATIENCE_S = 60.0
PAUSE_S = 0.25
MAX_PAUSE_S = 8.0
FOREIGN = (
    ClientError,
    BotoConnectionError,
    HTTPClientError,
    IncompleteReadError,
    BrokenBody,  # botocore lets some of them through while a body is read
)
# Of those with a 4xx; https://developers.cloudflare.com/r2/api/error-codes/ has R2's.
_PASSING_CODES = frozenset(("RequestTimeout", "ClientDisconnect", "IncompleteBody"))
_TOO_MANY = 429
_SERVER_S = range(500, 600)
_NOT_IMPLEMENTED = 501


class GivenUp(StorageUnavailable):
    """Nobody waits for the outcome any more."""


class Passing(StorageUnavailable):
    """What may be gone at the next try."""


class UploadGone(StorageUnavailable):
    """There is no such unfinished upload."""


class PastTheEnd(StorageError):
    """The object has no byte there."""


@dataclass(slots=True)
class Tries:
    """The tries at one thing. `patience_s` runs from the first failure, or the last progress."""

    stop: threading.Event
    patience_s: float = PATIENCE_S
    pause_s: float = PAUSE_S
    _failures: int = 0
    _since: float = field(default_factory=time.monotonic)

    def progress(self) -> None:
        """Something worked: patience begins anew."""
        self._failures = 0
        self._since = time.monotonic()

    def check(self) -> None:
        """Raises GivenUp once nobody waits."""
        if self.stop.is_set():
            raise GivenUp("nobody waits for it")

    def pause(self, problem: StorageError) -> None:
        """Wait for the next try, longer each time; raises `problem` when there should be none."""
        if not isinstance(problem, Passing):
            raise problem
        longest_s = min(MAX_PAUSE_S, self.pause_s * 2**self._failures)
        # The whole pause at random, so that a crowd that failed together comes apart.
        wait_s = random.uniform(0.0, longest_s)  # noqa: S311  # no secret
        if time.monotonic() + wait_s > self._since + self.patience_s:
            raise problem
        self._failures += 1
        self.stop.wait(wait_s)
        self.check()


def meaning(problem: Exception, key: str) -> StorageError:
    """Storage's own error for what boto3 raised (one of FOREIGN)."""
    if not isinstance(problem, ClientError):
        return Passing(f"{key}: {type(problem).__name__}")
    code = str(problem.response.get("Error", {}).get("Code", ""))
    status = int(problem.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _PASSING_CODES or status == _TOO_MANY:
        return Passing(f"{key}: {code}")
    if status in _SERVER_S and status != _NOT_IMPLEMENTED:
        return Passing(f"{key}: {code or status}")
    if code == "NoSuchUpload":
        return UploadGone(key)
    if code == "InvalidRange" or status == 416:
        return PastTheEnd(key)
    if status == 404 and code != "NoSuchBucket":
        return ObjectMissing(key)
    return StorageRefused(code or str(status))
