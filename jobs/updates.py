"""Which of Telegram's updates were dealt with, so that none is lost and none counts twice.

An update that was accepted is recorded by `ProjectStore.accept` in the batch that it led to.
"""

from __future__ import annotations

from jobs import sql
from jobs.database import Database


class Updates:
    """Updates in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def next_offset(self) -> int:
        """Where to go on reading; 0: wherever Telegram is."""
        rows = await self._database.execute(sql.LAST_UPDATE)
        last = rows[0]["id"]
        return 0 if last is None else int(last) + 1

    async def failed(self, update_id: int, reason: str) -> int:
        """The update could not be dealt with; how often that makes it."""
        parameters = {"id": update_id, "reason": reason}
        rows = await self._database.execute(sql.FAIL_UPDATE, parameters)
        return int(rows[0]["tries"])

    async def skip(self, update_id: int) -> None:
        """Count a failed update as dealt with; it stays recorded with its reason."""
        await self._database.execute(sql.SKIP_UPDATE, {"id": update_id})
