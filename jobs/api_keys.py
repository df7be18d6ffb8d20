"""Keys to the HTTP API: who holds one, and what a key looks like.

A key is 256 random bits, so nobody finds it by trying and a plain SHA-256 of it is enough to know
it again: slow hashes and salts are for passwords, which people choose. Kept is only the hash.
"""

from __future__ import annotations

import hashlib
import re

from jobs import api_sql
from jobs.database import Database
from jobs.model import ApiKey, Person
from jobs.rows import api_key_from_row, person_from_row

PATTERN = r"pr_[a-z2-7]{52}"
_PREFIX = "pr_"
_ID_CHARACTERS = 8  # the other 44 of base 32 stay secret: 216 bits
_KEY = re.compile(PATTERN)


def spelt(secret: str) -> str:
    """The key as it is shown; `secret` is 52 characters of base 32."""
    return _PREFIX + secret


def id_of(key: str) -> str:
    """How it is told from its owner's other keys."""
    return key[len(_PREFIX) : len(_PREFIX) + _ID_CHARACTERS]


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKeys:
    """Keys in the database; they are made and revoked by `ProjectStore.accept`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_person(self, person_id: int) -> tuple[ApiKey, ...]:
        """The person's keys, the oldest first."""
        rows = await self._database.execute(api_sql.KEYS_OF_PERSON, {"owner_id": person_id})
        return tuple(api_key_from_row(row) for row in rows)

    async def holder(self, key: str) -> Person | None:
        """Who shows this key, if it is one and they may use the bot now."""
        if not _KEY.fullmatch(key):
            return None
        rows = await self._database.execute(api_sql.HOLDER_OF_KEY, {"digest": digest_of(key)})
        if not rows:
            return None
        if rows[0]["is_news"]:
            await self._database.execute(api_sql.USE_API_KEY, {"id": rows[0]["key_id"]})
        return person_from_row(rows[0])
