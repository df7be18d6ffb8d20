"""What belongs to a person, as the API lists it. Nothing of anybody else's is ever among it."""

from __future__ import annotations

from jobs import api_sql
from jobs.database import Database
from jobs.model import Job, Project
from jobs.rows import job_from_row, project_from_row


class Belongings:
    """Jobs and cards in the database, looked at from their owner's side."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def renders(self, owner_id: int, *, limit: int, before: str = "") -> list[Job]:
        """The newest renders, older than the one `before`."""
        return await self._jobs(api_sql.RENDERS_OF_PERSON, owner_id, limit, before)

    async def recordings(self, owner_id: int, *, limit: int, before: str = "") -> list[Job]:
        """The newest ingests whose recording an open card still shows."""
        return await self._jobs(api_sql.RECORDINGS_OF_PERSON, owner_id, limit, before)

    async def cards(self, owner_id: int, ingest_job: str) -> list[Project]:
        """The open cards that show the recording, the oldest first."""
        row = {"owner_id": owner_id, "ingest_job": ingest_job}
        rows = await self._database.execute(api_sql.CARDS_OF_RECORDING, row)
        return [project_from_row(found) for found in rows]

    async def newest_save(self, prefix: str) -> Job | None:
        """The save that was completed last of those whose result's key begins so."""
        row = {"first": prefix, "last": prefix + "\x7f"}
        rows = await self._database.execute(api_sql.NEWEST_SAVE_BETWEEN, row)
        return job_from_row(rows[0]) if rows else None

    async def _jobs(self, statement: str, owner_id: int, limit: int, before: str) -> list[Job]:
        row = {"owner_id": owner_id, "limit": limit, "before": before}
        return [job_from_row(found) for found in await self._database.execute(statement, row)]
