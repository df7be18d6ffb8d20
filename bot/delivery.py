"""One row of the outbox at a time: what it takes to settle it, and what is noted afterwards.

Every method gives the seconds to wait when it is too early for the row, 0 when it was dealt with.
Errors of calls go to the caller, with the row as it was before; only what cannot be known or
cannot be shown is settled here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.actions import Actions
from bot.decisions import STALE_TRIES
from bot.facts import FactsReader, Named
from bot.pace import Occasion, Pace
from bot.refusals import MessageGone, Rejected, Unsure
from bot.sending import Post, Sent, edit, send
from bot.shown import Shown, read_shown, shown_after
from conversations import alerts, flow
from conversations.model import View, view_from_json
from conversations.words.text import Language, language_of
from jobs.errors import QuotaExceeded, StaleProject, StoreUnavailable
from jobs.model import Changes, Job, JobStatus, Project, ProjectStatus
from jobs.opening import Store
from jobs.outgoing import Outgoing
from storage.adapter import BadKey, ObjectMissing

log = logging.getLogger(__name__)

BIG_PERCENT = 10
TRICKLE_S = 8.0  # small news is shown so often at most
NEAR = 3  # who stands further back in the queue hears less often how far
FAR_S = 30.0
LOOK_S = 2.0  # what is held back is looked at so often: it may have become big news
REPEAT_S = 2.0
PICTURE_S = 1.0  # a card's words wait so long for its first picture: an edit more would put it off
UPLOADS = 3  # videos on their way at once
SENDS = 2  # times a card's new message may be sent without knowing whether it arrived
STORE_S = 0.5  # until a store that did not answer is asked again
_AT_WORK = (JobStatus.PROCESSING, JobStatus.DISPATCHED)


@dataclass(frozen=True, slots=True)
class _News:
    """What an edit last told of the work: big news differs in `what` or by ten percent.

    What is not big is told `small_s` after it at the soonest.
    """

    what: tuple[object, ...]
    progress: int
    small_s: float
    at: float

    def is_big_after(self, told: _News) -> bool:
        return self.what != told.what or self.progress >= told.progress + BIG_PERCENT


@dataclass(slots=True)
class Delivery:
    """Settles rows."""

    post: Post
    store: Store
    facts: FactsReader
    pace: Pace
    actions: Actions
    # A video is read whole before it is sent.
    uploads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(UPLOADS))
    _told: dict[str, _News] = field(default_factory=dict)

    @property
    def remembered(self) -> int:
        """Of how many projects it is known what was told last."""
        return len(self._told)

    async def decide(self, row: Outgoing) -> float:
        """FINAL: what follows from the end of a job. Sends nothing."""
        for _ in range(STALE_TRIES):
            project = await self.store.projects.get(row.project_id)
            job = await self.store.jobs.get(row.job_id)
            try:
                await self._settle(row, project, job)
            except StaleProject:
                continue
            return 0.0
        raise StaleProject

    async def greet(self, row: Outgoing) -> float:
        """GREETING: the project's first message, at most once."""
        project = await self.store.projects.get(row.project_id)
        if project is None:
            await self.store.outbox.sent(row)
            return 0.0
        if wait_s := self.pace.wait_s(row.chat_id, Occasion.SEND):
            return wait_s
        await self._first_message(row, flow.view(project, await self.facts.for_message(project)))
        return 0.0

    async def tell(self, row: Outgoing) -> float:
        """NOTICE: a message of its own, at most once."""
        if wait_s := self.pace.wait_s(row.chat_id, Occasion.SEND):
            return wait_s
        await self._once(row, view_from_json(row.view))
        return 0.0

    async def alert(self, row: Outgoing) -> float:
        """ALERT: what the owner has to know of a trouble, at most once."""
        owner = await self.store.people.get(row.chat_id)
        language = language_of(owner) if owner is not None else Language.ENGLISH
        view = alerts.view(row.view, language)
        if view is None:
            await self.store.outbox.sent(row)
            return 0.0
        if wait_s := self.pace.wait_s(row.chat_id, Occasion.SEND):
            return wait_s
        await self._once(row, view)
        return 0.0

    async def ping(self, row: Outgoing) -> float:
        """PING: call the person back, at most once."""
        project = await self.store.projects.get(row.project_id)
        if project is None or project.status is not ProjectStatus.OPEN:
            await self.store.outbox.sent(row)
            return 0.0
        if wait_s := self.pace.wait_s(row.chat_id, Occasion.SEND):
            return wait_s
        await self._once(row, flow.ping(project, await self.facts.for_message(project)))
        return 0.0

    async def draw(self, row: Outgoing) -> float:
        """CARD: make the project's message look as things stand now."""
        project = await self.store.projects.get(row.project_id)
        if project is None or (not project.message_id and project.status is not ProjectStatus.OPEN):
            await self.store.outbox.showed(row, row.shown)
            return 0.0
        named = await self.facts.named(project)
        active = _active(named)
        self.actions.making(project.id, project.chat_id, is_so=_is_making(named))
        # News comes far more often than it may be told: most rows end here.
        news = None if active is None else self._news(active, await self.facts.place(named))
        if project.message_id and not row.asked and (wait_s := self._trickle_s(project, news)):
            return min(LOOK_S, wait_s)
        if wait_s := self._picture_s(project, named):
            return wait_s
        if wait_s := self.pace.wait_s(row.chat_id, _occasion(row, project, active, named)):
            return wait_s
        before = read_shown(row.shown)
        facts = replace(
            await self.facts.for_message(project, named),
            said_left_s=before.left_s if before is not None else 0,
            is_quiet=row.is_quiet,
        )
        view = flow.view(project, facts)
        after = shown_after(view, before)
        if project.message_id and after == before:
            self.pace.release(row.chat_id)
            await self.store.outbox.showed(row, str(after), look_s=view.look_s)
            return 0.0
        if project.message_id:
            await self._edit(row, project.message_id, view, before)
        else:
            await self._first_message(row, view)
        self._note(project, news)
        return 0.0

    async def _settle(self, row: Outgoing, project: Project | None, job: Job | None) -> None:
        accept = self.store.projects.accept
        if project is None or job is None:
            await accept(None, Changes(), settles=row.id)
            return
        facts = await self.facts.of_project(project)
        decision = flow.job_ended(project, job, facts)
        try:
            await accept(None, decision.changes, settles=row.id)
        except QuotaExceeded as exceeded:
            # What begins by itself must not cost what was only heard.
            told = flow.over_quota(exceeded.quota, facts).changes.notices
            by_hand = replace(facts, habits=replace(facts.habits, autopilot=False))
            changes = flow.job_ended(project, job, by_hand).changes
            changes = replace(changes, notices=(*changes.notices, *told))
            await accept(None, changes, settles=row.id)

    async def _once(self, row: Outgoing, view: View) -> None:
        if not await self._may_send(row):
            return
        try:
            await self._send(row.chat_id, view)
        except Unsure:
            log.info("outbox %d: nobody knows whether it arrived", row.id)
        except Rejected:
            log.exception("outbox %d: telegram will never take this message", row.id)
        await surely(lambda: self.store.outbox.sent(row))

    async def _first_message(self, row: Outgoing, view: View) -> None:
        """For a greeting, or for a card whose message was lost."""
        outbox = self.store.outbox
        if not await self._may_send(row):
            return
        try:
            sent = await self._send(row.chat_id, view)
        except Unsure:
            log.info("outbox %d: nobody knows whether it arrived", row.id)
            if row.wanted and row.tries + 1 < SENDS:
                await surely(lambda: outbox.later(row, REPEAT_S))
            else:
                await surely(lambda: self._settle_unsent(row))
        except Rejected:
            log.exception("outbox %d: telegram will never take this message", row.id)
            await surely(lambda: self._settle_unsent(row))
        else:
            shown = str(sent.shown)
            await surely(lambda: outbox.greeted(row, sent.message_id, shown, look_s=view.look_s))

    async def _may_send(self, row: Outgoing) -> bool:
        """Whether a new message is to be sent for the row now, which is marked before."""
        try:
            return await self.store.outbox.sending(row)
        except StoreUnavailable:
            # Perhaps it is marked, and what is marked nobody else sends.
            await surely(lambda: self.store.outbox.not_sending(row))
            raise

    async def _settle_unsent(self, row: Outgoing) -> None:
        """Done with, without a message: the card's row makes a new one when there is news."""
        if row.wanted:
            await self.store.outbox.showed(row, "")
        else:
            await self.store.outbox.sent(row)

    async def _send(self, chat_id: int, view: View) -> Sent:
        """Send the view, or as much of it as can be had and is taken. Raises CallFailed."""
        self.pace.spend(chat_id, Occasion.SEND)
        *lesser, least = (view, *_lesser(view))
        for part in lesser:
            try:
                async with self._uploading(chat_id, part):
                    sent = await send(self.post, chat_id, part)
                await self._keep(part, sent)
                return sent
            except (ObjectMissing, BadKey, Rejected) as problem:
                log.warning("chat %d: not sent whole: %s", chat_id, _name(problem))
        sent = await send(self.post, chat_id, least)
        await self._keep(least, sent)
        return sent

    async def _edit(self, row: Outgoing, message_id: int, view: View, before: Shown | None) -> None:
        """Edit the message into the view, or into as much of it as can be had and is taken."""
        self.pace.spend(row.chat_id, Occasion.ANSWER)
        after = shown_after(view, before)  # what is never taken counts as shown
        for part in (view, *_lesser(view)):
            try:
                async with self._uploading(row.chat_id, part):
                    sent = await edit(self.post, row.chat_id, message_id, part, before)
                await self._keep(part, sent)
                after = sent.shown
                break
            except MessageGone:
                log.info("project %s: its message is gone", row.project_id)
                await self.store.outbox.message_lost(row)
                return
            except (ObjectMissing, BadKey, Rejected) as problem:
                log.warning("project %s: not shown whole: %s", row.project_id, _name(problem))
        await self.store.outbox.showed(row, str(after), look_s=view.look_s)

    async def _keep(self, view: View, sent: Sent) -> None:
        """Remember what Telegram calls the video: our own copy goes, Telegram's stays."""
        video = view.video
        if video is not None and sent.file_id not in ("", video.file_id):
            await surely(lambda: self.store.library.keep(video.render, sent.file_id))

    @asynccontextmanager
    async def _uploading(self, chat_id: int, view: View) -> AsyncIterator[None]:
        if view.video is None:
            yield
            return
        async with self.uploads:
            with self.actions.uploading(chat_id):
                yield

    def _news(self, active: Job, place: int | None) -> _News:
        is_far = place is not None and place > NEAR
        what = (active.id, active.status, active.stage, -1 if is_far else place)
        small_s = FAR_S if is_far else TRICKLE_S
        return _News(what, active.progress, small_s, self.pace.clock())

    def _trickle_s(self, project: Project, news: _News | None) -> float:
        """How long news that nobody asked for and that is not big still has to wait."""
        told = self._told.get(project.id)
        if news is None or told is None or news.is_big_after(told):
            return 0.0
        return max(0.0, told.at + news.small_s - news.at)

    def _picture_s(self, project: Project, named: Named) -> float:
        """How long the words of what was heard still wait for the picture that is being drawn."""
        if not project.message_id or project.card_job or project.render_job:
            return 0.0
        if named.ingest is None or named.ingest.status is not JobStatus.COMPLETE:
            return 0.0
        age_s = self.facts.clock() - named.ingest.updated_at
        # The store has a clock of its own: where the two disagree, nothing waits.
        return PICTURE_S - age_s if 0.0 <= age_s < PICTURE_S else 0.0

    def _note(self, project: Project, news: _News | None) -> None:
        """Remember what was told, and only for as long as it holds anything back."""
        now = self.pace.clock()
        self._told = {
            name: told for name, told in self._told.items() if told.at + told.small_s > now
        }
        self._told.pop(project.id, None)
        if news is not None:
            self._told[project.id] = replace(news, at=now)


async def surely(write: Callable[[], Awaitable[object]]) -> None:
    """Write what nobody could find out later, however long the store is away."""
    while True:
        try:
            await write()
        except StoreUnavailable:
            await asyncio.sleep(STORE_S)
        else:
            return


def _occasion(row: Outgoing, project: Project, active: Job | None, named: Named) -> Occasion:
    """What was asked for or is final goes first."""
    if not project.message_id:
        return Occasion.SEND
    if named.render is not None and named.render.status.is_terminal:
        return Occasion.RESULT
    return Occasion.ANSWER if row.asked or active is None else Occasion.PROGRESS


def _active(named: Named) -> Job | None:
    """The job whose end the card waits for."""
    waited_for = (named.save, named.render, named.ingest)
    active = (job for job in waited_for if job is not None and not job.status.is_terminal)
    return next(active, None)


def _is_making(named: Named) -> bool:
    render, save = named.render, named.save
    if render is None or render.status.is_terminal:
        return False
    return render.status in _AT_WORK or (save is not None and save.status in _AT_WORK)


def _lesser(view: View) -> Iterator[View]:
    """The view without what may be wrong with it: its media, its links, or both.

    Without media first: that is the cheapest to try, and refused too when a link is at fault. But
    a video that Telegram no longer knows may still be here.
    """
    if view.video is not None and view.video.file_id:
        yield replace(view, video=replace(view.video, file_id=""))
    rows = (tuple(button for button in row if not button.url) for row in view.keyboard)
    unlinked = replace(view, keyboard=tuple(row for row in rows if row))
    wordy = _without_media(view)
    yield from dict.fromkeys(
        part for part in (wordy, unlinked, _without_media(unlinked)) if part != view
    )


def _without_media(view: View) -> View:
    return replace(
        view, text=view.instead or view.text, picture_key="", video=None, audio=None, instead=""
    )


def _name(problem: Exception) -> str:
    return type(problem).__name__
