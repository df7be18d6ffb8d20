"""What is written when a person is forgotten, and when the files of their cards are gone.

Parameters are named; `(SELECT t FROM clock)` is the only clock.
"""

from __future__ import annotations

from typing import Final

from jobs.sql import ACTIVE, NOW
from jobs.tidy_sql import NAMED_JOBS

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
# A card's own row goes last, once no other card needs any of its jobs.
FORGET_CARDS: Final = (
    f"DELETE FROM outbox WHERE {_OF_CARDS}",
    f"DELETE FROM history WHERE {_OF_CARDS}",
    f"DELETE FROM pages WHERE {_OF_CARDS}",
    f"DELETE FROM jobs WHERE {_OF_CARDS} AND id NOT IN ({NAMED_JOBS})",
    """
    DELETE FROM projects WHERE id IN (SELECT value FROM json_each(:ids))
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE project_id = projects.id)
    """,
)
