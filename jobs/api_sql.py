"""Every statement that only the HTTP API needs; all others are in sql.py.

Parameters are named; `(SELECT t FROM clock)` is the only clock.
"""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

# --- keys -------------------------------------------------------------------------------------

INSERT_API_KEY: Final = f"""
INSERT INTO api_keys (id, owner_id, digest, made_at) VALUES (:id, :owner_id, :digest, {NOW})
"""
REVOKE_API_KEY: Final = "DELETE FROM api_keys WHERE id = :id"
KEYS_OF_PERSON: Final = "SELECT * FROM api_keys WHERE owner_id = :owner_id ORDER BY made_at, id"
# Nobody needs to know to the second when a key was used last, so most uses write nothing.
HOLDER_OF_KEY: Final = f"""
SELECT p.*, k.id AS key_id, coalesce(k.used_at < {NOW} - 60, 1) AS is_news
FROM api_keys AS k JOIN people AS p ON p.id = k.owner_id
WHERE k.digest = :digest AND p.role IN ('guest', 'owner')
"""
USE_API_KEY: Final = f"UPDATE api_keys SET used_at = {NOW} WHERE id = :id"

# --- uploads ----------------------------------------------------------------------------------

PROMISE_UPLOAD: Final = f"""
INSERT INTO uploads (key, owner_id, created_at) VALUES (:key, :owner_id, {NOW})
ON CONFLICT (key) DO NOTHING
"""
OWNER_OF_UPLOAD: Final = "SELECT owner_id FROM uploads WHERE key = :key"
JOB_OF_UPLOAD: Final = """
SELECT * FROM jobs WHERE dedupe_key = :dedupe_key AND dedupe_key <> ''
"""
FORGET_UPLOADS: Final = f"DELETE FROM uploads WHERE created_at < {NOW} - :older_than_s"

# --- what belongs to a person -----------------------------------------------------------------

_BEFORE: Final = """(:before = '' OR (created_at, id) < (
    SELECT created_at, id FROM jobs WHERE id = :before AND owner_id = :owner_id
))"""
RENDERS_OF_PERSON: Final = f"""
SELECT * FROM jobs WHERE owner_id = :owner_id AND kind = 'render' AND {_BEFORE}
ORDER BY created_at DESC, id DESC LIMIT :limit
"""
RECORDINGS_OF_PERSON: Final = f"""
SELECT * FROM jobs WHERE owner_id = :owner_id AND kind = 'ingest' AND status = 'complete'
    AND EXISTS (SELECT 1 FROM projects AS p WHERE p.ingest_job = jobs.id AND p.status = 'open')
    AND {_BEFORE}
ORDER BY created_at DESC, id DESC LIMIT :limit
"""
CARDS_OF_RECORDING: Final = """
SELECT * FROM projects
WHERE ingest_job = :ingest_job AND owner_id = :owner_id AND status = 'open'
ORDER BY created_at, id
"""
NEWEST_SAVE_BETWEEN: Final = """
SELECT * FROM jobs
WHERE kind = 'save' AND status = 'complete'
    AND json_extract(result, '$.key') >= :first AND json_extract(result, '$.key') < :last
ORDER BY updated_at DESC LIMIT 1
"""
