"""What each person used, counted as the quotas count it."""

from __future__ import annotations

from typing import Final

USAGE: Final = """
SELECT p.id AS person_id, p.name AS name, (
    SELECT count(*) FROM jobs WHERE owner_id = p.id AND kind = 'render'
        AND (attempt > 0 OR status IN ('pending', 'processing', 'dispatched'))
        AND created_at >= (SELECT t - t % 86400 FROM clock)
) + (
    SELECT coalesce(sum(videos), 0) FROM spent WHERE owner_id = p.id
        AND day = (SELECT CAST(t / 86400 AS INTEGER) FROM clock)
) AS videos_today, (
    SELECT coalesce(sum(coalesce(
        json_extract(result, '$.size_bytes'), json_extract(input, '$.size_bytes'), 0
    )), 0) FROM jobs WHERE owner_id = p.id AND kind = 'ingest'
        AND created_at >= (SELECT t - t % 86400 FROM clock)
) + (
    SELECT coalesce(sum(bytes), 0) FROM spent WHERE owner_id = p.id
        AND day = (SELECT CAST(t / 86400 AS INTEGER) FROM clock)
) AS bytes_today, (
    SELECT count(*) FROM videos WHERE owner_id = p.id
) AS videos
FROM people AS p WHERE p.role IN ('owner', 'guest')
ORDER BY videos_today DESC, bytes_today DESC, p.id LIMIT :limit
"""
