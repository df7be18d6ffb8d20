"""How a database that another version made becomes one of today's.

A change of the tables raises `schema.VERSION`, changes them in schema.py for who begins anew, and
adds a step here for who has rows already. Triggers need no step: they are put in anew each time,
and a step drops one that is gone for good.
"""

from __future__ import annotations

from collections.abc import Mapping

from jobs import schema

# What leads to each version from the one before; a step runs once and is never changed.
STEPS: Mapping[int, tuple[str, ...]] = {
    2: ("ALTER TABLE jobs ADD COLUMN shortages INTEGER NOT NULL DEFAULT 0",),
    # Tables that are new are made by schema.py.
    3: (
        "ALTER TABLE jobs ADD COLUMN deadline REAL",
        "ALTER TABLE jobs ADD COLUMN redispatches INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE people ADD COLUMN chosen_language TEXT NOT NULL DEFAULT ''",
    ),
    4: ("ALTER TABLE projects ADD COLUMN page INTEGER NOT NULL DEFAULT 0",),
    5: ("ALTER TABLE projects ADD COLUMN glimpse_job TEXT NOT NULL DEFAULT ''",),
    6: (
        "ALTER TABLE projects ADD COLUMN cover_job TEXT NOT NULL DEFAULT ''",
        # Others take their place.
        "DROP INDEX IF EXISTS jobs_queue",
        "DROP INDEX IF EXISTS jobs_updated",
    ),
}


def statements(found: int) -> list[str]:
    """What makes tables of version `found` today's; no trigger of ours is there while it does."""
    later = range(found + 1, schema.VERSION + 1)
    steps = [text for version in later for text in STEPS[version]]
    return [*schema.drops(), *steps, *schema.statements()]
