"""What is written when a person is forgotten, and when the files of their cards are gone.

Parameters are named; `(SELECT t FROM clock)` is the only clock.
"""

from __future__ import annotations

from typing import Final

from jobs.sql import ACTIVE, NOW
from jobs.tidy_sql import NAMED_JOBS

TABLES: Final = """
-- What of a day's quotas was used by jobs whose rows are gone; `day` counts from 1970.
CREATE TABLE IF NOT EXISTS spent (
    owner_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    videos INTEGER NOT NULL,
    edits INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (owner_id, day)
) WITHOUT ROWID;
"""
_TODAY: Final = f"CAST({NOW} / 86400 AS INTEGER)"

# At once: nothing runs for them any more, every card is gone, and so is what is theirs beside it.
FORGET_PERSON: Final = (
    f"""
    UPDATE jobs SET status = 'cancelled', error_code = '', error_params = '{{}}',
        lease_owner = '', lease_until = NULL, updated_at = {NOW}
    WHERE owner_id = :person_id AND status IN {ACTIVE}
    """,
    f"""
    UPDATE pages SET closed_at = {NOW} WHERE closed_at IS NULL
        AND project_id IN (SELECT id FROM projects WHERE owner_id = :person_id)
    """,
    f"""
    UPDATE projects SET status = 'deleted', revision = revision + 1, touched_at = {NOW}
    WHERE owner_id = :person_id AND status <> 'deleted'
    """,
    "DELETE FROM videos WHERE owner_id = :person_id",
    "DELETE FROM habits WHERE person_id = :person_id",
    "DELETE FROM portraits WHERE person_id = :person_id",
    "DELETE FROM api_keys WHERE owner_id = :person_id",
    "DELETE FROM invites WHERE used_by = :person_id AND used_by <> 0",
    # Their objects are found by these rows.
    "UPDATE uploads SET created_at = 0 WHERE owner_id = :person_id",
    "DELETE FROM outbox WHERE chat_id = :person_id AND kind = 'notice'",
)
FORGOTTEN_UPLOADS: Final = "SELECT key FROM uploads WHERE created_at = 0"
FORGET_UPLOAD: Final = "DELETE FROM uploads WHERE key = :key"

# Settled: nobody is at work on it any more, and its message says that it is gone.
DELETED_CARDS: Final = f"""
SELECT id, touched_at < {NOW} - :settle_s AND NOT EXISTS (
    SELECT 1 FROM jobs WHERE project_id = projects.id
        AND status IN {ACTIVE}
) AND NOT EXISTS (
    SELECT 1 FROM outbox WHERE project_id = projects.id AND (
        state = 'sending' OR (state = 'waiting' AND (kind <> 'card' OR wanted > done))
    )
) AS is_settled
FROM projects WHERE status = 'deleted'
"""
_OF_CARDS: Final = "project_id IN (SELECT value FROM json_each(:ids))"
_GOING: Final = f"{_OF_CARDS} AND id NOT IN ({NAMED_JOBS})"
# A card's own row goes last, once no other card needs any of its jobs.
FORGET_CARDS: Final = (
    f"DELETE FROM outbox WHERE {_OF_CARDS}",
    f"DELETE FROM history WHERE {_OF_CARDS}",
    f"DELETE FROM pages WHERE {_OF_CARDS}",
    # Who deletes what they made has made it all the same.
    f"""
    INSERT INTO spent (owner_id, day, videos, edits, bytes)
    SELECT owner_id, {_TODAY}, sum(kind = 'render' AND attempt > 0),
        sum(kind IN ('preview', 'save')), sum(iif(kind = 'ingest', coalesce(
            json_extract(result, '$.size_bytes'), json_extract(input, '$.size_bytes'), 0
        ), 0))
    FROM jobs WHERE {_GOING} AND created_at >= {_TODAY} * 86400 GROUP BY owner_id
    ON CONFLICT (owner_id, day) DO UPDATE SET videos = videos + excluded.videos,
        edits = edits + excluded.edits, bytes = bytes + excluded.bytes
    """,
    f"DELETE FROM jobs WHERE {_GOING}",
    """
    DELETE FROM projects WHERE id IN (SELECT value FROM json_each(:ids))
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE project_id = projects.id)
    """,
)
FORGET_SPENT: Final = f"DELETE FROM spent WHERE day < {_TODAY} - 1"
