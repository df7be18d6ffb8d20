"""What is remembered of how a person uses the bot: its table and its statements."""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

TABLES: Final = """
CREATE TABLE IF NOT EXISTS habits (
    person_id INTEGER PRIMARY KEY,
    habits TEXT NOT NULL
);

-- When Telegram was asked for a person's profile photo.
CREATE TABLE IF NOT EXISTS portraits (
    person_id INTEGER PRIMARY KEY,
    asked_at REAL NOT NULL
);
"""

GET_HABITS: Final = "SELECT habits FROM habits WHERE person_id = :person_id"
PUT_HABITS: Final = """
INSERT INTO habits (person_id, habits) VALUES (:person_id, :habits)
ON CONFLICT (person_id) DO UPDATE SET habits = excluded.habits
"""
# What the newest card with that recording looked like whose recording was tidied away.
TIDIED_EDIT: Final = f"""
SELECT edit FROM projects
WHERE owner_id = :owner_id AND chat_id = :chat_id AND id <> :id
    AND (status = 'expired' OR (status = 'open' AND touched_at < {NOW} - :originals_s))
    AND json_extract(edit, '$.recipe.clips[0].source') = :digest
ORDER BY touched_at DESC LIMIT 1
"""
ASK_FOR_PORTRAIT: Final = f"""
INSERT INTO portraits (person_id, asked_at) VALUES (:person_id, {NOW})
ON CONFLICT (person_id) DO UPDATE SET asked_at = excluded.asked_at
WHERE portraits.asked_at <= {NOW} - :every_s
    OR portraits.asked_at > {NOW} -- written before the clock was set back
RETURNING person_id
"""
PORTRAITS: Final = "SELECT person_id FROM portraits"
# The edit a card began with, once somebody changed it; twenty changes later one of the next.
FIRST_EDIT: Final = """
SELECT edit FROM history WHERE project_id = :project_id ORDER BY number LIMIT 1
"""
