"""How a database that another version made becomes one of today's.

A change of the tables raises `schema.VERSION`, changes them in schema.py for who begins anew, and
adds a step here for who has rows already. Triggers need no step: they are put in anew each time,
and a step drops one that is gone for good.
"""

from __future__ import annotations

from collections.abc import Mapping

from jobs import schema

# A table's rule can only be changed by making the table anew. Its indexes are made with today's.
OUTBOX_OF_6 = """
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('greeting', 'final', 'notice', 'card', 'ping', 'alert')),
    project_id TEXT NOT NULL DEFAULT '',
    job_id TEXT NOT NULL DEFAULT '',
    chat_id INTEGER NOT NULL,
    view TEXT NOT NULL DEFAULT '{}',
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (
        state IN ('waiting', 'sending', 'sent', 'unknown', 'undeliverable')
    ),
    wanted INTEGER NOT NULL DEFAULT 0,
    asked INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    shown TEXT NOT NULL DEFAULT '',
    tries INTEGER NOT NULL DEFAULT 0,
    not_before REAL NOT NULL DEFAULT 0,
    since REAL NOT NULL
)
"""
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
        "CREATE TABLE outbox_of_5 AS SELECT * FROM outbox",
        "DROP TABLE outbox",
        OUTBOX_OF_6,
        "INSERT INTO outbox SELECT * FROM outbox_of_5",
        "DROP TABLE outbox_of_5",
        "ALTER TABLE outbox ADD COLUMN look_at REAL",
    ),
}


def statements(found: int) -> list[str]:
    """What makes tables of version `found` today's; no trigger of ours is there while it does."""
    later = range(found + 1, schema.VERSION + 1)
    steps = [text for version in later for text in STEPS[version]]
    return [*schema.drops(), *steps, *schema.statements()]
