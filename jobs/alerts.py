"""What needs the owner: told in the chat once when it begins and once when it is over.

Whoever sees a trouble, or sees that there is none, says so as often as it likes. All is remembered
in the database, so neither a restart nor a second machine makes it two messages.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator, Mapping
from enum import StrEnum

from jobs import alerts_sql
from jobs.bells import Bells
from jobs.database import Database, Statement
from jobs.errors import StoreUnavailable

log = logging.getLogger(__name__)

CALM_S = 60.0  # what comes back within it was never over
AFFIRM_S = 600.0  # a trouble that lasts is said again so often
SILENT_S = 3600.0  # nobody says it any more: whoever saw it is gone


class Cause(StrEnum):
    """What a person has to mend."""

    DISK_FULL = "disk_full"
    STORAGE_REFUSED = "storage_refused"
    RENDERER_AWAY = "renderer_away"
    OUTBOX_LATE = "outbox_late"
    UPDATES_TAKEN = "updates_taken"  # somebody else fetches them
    YOUTUBE_REFUSES = "youtube_refuses"
    YTDLP_OLD = "ytdlp_old"


# How long it must last before the owner is told; of the others, not at all.
PATIENCE_S: Mapping[Cause, float] = {
    Cause.RENDERER_AWAY: 600.0,
    Cause.UPDATES_TAKEN: 60.0,  # a new version begins before the old one has ended
}


class Alerts:
    """Troubles in the database, as this machine (`source`) sees them."""

    def __init__(self, database: Database, *, bells: Bells | None = None, source: str = "") -> None:
        self._database = database
        self._bells = bells or Bells()
        self._source = source or socket.gethostname()
        # What was said last, and when (monotonic): saying it again costs nothing.
        self._said: dict[Cause, tuple[bool, float]] = {}

    async def note(self, cause: Cause, *, is_so: bool) -> None:
        """Say whether there is this trouble here now.

        Never raises StoreUnavailable: what a store that is away did not hear is said the next time.
        """
        now = asyncio.get_running_loop().time()
        known, at = self._said.get(cause, (None, now))
        if known is is_so and not (is_so and now - at >= AFFIRM_S):
            return
        try:
            await self._database.batch(list(self._noting(cause, is_so)))
        except StoreUnavailable:
            return
        self._said[cause] = (is_so, now)
        if is_so and not known:
            log.warning("alert %s: begins", cause)
        if known and not is_so:
            log.info("alert %s: over", cause)
        self._bells.outbox.ring()

    async def forget_silent(self) -> None:
        """Take for over what nobody has said for an hour. Raises StoreUnavailable."""
        gone = Statement(alerts_sql.FORGET_SILENT_ALERTS, {"silent_s": SILENT_S})
        settling = [each for cause in Cause for each in self._settling(cause)]
        await self._database.batch([gone, *settling])
        self._bells.outbox.ring()

    async def current(self) -> list[str]:
        """The causes there are now, whoever sees them."""
        rows = await self._database.execute(alerts_sql.CURRENT_ALERTS)
        return [row["cause"] for row in rows]

    def _noting(self, cause: Cause, is_so: bool) -> Iterator[Statement]:
        row = {"cause": cause.value, "source": self._source}
        if is_so:
            patience_s = PATIENCE_S.get(cause, 0.0)
            yield Statement(alerts_sql.NOTE_ALERT, {**row, "patience_s": patience_s})
        else:
            yield Statement(alerts_sql.END_ALERT, row)
        yield from self._settling(cause)

    def _settling(self, cause: Cause) -> Iterator[Statement]:
        """Make what the owner is told agree with what is so."""
        row = {"cause": cause.value, "source": self._source}
        yield Statement(alerts_sql.UNSAY_ALERT, {"cause": cause.value})
        yield Statement(alerts_sql.TELL_ALERT, {"cause": cause.value})
        yield Statement(alerts_sql.TELL_OVER, {**row, "calm_s": CALM_S})
