"""Links that let whoever opens them first use the bot: each for two days, and once.

A code is 128 random bits; kept is only its SHA-256. `ProjectStore.accept` adds one.
"""

from __future__ import annotations

import hashlib

from jobs import invites_sql
from jobs.database import Database, Statement
from jobs.model import Person

PREFIX = "invite_"  # what the start parameter of such a link begins with
VALID_S = float(invites_sql.VALID_S)


def digest_of(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


class Invites:
    """Invitations in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def use(self, code: str, person: Person) -> bool:
        """Let the person in, if the code is good and nobody's yet; a repeat says True."""
        row = {"id": person.id, "name": person.name, "language": person.language}
        row = {**row, "digest": digest_of(code)}
        statements = (invites_sql.USE_INVITE, invites_sql.LET_IN_BY_INVITE)
        asked = (*statements, invites_sql.CAME_BY_INVITE)
        answers = await self._database.batch([Statement(text, row) for text in asked])
        return bool(answers[-1])
