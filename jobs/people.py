"""Who may use the bot, and the code by which the first of them comes to own it."""

from __future__ import annotations

import secrets

from jobs import sql
from jobs.database import Database
from jobs.model import Person
from jobs.rows import person_from_row, person_to_row

_CODE_BYTES = 12


class People:
    """People in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, person_id: int) -> Person | None:
        rows = await self._database.execute(sql.GET_PERSON, {"id": person_id})
        return person_from_row(rows[0]) if rows else None

    async def owner(self) -> Person | None:
        rows = await self._database.execute(sql.GET_OWNER)
        return person_from_row(rows[0]) if rows else None

    async def all(self) -> list[Person]:
        """Everybody who ever asked to be let in, or was."""
        rows = await self._database.execute(sql.ALL_PEOPLE)
        return [person_from_row(row) for row in rows]

    async def put(self, person: Person) -> None:
        """Write all that is known of a person, over what others wrote meanwhile.

        An owner stays owner.
        """
        await self._database.execute(sql.PUT_PERSON, person_to_row(person))

    async def rename(self, person_id: int, name: str, language: str) -> None:
        """What Telegram calls them now; nothing else that is known of them is touched."""
        row = {"id": person_id, "name": name, "language": language}
        await self._database.execute(sql.RENAME_PERSON, row)

    async def set_blocked(self, person_id: int, blocked: bool) -> None:
        """Whether they blocked the bot; nothing else that is known of them is touched."""
        row = {"id": person_id, "blocked": int(blocked)}
        await self._database.execute(sql.BLOCK_PERSON, row)

    async def claim_code(self) -> str:
        """What must follow `/start claim_` to own the bot; empty once somebody does."""
        if await self.owner() is not None:
            return ""
        fresh = {"name": "claim_code", "value": secrets.token_urlsafe(_CODE_BYTES)}
        await self._database.execute(sql.ADD_META, fresh)
        rows = await self._database.execute(sql.GET_META, {"name": "claim_code"})
        return str(rows[0]["value"])

    async def claim(self, code: str, person: Person) -> bool:
        """Make the person the owner, if the code is right and nobody is; a repeat says True."""
        row = {"id": person.id, "name": person.name, "language": person.language, "code": code}
        await self._database.execute(sql.CLAIM_BOT, row)
        owns = await self._database.execute(sql.OWNS_BY_CODE, {"id": person.id, "code": code})
        return bool(owns)
