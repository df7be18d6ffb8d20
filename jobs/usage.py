"""Who uses how much: for the owner's eyes."""

from __future__ import annotations

from dataclasses import dataclass

from jobs import usage_sql
from jobs.database import Database

MOST_PEOPLE = 15  # what one message holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one person used; days are UTC, `videos` are those still listed as theirs."""

    name: str
    videos_today: int
    bytes_today: int
    videos: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """All of it; `speed` is seconds of work for a second of video, None before any was made."""

    shares: tuple[Share, ...] = ()
    speed: float | None = None
    free_bytes: int | None = None


class UsageReader:
    """Usage in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def shares(self) -> tuple[Share, ...]:
        """Who used most today first."""
        rows = await self._database.execute(usage_sql.USAGE, {"limit": MOST_PEOPLE})
        return tuple(
            Share(
                name=row["name"],
                videos_today=row["videos_today"],
                bytes_today=row["bytes_today"],
                videos=row["videos"],
            )
            for row in rows
        )
