"""The videos that people made, for as long as they like to see them listed.

A trigger adds a video when its render is complete, and takes it out when its card is deleted.
`ProjectStore.accept` drops one that somebody wants to be rid of.
"""

from __future__ import annotations

from dataclasses import dataclass

from jobs import library_sql
from jobs.database import Database, Row
from jobs.payloads import Rendered
from jobs.rows import json_from_text

PER_PAGE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeVideo:
    """A finished video; `id` is its render's.

    `media` is what the person had sent. `file_id` is Telegram's own, empty until it is known; what
    `made` names lies in storage for one retention only.
    """

    id: str
    owner_id: int
    project_id: str
    title: str
    media: str
    made: Rendered
    file_id: str
    made_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """One page of a person's videos, the newest first; pages count from 0."""

    videos: tuple[MadeVideo, ...] = ()
    page: int = 0
    pages: int = 1


class Library:
    """Finished videos in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def shelf(self, owner_id: int, page: int, *, without: str = "") -> Shelf:
        """That page, or the last where there are fewer; as if the video `without` were gone."""
        theirs = {"owner_id": owner_id, "without": without}
        counted = await self._database.execute(library_sql.COUNT_VIDEOS, theirs)
        pages = max(1, -(-int(counted[0]["total"]) // PER_PAGE))
        page = min(max(0, page), pages - 1)
        rows = await self._database.execute(
            library_sql.VIDEOS_OF_PERSON, {**theirs, "limit": PER_PAGE, "offset": page * PER_PAGE}
        )
        return Shelf(videos=tuple(map(_from_row, rows)), page=page, pages=pages)

    async def get(self, video_id: str) -> MadeVideo | None:
        rows = await self._database.execute(library_sql.GET_VIDEO, {"id": video_id})
        return _from_row(rows[0]) if rows else None

    async def keep(self, video_id: str, file_id: str) -> None:
        """Telegram knows the video by that id."""
        row = {"id": video_id, "file_id": file_id}
        await self._database.execute(library_sql.KEEP_VIDEO, row)


def _from_row(row: Row) -> MadeVideo:
    return MadeVideo(
        id=row["id"],
        owner_id=row["owner_id"],
        project_id=row["project_id"],
        title=row["title"],
        media=row["media"],
        made=Rendered.from_json(json_from_text(row["result"])),
        file_id=row["file_id"],
        made_at=row["made_at"],
    )
