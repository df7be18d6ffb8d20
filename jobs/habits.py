"""What a person's cards begin with, and what is remembered of how they use the bot."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from jobs import habits_sql
from jobs.database import Database
from jobs.model import Habits, Shape
from jobs.recipe import Clean, TrimSilence
from jobs.rows import json_from_text, to_text


class HabitStore:
    """Habits in the database. `ProjectStore.accept` writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, person_id: int) -> Habits:
        rows = await self._database.execute(habits_sql.GET_HABITS, {"person_id": person_id})
        told = json_from_text(rows[0]["habits"]) if rows else {}
        return _from_json({**told, "person_id": person_id})


def habits_to_row(habits: Habits) -> dict[str, Any]:
    return {"person_id": habits.person_id, "habits": to_text(dataclasses.asdict(habits))}


def _from_json(data: Mapping[str, Any]) -> Habits:
    """What was written; what another version wrote and this one does not know is left out."""
    known = {field.name: data[field.name] for field in fields(Habits) if field.name in data}
    kinds: Mapping[str, Callable[[str], Any]] = {
        "shape": Shape,
        "clean": Clean,
        "trim_silence": TrimSilence,
    }
    for name in kinds.keys() & known.keys():
        known[name] = kinds[name](known[name])
    return Habits(**known)
