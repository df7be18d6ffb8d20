"""Group chats: which the bot was removed from, and what follows when one becomes another chat.

Parameters are named; `(SELECT t FROM clock)` is the only clock.
"""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

TABLES: Final = """
-- Groups that the bot is not in any more: nothing is sent there until it is back.
CREATE TABLE IF NOT EXISTS left_groups (id INTEGER PRIMARY KEY, since REAL NOT NULL);
"""

LEAVE: Final = f"""
INSERT INTO left_groups (id, since) VALUES (:chat_id, {NOW}) ON CONFLICT (id) DO NOTHING
"""
COME_BACK: Final = "DELETE FROM left_groups WHERE id = :chat_id"
IS_LEFT: Final = "SELECT 1 FROM left_groups WHERE id = :chat_id"
STOP_JOBS: Final = f"""
UPDATE jobs SET status = 'cancelled', error_code = '', error_params = '{{}}',
    lease_owner = '', lease_until = NULL, updated_at = {NOW}
WHERE chat_id = :chat_id AND status IN ('pending', 'processing', 'dispatched')
"""
# Messages of the old chat cannot be edited any more, nor answered under the same number.
MOVE: Final = (
    """
    UPDATE projects SET chat_id = :moved_to, message_id = 0, source_message_id = 0
    WHERE chat_id = :chat_id
    """,
    """
    UPDATE jobs SET chat_id = :moved_to
    WHERE chat_id = :chat_id AND status IN ('pending', 'processing', 'dispatched')
    """,
    """
    UPDATE outbox SET chat_id = :moved_to, shown = '',
        view = iif(kind = 'notice', json_set(view, '$.reply_to', 0), view)
    WHERE chat_id = :chat_id AND state IN ('waiting', 'sending')
    """,
    # A video that was delivered stays where it is: only what is not finished needs its buttons.
    """
    UPDATE outbox SET wanted = max(wanted, done + 1)
    WHERE kind = 'card' AND chat_id = :moved_to AND project_id IN (
        SELECT p.id FROM projects AS p LEFT JOIN jobs AS r ON r.id = p.render_job
        WHERE p.chat_id = :moved_to AND p.status = 'open' AND p.message_id = 0
            AND (r.id IS NULL OR r.status <> 'complete')
    )
    """,
    COME_BACK,
)
