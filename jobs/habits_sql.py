"""What is remembered of how a person uses the bot: its table and its statements."""

from __future__ import annotations

from typing import Final

TABLES: Final = """
CREATE TABLE IF NOT EXISTS habits (
    person_id INTEGER PRIMARY KEY,
    habits TEXT NOT NULL
);
"""

GET_HABITS: Final = "SELECT habits FROM habits WHERE person_id = :person_id"
PUT_HABITS: Final = """
INSERT INTO habits (person_id, habits) VALUES (:person_id, :habits)
ON CONFLICT (person_id) DO UPDATE SET habits = excluded.habits
"""
# The edit a card began with, once somebody changed it; twenty changes later one of the next.
FIRST_EDIT: Final = """
SELECT edit FROM history WHERE project_id = :project_id ORDER BY number LIMIT 1
"""
