"""What one person may ask for, held by the database itself: nothing can ask past it.

`limits` holds the numbers; a refusal is told as `quota:name`.
"""

from __future__ import annotations

QUOTA_TRIGGERS = """
CREATE TRIGGER IF NOT EXISTS quota_active_renders BEFORE INSERT ON jobs
WHEN NEW.kind = 'render' AND (
    SELECT count(*) FROM jobs WHERE owner_id = NEW.owner_id AND kind = 'render'
    AND status IN ('pending', 'processing', 'dispatched')
) >= (SELECT value FROM limits WHERE name = 'active_renders')
BEGIN SELECT RAISE(ABORT, 'quota:active_renders'); END;

-- A video stopped at 99 % has cost as much as one that is done.
CREATE TRIGGER IF NOT EXISTS quota_videos_per_day BEFORE INSERT ON jobs
WHEN NEW.kind = 'render' AND (
    SELECT count(*) FROM jobs WHERE owner_id = NEW.owner_id AND kind = 'render'
    AND (attempt > 0 OR status IN ('pending', 'processing', 'dispatched'))
    AND created_at >= (SELECT t - t % 86400 FROM clock)
) + (
    SELECT coalesce(sum(videos), 0) FROM spent WHERE owner_id = NEW.owner_id
    AND day = (SELECT CAST(t / 86400 AS INTEGER) FROM clock)
) >= (SELECT value FROM limits WHERE name = 'videos_per_day')
BEGIN SELECT RAISE(ABORT, 'quota:videos_per_day'); END;

-- Each costs minutes and megabytes, and a program asks faster than a hand presses.
CREATE TRIGGER IF NOT EXISTS quota_edits_per_day BEFORE INSERT ON jobs
WHEN NEW.kind IN ('preview', 'save') AND (
    SELECT count(*) FROM jobs WHERE owner_id = NEW.owner_id AND kind IN ('preview', 'save')
    AND created_at >= (SELECT t - t % 86400 FROM clock)
) + (
    SELECT coalesce(sum(edits), 0) FROM spent WHERE owner_id = NEW.owner_id
    AND day = (SELECT CAST(t / 86400 AS INTEGER) FROM clock)
) >= (SELECT value FROM limits WHERE name = 'edits_per_day')
BEGIN SELECT RAISE(ABORT, 'quota:edits_per_day'); END;

-- One card has one glimpse under way; whoever has many cards must not hold up everybody.
CREATE TRIGGER IF NOT EXISTS quota_waiting_glimpses BEFORE INSERT ON jobs
WHEN NEW.kind = 'preview' AND json_extract(NEW.input, '$.part') = 'glimpse' AND (
    SELECT count(*) FROM jobs WHERE owner_id = NEW.owner_id AND kind = 'preview'
    AND status = 'pending' AND json_extract(input, '$.part') = 'glimpse'
) >= (SELECT value FROM limits WHERE name = 'waiting_glimpses')
BEGIN SELECT RAISE(ABORT, 'quota:waiting_glimpses'); END;

CREATE TRIGGER IF NOT EXISTS quota_queued_ingests BEFORE INSERT ON jobs
WHEN NEW.kind = 'ingest' AND (
    SELECT count(*) FROM jobs WHERE owner_id = NEW.owner_id AND kind = 'ingest'
    AND status = 'pending'
) >= (SELECT value FROM limits WHERE name = 'queued_ingests')
BEGIN SELECT RAISE(ABORT, 'quota:queued_ingests'); END;

-- What is brought and not listened to yet waits like what is queued; after a day it is swept.
CREATE TRIGGER IF NOT EXISTS quota_open_uploads BEFORE INSERT ON uploads
WHEN (
    SELECT count(*) FROM uploads AS u WHERE u.owner_id = NEW.owner_id
    AND u.created_at > (SELECT t - 86400 FROM clock) AND NOT EXISTS (
        SELECT 1 FROM jobs WHERE dedupe_key = 'upload:' || u.key AND dedupe_key <> ''
    )
) >= (SELECT value FROM limits WHERE name = 'queued_ingests')
BEGIN SELECT RAISE(ABORT, 'quota:queued_ingests'); END;

CREATE TRIGGER IF NOT EXISTS quota_bytes_per_day BEFORE INSERT ON jobs
WHEN NEW.kind = 'ingest' AND (
    SELECT coalesce(sum(coalesce(
        json_extract(result, '$.size_bytes'), json_extract(input, '$.size_bytes'), 0
    )), 0) FROM jobs WHERE owner_id = NEW.owner_id AND kind = 'ingest'
    AND created_at >= (SELECT t - t % 86400 FROM clock)
) + (
    SELECT coalesce(sum(bytes), 0) FROM spent WHERE owner_id = NEW.owner_id
    AND day = (SELECT CAST(t / 86400 AS INTEGER) FROM clock)
) + coalesce(json_extract(NEW.input, '$.size_bytes'), 0)
    > (SELECT value FROM limits WHERE name = 'bytes_per_day')
BEGIN SELECT RAISE(ABORT, 'quota:bytes_per_day'); END;
"""
