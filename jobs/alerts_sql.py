"""What needs the owner: its table and its statements.

A row of `alerts` says that one machine (`source`) sees a trouble now. What the owner is told of it
is a row of the outbox; the last one that was sent says what they believe.
"""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

TABLES: Final = """
-- Troubles as they are now; `tell_at` is when they have lasted long enough to be told.
CREATE TABLE IF NOT EXISTS alerts (
    cause TEXT NOT NULL,
    source TEXT NOT NULL,
    since REAL NOT NULL,
    tell_at REAL NOT NULL,
    seen_at REAL NOT NULL,
    PRIMARY KEY (cause, source)
) WITHOUT ROWID;
"""
# Beside the outbox, so that it is made after it.
INDEXES: Final = """
CREATE INDEX IF NOT EXISTS outbox_alerts ON outbox (json_extract(view, '$.cause'), id)
    WHERE kind = 'alert';
"""

NOTE_ALERT: Final = f"""
INSERT INTO alerts (cause, source, since, tell_at, seen_at)
VALUES (:cause, :source, {NOW}, {NOW} + :patience_s, {NOW})
ON CONFLICT (cause, source) DO UPDATE SET seen_at = excluded.seen_at
"""
END_ALERT: Final = "DELETE FROM alerts WHERE cause = :cause AND source = :source"
# Whoever saw it is gone, or asks no more.
FORGET_SILENT_ALERTS: Final = f"DELETE FROM alerts WHERE seen_at < {NOW} - :silent_s"
CURRENT_ALERTS: Final = "SELECT DISTINCT cause FROM alerts ORDER BY cause"

_OF_CAUSE: Final = "kind = 'alert' AND json_extract(view, '$.cause') = :cause"
_IS_SO: Final = "EXISTS (SELECT 1 FROM alerts WHERE cause = :cause)"
_WAITS: Final = f"EXISTS (SELECT 1 FROM outbox WHERE {_OF_CAUSE} AND state = 'waiting')"
# 1: the owner was told that it is over, or nothing at all.
_LAST_TOLD: Final = f"""coalesce((
    SELECT json_extract(view, '$.is_over') FROM outbox
    WHERE {_OF_CAUSE} AND state <> 'waiting' ORDER BY id DESC LIMIT 1
), 1)"""
# What was not told yet and is not so any more need not be told.
UNSAY_ALERT: Final = f"""
DELETE FROM outbox
WHERE {_OF_CAUSE} AND state = 'waiting' AND json_extract(view, '$.is_over') = {_IS_SO}
"""
TELL_ALERT: Final = f"""
INSERT INTO outbox (kind, chat_id, view, not_before, since)
SELECT 'alert', p.id, json_object('cause', a.cause, 'is_over', 0, 'source', a.source), a.tell_at,
    {NOW}
FROM alerts AS a, people AS p
WHERE a.cause = :cause AND p.role = 'owner' AND {_LAST_TOLD} = 1 AND NOT {_WAITS}
ORDER BY a.tell_at LIMIT 1
"""
TELL_OVER: Final = f"""
INSERT INTO outbox (kind, chat_id, view, not_before, since)
SELECT 'alert', p.id, json_object('cause', :cause, 'is_over', 1, 'source', :source),
    {NOW} + :calm_s, {NOW}
FROM people AS p
WHERE p.role = 'owner' AND NOT {_IS_SO} AND {_LAST_TOLD} = 0 AND NOT {_WAITS}
"""
# The one that says what the owner believes stays for as long as it is so.
FORGET_TOLD_ALERTS: Final = f"""
DELETE FROM outbox WHERE kind = 'alert' AND since < {NOW} - :retention_s
    AND state IN ('sent', 'unknown', 'undeliverable')
    AND NOT EXISTS (SELECT 1 FROM alerts WHERE cause = json_extract(outbox.view, '$.cause'))
"""
