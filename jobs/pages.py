"""The unlisted pages of finished videos. `ProjectStore.accept` opens and closes them."""

from __future__ import annotations

from jobs import pages_sql
from jobs.database import Database
from jobs.model import Page
from jobs.rows import page_from_row


class Pages:
    """Pages in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, slug: str) -> Page | None:
        """The page at that slug, closed or not."""
        rows = await self._database.execute(pages_sql.GET_PAGE, {"slug": slug})
        return page_from_row(rows[0]) if rows else None

    async def open_of(self, project_id: str) -> Page | None:
        """The project's page, while it has one."""
        rows = await self._database.execute(pages_sql.OPEN_PAGE, {"project_id": project_id})
        return page_from_row(rows[0]) if rows else None
