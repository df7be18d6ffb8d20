"""What becomes of a group chat: the bot is removed and comes back, or the chat becomes another.

Each of these may be written again without harm, so none needs to know whether it was before.
"""

from __future__ import annotations

from jobs import groups_sql, outbox_sql
from jobs.bells import Bells
from jobs.database import Database, Statement


class Groups:
    """Group chats in the database."""

    def __init__(self, database: Database, *, bells: Bells | None = None) -> None:
        self._database = database
        self._bells = bells or Bells()

    async def left(self, chat_id: int) -> None:
        """The bot is not in the group any more: its work there ends, nothing more is sent."""
        row = {"chat_id": chat_id}
        statements = (groups_sql.LEAVE, groups_sql.STOP_JOBS)
        giving_up = (outbox_sql.GIVE_UP_MESSAGES, outbox_sql.GIVE_UP_CARDS)
        await self._database.batch([Statement(text, row) for text in (*statements, *giving_up)])
        self._bells.cancelled.ring()

    async def came_back(self, chat_id: int) -> None:
        """The bot is in the group again."""
        await self._database.execute(groups_sql.COME_BACK, {"chat_id": chat_id})

    async def is_left(self, chat_id: int) -> bool:
        return bool(await self._database.execute(groups_sql.IS_LEFT, {"chat_id": chat_id}))

    async def moved(self, chat_id: int, moved_to: int) -> None:
        """The group has become another chat: its cards go on there, in new messages."""
        row = {"chat_id": chat_id, "moved_to": moved_to}
        await self._database.batch([Statement(text, row) for text in groups_sql.MOVE])
        self._bells.outbox.ring()
