"""The loop that empties the outbox: chats beside each other, each chat's rows in their order."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.delivery import Delivery, surely
from bot.line import Line
from bot.refusals import Away, CallFailed, ChatDead, Flooded, Migrated, TokenRefused, Unsure
from bot.web.health import Condition
from jobs.about import about_outgoing
from jobs.alerts import Cause
from jobs.errors import StoreUnavailable
from jobs.outgoing import Outgoing, OutgoingKind
from storage.adapter import StorageError, StorageRefused, StorageUnavailable

log = logging.getLogger(__name__)

IDLE_S = 1.0
ROWS = 500
GRACE_S = 2.0  # for what is on its way when the bot stops
MOST_WAIT_S = 60.0
MOST_AWAY_S = 8.0  # for whoever does not answer: asking once more costs little
TRIES = 3  # turns a row may break before it is given up
JITTER_S = 1.0
QUIET_S = 120.0  # a store that did not fail for so long is back; each failure may take 30 s
MEMORY_S = 3600.0  # that a row went wrong is forgotten when it has not again for so long


class Progress:
    """Sends and edits until `stopping`. One of these works on an outbox at a time."""

    def __init__(
        self,
        delivery: Delivery,
        condition: Condition,
        line: Line | None = None,
        *,
        idle_s: float = IDLE_S,
        grace_s: float = GRACE_S,
    ) -> None:
        self._delivery = delivery
        self._store = delivery.store
        self._pace = delivery.pace
        self._condition = condition
        self._line = line or Line()
        self._idle_s = idle_s
        self._grace_s = grace_s
        self._busy: dict[int, asyncio.Task[None]] = {}
        # How often a row went wrong, and until when that is remembered.
        self._failures: dict[int, tuple[int, float]] = {}
        # Rows that were looked at too early: nothing new is known of them until then.
        self._early: dict[int, tuple[int, float]] = {}
        self._store_away_until = 0.0
        self._is_broken = False
        self._dealing: Mapping[OutgoingKind, Callable[[Outgoing], Awaitable[float]]] = {
            OutgoingKind.GREETING: delivery.greet,
            OutgoingKind.FINAL: delivery.decide,
            OutgoingKind.NOTICE: delivery.tell,
            OutgoingKind.ALERT: delivery.alert,
            OutgoingKind.CARD: delivery.draw,
            OutgoingKind.PING: delivery.ping,
        }

    @property
    def remembered(self) -> int:
        """Of how many rows anything is known besides what the database knows."""
        return len(self._failures.keys() | self._early.keys())

    async def run(self, stopping: asyncio.Event) -> None:
        """Until `stopping`, or until the token is refused; what is on its way may arrive."""
        async with asyncio.TaskGroup() as group:
            while not stopping.is_set() and not self._condition.token_refused:
                await self._round(group)
                await self._store.bells.outbox.wait(self._next_s())
            if self._busy:
                await asyncio.wait(self._busy.values(), timeout=self._grace_s)
            for turn in self._busy.values():
                turn.cancel()

    async def _round(self, group: asyncio.TaskGroup) -> None:
        """Start a turn for every chat that has something to do and none under way."""
        try:
            rows = await self._store.outbox.due(ROWS)
        except StoreUnavailable:
            self._complain()
            return
        except Exception:
            # A row that cannot be read must not end the bot: updates are still taken.
            if not self._is_broken:
                log.exception("the outbox cannot be read, nothing is sent")
            self._is_broken = True
            return
        self._is_broken = False
        chats: dict[int, list[Outgoing]] = {}
        for row in rows:
            if row.chat_id not in self._busy and not self._is_early(row):
                chats.setdefault(row.chat_id, []).append(row)
        for chat_id, theirs in chats.items():
            self._busy[chat_id] = group.create_task(self._turn(chat_id, theirs))

    async def _turn(self, chat_id: int, rows: Sequence[Outgoing]) -> None:
        soonest_s = self._idle_s
        try:
            for row in rows:
                with about_outgoing(row):
                    soonest_s = min(soonest_s, await self._deal(row))
        finally:
            del self._busy[chat_id]
            if soonest_s < self._idle_s:
                # What was done may have made something else due, or a row is due before the loop,
                # which went to sleep when this turn began, would look again.
                self._store.bells.outbox.ring()

    async def _deal(self, row: Outgoing) -> float:
        """Settle one row; seconds to wait when it was too early or went wrong."""
        try:
            if row.kind is not OutgoingKind.FINAL:
                if wait_s := self._line.wait_s():
                    return self._early_for(row, wait_s)
                if await self._is_closed(row):
                    return self._early_for(row, self._idle_s)
            wait_s = await self._dealing[row.kind](row)
        except StoreUnavailable:
            self._complain()
            return self._early_for(row, self._idle_s)
        except Exception as problem:  # noqa: BLE001
            return await self._survive(row, self._went_wrong(row, problem))
        if wait_s:
            return self._early_for(row, wait_s)
        self._condition.settled_at = self._pace.clock()
        self._failures.pop(row.id, None)
        self._early.pop(row.id, None)
        return 0.0

    async def _is_closed(self, row: Outgoing) -> bool:
        """Whether nothing may be sent to the chat now, or ever again."""
        if shut_s := self._pace.shut_s(row.chat_id):
            # Kept with the row: a restarted bot must not knock on a shut door either.
            await self._store.outbox.later(row, shut_s)
            return True
        if not await self._is_left(row.chat_id):
            return False
        await self._store.outbox.undeliverable(row)
        return True

    async def _is_left(self, chat_id: int) -> bool:
        """Whether the person has blocked us, or the group has put us out."""
        if chat_id < 0:
            return await self._store.groups.is_left(chat_id)
        person = await self._store.people.get(chat_id)
        return person is not None and person.blocked

    async def _went_wrong(self, row: Outgoing, problem: Exception) -> float:
        """Put the row off, or give it up, as the problem demands; seconds to wait."""
        failures = self._failed_again(row)
        wait_s = min(MOST_WAIT_S, 2.0 ** min(failures, 10)) * random.uniform(0.75, 1.25)  # noqa: S311
        if isinstance(problem, CallFailed):
            self._condition.telegram_failed_at = self._pace.clock()
        if isinstance(problem, StorageRefused):
            await self._store.alerts.note(Cause.STORAGE_REFUSED, is_so=True)
        match problem:
            case Flooded():
                self._condition.floods += 1
                wait_s = problem.wait_s + random.uniform(0.0, JITTER_S)  # noqa: S311
                log.warning("chat %d: told to wait %.0f s", row.chat_id, wait_s)
                self._pace.shut(row.chat_id, wait_s)
            case ChatDead():
                log.info("chat %d: cannot be written to any more", row.chat_id)
                await surely(lambda: self._give_up_chat(row))
            case Migrated():
                log.info("chat %d: is chat %d now", row.chat_id, problem.chat_id)
                wait_s, moved_to = 0.0, problem.chat_id
                await surely(lambda: self._store.groups.moved(row.chat_id, moved_to))
            case TokenRefused():
                self._condition.token_refused = True
                log.error("telegram refuses the token: nothing more is sent")
            case CallFailed() | StorageError():
                if isinstance(problem, Away | Unsure | StorageUnavailable):
                    wait_s = min(MOST_AWAY_S, wait_s)
                log.info("outbox %d: put off for %.0f s: %s", row.id, wait_s, _name(problem))
                # What stands behind it in the chat must not overtake it.
                self._pace.shut(row.chat_id, wait_s)
            case _:
                log.error("outbox %d: a turn broke", row.id, exc_info=problem)
                if failures >= TRIES and await self._gave_up(row):
                    return 0.0
        # It may be marked as being sent, and nobody would come back to it.
        await surely(lambda: self._store.outbox.later(row, wait_s))
        return wait_s

    def _failed_again(self, row: Outgoing) -> int:
        """How often the row has gone wrong now. Many a row is settled without coming back here."""
        now = self._pace.clock()
        self._failures = {known: told for known, told in self._failures.items() if told[1] > now}
        failures, _ = self._failures.get(row.id, (0, now))
        self._failures[row.id] = (failures + 1, now + MEMORY_S)
        return failures + 1

    async def _give_up_chat(self, row: Outgoing) -> None:
        if row.chat_id < 0:
            await self._store.groups.left(row.chat_id)
            return
        await self._store.people.set_blocked(row.chat_id, True)
        await self._store.outbox.undeliverable(row)

    async def _gave_up(self, row: Outgoing) -> bool:
        """Whether a row that breaks every turn was settled as it is; an end is never dropped."""
        self._failures.pop(row.id, None)
        match row.kind:
            case OutgoingKind.FINAL:
                self._condition.stuck_at = self._pace.clock()
                return False
            case OutgoingKind.CARD:
                await self._store.outbox.showed(row, row.shown)
            case _:
                await self._store.outbox.sent(row)
        log.error("outbox %d: given up", row.id)
        return True

    async def _survive(self, row: Outgoing, turn: Awaitable[float]) -> float:
        try:
            return await turn
        except StoreUnavailable:
            self._complain()
        except Exception:
            log.exception("outbox %d: could not be put off", row.id)
        return self._early_for(row, self._idle_s)

    def _is_early(self, row: Outgoing) -> bool:
        # More news of what nobody asked for changes nothing: it is told with the rest, soon.
        wanted, until = self._early.get(row.id, (-1, 0.0))
        return until > self._pace.clock() and (wanted == row.wanted or not row.asked)

    def _early_for(self, row: Outgoing, wait_s: float) -> float:
        self._early[row.id] = (row.wanted, self._pace.clock() + wait_s)
        return wait_s

    def _next_s(self) -> float:
        """Until the loop should look again, if nothing rings before."""
        now = self._pace.clock()
        self._early = {row: early for row, early in self._early.items() if early[1] > now}
        soonest = min((until for _, until in self._early.values()), default=now + self._idle_s)
        return min(self._idle_s, soonest - now)

    def _complain(self) -> None:
        now = self._pace.clock()
        if now > self._store_away_until:
            log.warning("the store does not answer, nothing is sent")
        # On a full disk it still lets itself be read, so one answer says little.
        self._store_away_until = now + QUIET_S


def _name(problem: Exception) -> str:
    return type(problem).__name__
