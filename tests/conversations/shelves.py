"""A library in memory, as the store keeps one."""

from __future__ import annotations

from jobs.library import PER_PAGE, MadeVideo, Shelf
from jobs.model import Job, Project
from jobs.payloads import Rendered


def shelf_of(videos: dict[str, MadeVideo], page: int, without: str = "") -> Shelf:
    """That page, or the last; `videos` are in the order they were made in."""
    theirs = [video for video in reversed(videos.values()) if video.id != without]
    pages = max(1, -(-len(theirs) // PER_PAGE))
    page = min(page, pages - 1)
    shown = theirs[page * PER_PAGE : (page + 1) * PER_PAGE]
    return Shelf(videos=tuple(shown), page=page, pages=pages)


def made_video(project: Project, render: Job) -> MadeVideo:
    return MadeVideo(
        id=render.id,
        owner_id=project.owner_id,
        project_id=project.id,
        title=project.edit.title if project.edit else "",
        media=project.source.media,
        made=Rendered.from_json(render.result),
        file_id="",
        made_at=render.updated_at,
    )


def number_in(argument: str) -> int:
    """The page a button names."""
    return int(argument) if argument.isdecimal() else 0
