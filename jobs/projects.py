"""The cards: what one decision writes, all or nothing, and the undo history."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence

from jobs import (
    alerts_sql,
    api_sql,
    forget_sql,
    habits_sql,
    invites_sql,
    library_sql,
    outbox_sql,
    pages_sql,
    sql,
    tidy_sql,
)
from jobs.bells import Bells
from jobs.database import ConstraintViolated, Database, Statement
from jobs.errors import StaleProject
from jobs.habits import habits_to_row
from jobs.model import Changes, Edit, Project, ProjectStatus
from jobs.rows import (
    edit_from_text,
    new_job_to_row,
    page_to_row,
    person_to_row,
    project_from_row,
    project_to_row,
    to_text,
)
from jobs.store import is_repeat, quota_or

UNDO_STEPS = 20
NEVER_S = 1e10


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The status of a job's card, None when it has none any more."""

    project: ProjectStatus | None
    is_used: bool


class ProjectStore:
    """Projects in the database."""

    def __init__(self, database: Database, *, bells: Bells | None = None) -> None:
        self._database = database
        self._bells = bells or Bells()

    async def accept(
        self, update_id: int | None, changes: Changes, *, settles: int | None = None
    ) -> bool:
        """Write a decision together with the update or outbox row that led to it.

        False when that update or row was dealt with before; then, and when this raises, nothing
        is written. Raises StaleProject, QuotaExceeded.
        """
        statements = [
            *_dealing(update_id, settles),
            *_writing_all(changes, touches=settles is None),
        ]
        if not statements:
            return True
        try:
            await self._database.batch(statements)
        except ConstraintViolated as refused:
            if is_repeat(refused):
                return False
            if str(refused) == "stale" or "projects.id" in str(refused):
                raise StaleProject from refused
            raise quota_or(refused) from refused
        self._ring(changes)
        return True

    async def get(self, project_id: str) -> Project | None:
        return await self._one(sql.GET_PROJECT, id=project_id)

    async def newest_open(self, owner_id: int, chat_id: int) -> Project | None:
        """The person's open card that was touched last; one without sound takes no words."""
        return await self._one(sql.NEWEST_OPEN_PROJECT, owner_id=owner_id, chat_id=chat_id)

    async def by_message(self, chat_id: int, message_id: int) -> Project | None:
        """The project whose card, or whose recording, that message is."""
        return await self._one(sql.PROJECT_BY_MESSAGE, chat_id=chat_id, message_id=message_id)

    async def open_of_file(self, owner_id: int, chat_id: int, unique_id: str) -> Project | None:
        """The person's open card of that file, by Telegram's name for its bytes."""
        asked = {"owner_id": owner_id, "chat_id": chat_id, "unique_id": unique_id}
        return await self._one(sql.OPEN_OF_FILE, **asked)

    async def last_edit(self, project_id: str) -> Edit | None:
        """What undo would bring back."""
        rows = await self._database.execute(sql.LAST_EDIT, {"project_id": project_id})
        return edit_from_text(rows[0]["edit"]) if rows else None

    async def first_edit(self, project_id: str) -> Edit | None:
        """What the card began with; None while nothing was changed, or all of it undone."""
        rows = await self._database.execute(habits_sql.FIRST_EDIT, {"project_id": project_id})
        return edit_from_text(rows[0]["edit"]) if rows else None

    async def tidied_edit(self, project: Project, digest: str, originals_s: float) -> Edit | None:
        """How their newest card with that recording was set whose recording was tidied away."""
        asked = {name: getattr(project, name) for name in ("id", "owner_id", "chat_id")}
        parameters = {**asked, "digest": digest, "originals_s": originals_s}
        rows = await self._database.execute(habits_sql.TIDIED_EDIT, parameters)
        return edit_from_text(rows[0]["edit"]) if rows else None

    async def twins(self, project: Project, digest: str, fresh_s: float) -> list[Project]:
        """Their other open cards with a video of that recording, made within `fresh_s`."""
        asked = {name: getattr(project, name) for name in ("id", "owner_id", "chat_id")}
        parameters = {**asked, "digest": digest, "fresh_s": fresh_s}
        rows = await self._database.execute(library_sql.TWINS, parameters)
        return [project_from_row(row) for row in rows]

    async def is_used(self, ingest_job: str) -> bool:
        """Whether an open card shows the recording of that job."""
        return bool(await self._database.execute(sql.IS_USED, {"ingest_job": ingest_job}))

    async def standings(
        self, job_ids: Collection[str], originals_s: float = NEVER_S
    ) -> dict[str, Standing]:
        """How the card of each job stands, and whether an open one needs its files.

        A recording is needed for `originals_s` after the card was touched, and while there is
        anything to do for it.
        """
        asked = {"ids": to_text(sorted(job_ids)), "originals_s": originals_s}
        rows = await self._database.execute(tidy_sql.STANDINGS, asked)
        return {
            row["job_id"]: Standing(
                project=ProjectStatus(row["project_status"]) if row["project_status"] else None,
                is_used=bool(row["is_used"]),
            )
            for row in rows
        }

    async def claim_tidying(self, every_s: float) -> bool:
        """Whether it is time to tidy, and it is the caller who does it: one of all there are."""
        return bool(await self._database.execute(tidy_sql.CLAIM_TIDYING, {"every_s": every_s}))

    async def expire(self, retention_s: float, originals_s: float = NEVER_S) -> int:
        """Close cards that were quiet for so long and forget rows twice as old; cards closed.

        A card without a video is closed with its recording, after `originals_s`.
        """
        parameters = {"retention_s": retention_s}
        quiet = {**parameters, "originals_s": min(originals_s, retention_s)}
        rows = await self._database.execute(tidy_sql.EXPIRE_PROJECTS, quiet)
        told, invites = alerts_sql.FORGET_TOLD_ALERTS, invites_sql.FORGET_INVITES
        forgetting = (*tidy_sql.FORGET_ROWS, told, invites, forget_sql.FORGET_SPENT)
        await self._database.batch([Statement(text, parameters) for text in forgetting])
        if rows:
            self._bells.outbox.ring()
        return len(rows)

    async def deleted(self, settle_s: float) -> dict[str, bool]:
        """The deleted cards, and whether each has rested for so long: its rows may go then."""
        rows = await self._database.execute(forget_sql.DELETED_CARDS, {"settle_s": settle_s})
        return {row["id"]: bool(row["is_settled"]) for row in rows}

    async def forget(self, cards: Sequence[str]) -> None:
        """Delete all rows of these cards but what others share."""
        if cards:
            ids = {"ids": to_text(list(cards))}
            await self._database.batch([Statement(text, ids) for text in forget_sql.FORGET_CARDS])

    async def _one(self, statement: str, **parameters: object) -> Project | None:
        rows = await self._database.execute(statement, parameters)
        return project_from_row(rows[0]) if rows else None

    def _ring(self, changes: Changes) -> None:
        self._bells.outbox.ring()
        if any(each.jobs for each in _every(changes)):
            self._bells.claimable.ring()
        # Who has to go leaves no work behind.
        if changes.cancels or changes.forgets or changes.person is not None:
            self._bells.cancelled.ring()
        if any(_is_deletion(each) for each in _every(changes)):
            self._bells.deleted.ring()


def _is_deletion(changes: Changes) -> bool:
    project = changes.project
    return bool(changes.forgets) or (
        project is not None and project.status is ProjectStatus.DELETED
    )


def _dealing(update_id: int | None, settles: int | None) -> Iterator[Statement]:
    if update_id is not None:
        yield Statement(sql.DEAL_UPDATE, {"id": update_id})
    if settles is not None:
        yield Statement(outbox_sql.SETTLE_OUTGOING, {"id": settles})


def _writing_all(changes: Changes, *, touches: bool) -> Iterator[Statement]:
    for each in _every(changes):
        yield from _forgetting(each)
        yield from _writing(each, touches=touches)


def _forgetting(changes: Changes) -> Iterator[Statement]:
    if changes.forgets:
        for text in forget_sql.FORGET_PERSON:
            yield Statement(text, {"person_id": changes.forgets})


def _writing(changes: Changes, *, touches: bool) -> Iterator[Statement]:
    if changes.person is not None:
        yield Statement(sql.PUT_PERSON, person_to_row(changes.person))
    if changes.new_key is not None:
        yield Statement(api_sql.INSERT_API_KEY, dataclasses.asdict(changes.new_key))
    if changes.revoked_key:
        yield Statement(api_sql.REVOKE_API_KEY, {"id": changes.revoked_key})
    if changes.new_invite:
        yield Statement(invites_sql.FORGET_INVITES, {})
        yield Statement(invites_sql.ADD_INVITE, {"digest": changes.new_invite})
    if changes.habits is not None:
        yield Statement(habits_sql.PUT_HABITS, habits_to_row(changes.habits))
    for job_id in changes.cancels:
        yield Statement(sql.CANCEL_JOB, {"id": job_id})
    if changes.project is not None:
        yield from _writing_project(changes.project, changes, touches=touches)
    yield from _showing(changes)
    for job in changes.jobs:
        yield Statement(sql.CREATE_JOB, new_job_to_row(job))
    for notice in changes.notices:
        row = {
            "chat_id": notice.chat_id,
            "project_id": changes.project.id if changes.project else "",
            "view": to_text(notice.view),
            "seldom": int(notice.seldom),
        }
        yield Statement(outbox_sql.NOTE_NOTICE, row)


def _every(changes: Changes) -> Iterator[Changes]:
    yield changes
    for other in changes.also:
        yield from _every(other)


def _showing(changes: Changes) -> Iterator[Statement]:
    """Where finished videos are to be found."""
    if changes.drops_video:
        yield Statement(library_sql.DROP_VIDEO, {"id": changes.drops_video})
    if changes.closes:
        yield Statement(pages_sql.CLOSE_PAGE, {"project_id": changes.closes})
    if changes.opens is not None:
        yield Statement(pages_sql.ADD_PAGE, page_to_row(changes.opens))


def _writing_project(project: Project, changes: Changes, *, touches: bool) -> Iterator[Statement]:
    named = {"project_id": project.id}
    if changes.remember:
        yield Statement(sql.REMEMBER_EDIT, named)
        yield Statement(sql.FORGET_OLD_EDITS, {**named, "steps": UNDO_STEPS})
    if changes.forget_last:
        yield Statement(sql.FORGET_LAST_EDIT, named)
    if changes.supersede:
        kinds = to_text([kind.value for kind in changes.supersede])
        yield Statement(sql.SUPERSEDE_JOBS, {**named, "kinds": kinds})
    row = project_to_row(project)
    if project.revision == 0:
        yield Statement(sql.INSERT_PROJECT, {k: v for k, v in row.items() if k != "revision"})
    else:
        unchanging = ("owner_id", "chat_id", "source_message_id")
        changing = {name: value for name, value in row.items() if name not in unchanging}
        # The end of a job is nobody's touch: words go to the card that a person touched last.
        yield Statement(sql.UPDATE_PROJECT, {**changing, "touches": touches})
