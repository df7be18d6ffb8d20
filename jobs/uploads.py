"""What people were given links to bring: whose it is, and which job listens to it."""

from __future__ import annotations

from jobs import api_sql, forget_sql
from jobs.database import ConstraintViolated, Database
from jobs.model import Job
from jobs.rows import job_from_row
from jobs.store import quota_or


class Uploads:
    """Uploads in the database. That there is a row says nothing about there being an object."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def promise(self, key: str, owner_id: int) -> None:
        """Somebody is about to be given a link for the key; once more changes nothing.

        Raises QuotaExceeded.
        """
        row = {"key": key, "owner_id": owner_id}
        try:
            await self._database.execute(api_sql.PROMISE_UPLOAD, row)
        except ConstraintViolated as refused:
            raise quota_or(refused) from refused

    async def owner(self, key: str) -> int | None:
        """Whose it is; None when nobody was given a link for it."""
        rows = await self._database.execute(api_sql.OWNER_OF_UPLOAD, {"key": key})
        return int(rows[0]["owner_id"]) if rows else None

    async def job(self, key: str) -> Job | None:
        """The job that brings it in, of which there is one at most."""
        named = {"dedupe_key": dedupe_key(key)}
        rows = await self._database.execute(api_sql.JOB_OF_UPLOAD, named)
        return job_from_row(rows[0]) if rows else None

    async def forgotten(self) -> list[str]:
        """The keys of those whose owner was forgotten."""
        rows = await self._database.execute(forget_sql.FORGOTTEN_UPLOADS)
        return [row["key"] for row in rows]

    async def drop(self, key: str) -> None:
        """Its object is gone."""
        await self._database.execute(forget_sql.FORGET_UPLOAD, {"key": key})

    async def forget(self, older_than_s: float) -> None:
        """Know nothing more of links that were given so long ago."""
        row = {"older_than_s": older_than_s}
        await self._database.execute(api_sql.FORGET_UPLOADS, row)


def dedupe_key(key: str) -> str:
    """What makes of two requests for one upload one job; a trigger of the schema spells it too."""
    return f"upload:{key}"
