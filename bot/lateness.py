"""Notices when messages wait although Telegram would take them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from bot.actions import Actions
from bot.web.health import OLDEST_OUTBOX_S, Condition
from jobs.alerts import Alerts, Cause
from jobs.errors import StoreUnavailable
from jobs.outbox import Outbox

LOOK_S = 30.0
QUIET_S = 60.0  # whoever settles rows is only slow: many wait for their turn in one chat
# A failed call, or a turn that broke, puts its row off for a minute and a quarter at most.
PUT_OFF_S = 150.0


class Lateness:
    """Looks at the age of the outbox every `look_s`, until cancelled. `clock` is monotonic."""

    def __init__(
        self,
        outbox: Outbox,
        alerts: Alerts,
        condition: Condition,
        actions: Actions,
        *,
        look_s: float = LOOK_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outbox = outbox
        self._alerts = alerts
        self._condition = condition
        self._actions = actions
        self._look_s = look_s
        self._clock = clock

    async def run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(self._look_s)

    async def look(self) -> None:
        """Tell the owner when something waits for too long and Telegram is not the reason."""
        try:
            oldest_s = await self._outbox.oldest_due_s()
        except StoreUnavailable:
            return
        now, condition = self._clock(), self._condition
        waits = oldest_s is not None and oldest_s > OLDEST_OUTBOX_S
        is_still = waits and now - condition.settled_at > QUIET_S
        is_stuck = now - condition.stuck_at < PUT_OFF_S
        if is_stuck or not (is_still and self._is_telegram(now)):
            await self._alerts.note(Cause.OUTBOX_LATE, is_so=is_stuck or is_still)

    def _is_telegram(self, now: float) -> bool:
        """Whether it is Telegram that takes nothing, or takes long over a video."""
        condition = self._condition
        return (
            not condition.introduced
            or condition.token_refused
            or self._actions.is_uploading
            or now - condition.telegram_failed_at < PUT_OFF_S
        )
