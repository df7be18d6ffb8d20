"""What the bot owes its chats, kept so that a crash neither forgets nor doubles it.

Rows are written by triggers. Edits may be repeated without anybody seeing it, so a card's row is
simply drawn until it is up to date. New messages are sent at most once: `sending` is written
before the call, and a row found in that state after a crash is never sent again.
"""

from __future__ import annotations

from jobs import outbox_sql as sql
from jobs.bells import Bells
from jobs.database import Database, Parameters, Statement
from jobs.outgoing import Outgoing
from jobs.rows import outgoing_from_row


class Outbox:
    """The outbox in the database; one bot at a time empties it."""

    def __init__(self, database: Database, *, bells: Bells | None = None) -> None:
        self._database = database
        self._bells = bells or Bells()

    async def recover(self) -> int:
        """At start: give up sends a dead bot left open; how many those were.

        A project whose greeting is among them gets a fresh message for its card.
        """
        answers = await self._database.batch(
            [
                Statement(sql.FORGET_SENDING, {}),
                Statement(sql.CARDS_WAIT_AGAIN, {}),
                Statement(sql.SHOW_AFTER_UNKNOWN, {}),
            ]
        )
        return len(answers[0])

    async def due(self, limit: int = 50) -> list[Outgoing]:
        """What should be done now, in the order in which it should be."""
        rows = await self._database.execute(sql.DUE_OUTGOING, {"limit": limit})
        return [outgoing_from_row(row) for row in rows]

    async def sending(self, outgoing: Outgoing) -> bool:
        """A new message is about to be sent for it; False when it is not to be any more."""
        row = {"id": outgoing.id, "tries": outgoing.tries}
        return bool(await self._database.execute(sql.MARK_SENDING, row))

    async def not_sending(self, outgoing: Outgoing) -> None:
        """Nothing was or will be sent after a `sending` that nobody answered: it is due again."""
        row = {"id": outgoing.id, "tries": outgoing.tries}
        await self._database.execute(sql.UNMARK_SENDING, row)

    async def greeted(
        self, outgoing: Outgoing, message_id: int, shown: str, *, look_s: float = 0.0
    ) -> None:
        """The project's message was sent, for a greeting or for a card that had none."""
        named = {"project_id": outgoing.project_id}
        statements = [
            Statement(sql.SET_MESSAGE, {**named, "message_id": message_id}),
            Statement(sql.SET_SHOWN, {**named, "shown": shown}),
        ]
        if outgoing.wanted:
            row = _showed(outgoing, shown, look_s)
            statements.append(Statement(sql.MARK_SHOWED, row))
        else:
            statements.append(Statement(sql.MARK_SENT, {"id": outgoing.id}))
        await self._database.batch(statements)
        self._bells.outbox.ring()

    async def showed(self, outgoing: Outgoing, shown: str, *, look_s: float = 0.0) -> None:
        """The card's message looks as wanted; changes since then stay due.

        If nothing new comes for `look_s`, it is due all the same; 0 is never.
        """
        await self._database.execute(sql.MARK_SHOWED, _showed(outgoing, shown, look_s))
        self._bells.outbox.ring()

    async def sent(self, outgoing: Outgoing) -> None:
        """The notice or ping was sent."""
        await self._database.execute(sql.MARK_SENT, {"id": outgoing.id})

    async def later(self, outgoing: Outgoing, wait_s: float) -> None:
        """Nothing was sent; it is due again in `wait_s`."""
        row = {"id": outgoing.id, "wait_s": wait_s}
        await self._database.execute(sql.POSTPONE_OUTGOING, row)

    async def message_lost(self, outgoing: Outgoing) -> None:
        """The project's message is gone: its card needs a new one."""
        named = {"project_id": outgoing.project_id}
        await self._database.batch(
            [Statement(sql.LOSE_MESSAGE, named), Statement(sql.UNSHOW, named)]
        )
        self._bells.outbox.ring()

    async def undeliverable(self, outgoing: Outgoing) -> None:
        """The chat cannot be written to: nothing that waits for it is tried again."""
        chat = {"chat_id": outgoing.chat_id}
        await self._database.batch(
            [Statement(sql.GIVE_UP_MESSAGES, chat), Statement(sql.GIVE_UP_CARDS, chat)]
        )

    async def oldest_due_s(self) -> float | None:
        """How long the oldest due row has waited, None when none is."""
        rows = await self._database.execute(sql.OLDEST_DUE)
        age_s = rows[0]["age_s"]
        return None if age_s is None else float(age_s)

    async def next_due_s(self) -> float | None:
        """Until the first postponed row is due, None when none was postponed."""
        rows = await self._database.execute(sql.NEXT_DUE)
        wait_s = rows[0]["wait_s"]
        return None if wait_s is None else float(wait_s)


def _showed(outgoing: Outgoing, shown: str, look_s: float) -> Parameters:
    return {"id": outgoing.id, "wanted": outgoing.wanted, "shown": shown, "look_s": look_s}
