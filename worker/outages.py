"""Who does not answer, as far as a worker's jobs noticed: said when it begins and when it is over.

Hundreds of jobs may notice; one line is enough for whoever reads the log.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from jobs.errors import ErrorClass, JobError

log = logging.getLogger(__name__)

# Longer than a job waits between two tries, each of which may be patient with the storage for 60 s.
QUIET_S = 90.0
_SAID = {
    "telegram_away": "telegram hands out no files",
    "storage_away": "the storage does not answer",
    "renderer_away": "nobody renders elsewhere",
}


@dataclass(slots=True)
class Outages:
    """Those that one worker knows of; `clock` gives monotonic seconds."""

    worker: str
    quiet_s: float = QUIET_S
    clock: Callable[[], float] = time.monotonic
    _noticed_at: dict[str, float] = field(default_factory=dict)

    def note(self, error: JobError) -> None:
        """A job ended with that error."""
        if error.error_class is not ErrorClass.AWAY:
            return
        if error.code not in self._noticed_at:
            log.warning("worker %s: %s, jobs wait for it", self.worker, _SAID[error.code])
        self._noticed_at[error.code] = self.clock()

    def look(self) -> None:
        """Those of which no job has noticed anything for a while are over."""
        since = self.clock() - self.quiet_s
        for code, noticed_at in tuple(self._noticed_at.items()):
            if noticed_at < since:
                del self._noticed_at[code]
                log.info("worker %s: over: %s", self.worker, _SAID[code])
