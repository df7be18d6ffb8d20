"""What the bot owes its chats, as SQL."""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

# A card waits for its message; a ping waits until the video is in its place. What somebody waits
# for goes before news, which can be more than there is room for. A card whose work has told nothing
# new since it was drawn is looked at again when it asked for that.
DUE_OUTGOING: Final = f"""
SELECT o.*, CASE o.kind WHEN 'alert' THEN -1 WHEN 'greeting' THEN 0 WHEN 'final' THEN 1
    WHEN 'notice' THEN 2 WHEN 'card' THEN 3 ELSE 4 END AS place,
    o.asked > o.done AS is_asked
FROM outbox AS o LEFT JOIN projects AS p ON p.id = o.project_id
WHERE o.state = 'waiting' AND (o.kind <> 'card' OR o.wanted > o.done)
    AND o.not_before <= {NOW} AND CASE o.kind
    WHEN 'card' THEN NOT EXISTS (
        SELECT 1 FROM outbox AS g WHERE g.project_id = o.project_id AND g.kind = 'greeting'
            AND g.state IN ('waiting', 'sending')
    )
    WHEN 'ping' THEN p.message_id <> 0 AND NOT EXISTS (
        SELECT 1 FROM outbox AS c WHERE c.project_id = o.project_id
            AND c.state IN ('waiting', 'sending')
            AND (c.kind = 'final' OR (c.kind = 'card' AND c.wanted > c.done))
    )
    ELSE 1 END
UNION ALL
SELECT o.*, 3 AS place, 0 AS is_asked FROM outbox AS o
WHERE o.look_at <= {NOW} AND o.state = 'waiting' AND o.wanted <= o.done AND o.not_before <= {NOW}
ORDER BY place, is_asked DESC, id LIMIT :limit
"""
NOTE_NOTICE: Final = f"""
INSERT INTO outbox (kind, chat_id, project_id, view, since)
SELECT 'notice', :chat_id, :project_id, :view, {NOW}
WHERE NOT :seldom OR NOT EXISTS (
    SELECT 1 FROM outbox WHERE chat_id = :chat_id AND kind = 'notice' AND view = :view
        AND since > {NOW} - 86400
)
"""
SETTLE_OUTGOING: Final = "UPDATE outbox SET state = 'sent' WHERE id = :id"
MARK_SENDING: Final = """
UPDATE outbox SET state = 'sending', tries = tries + 1
WHERE id = :id AND state = 'waiting' AND tries = :tries
RETURNING id
"""
# Counted as a try, so that the mark it takes back finds nothing should it arrive only now.
UNMARK_SENDING: Final = """
UPDATE outbox SET state = 'waiting', tries = :tries + 1
WHERE id = :id AND state IN ('waiting', 'sending') AND tries <= :tries + 1
"""
MARK_SENT: Final = """
UPDATE outbox SET state = 'sent' WHERE id = :id AND state IN ('waiting', 'sending')
"""
SET_MESSAGE: Final = "UPDATE projects SET message_id = :message_id WHERE id = :project_id"
SET_SHOWN: Final = """
UPDATE outbox SET shown = :shown, state = 'waiting', tries = 0
WHERE kind = 'card' AND project_id = :project_id AND state IN ('waiting', 'sending')
"""
MARK_SHOWED: Final = f"""
UPDATE outbox SET done = max(done, :wanted), shown = :shown, state = 'waiting', tries = 0,
    look_at = iif(:look_s > 0, {NOW} + :look_s, NULL)
WHERE id = :id AND state IN ('waiting', 'sending')
"""
POSTPONE_OUTGOING: Final = f"""
UPDATE outbox SET state = 'waiting', not_before = {NOW} + :wait_s
WHERE id = :id AND state IN ('waiting', 'sending')
"""
LOSE_MESSAGE: Final = """
UPDATE projects SET message_id = 0 WHERE id = :project_id
"""
UNSHOW: Final = """
UPDATE outbox SET shown = '', wanted = max(wanted, done + 1)
WHERE kind = 'card' AND project_id = :project_id
"""
GIVE_UP_MESSAGES: Final = """
UPDATE outbox SET state = 'undeliverable'
WHERE chat_id = :chat_id AND kind IN ('greeting', 'notice', 'ping', 'alert')
    AND state IN ('waiting', 'sending')
"""
GIVE_UP_CARDS: Final = """
UPDATE outbox SET done = wanted, look_at = NULL, state = 'waiting'
WHERE chat_id = :chat_id AND kind = 'card'
"""
# Nobody knows whether these arrived; sending them again could show them twice.
FORGET_SENDING: Final = """
UPDATE outbox SET state = 'unknown'
WHERE state = 'sending' AND kind IN ('greeting', 'notice', 'ping', 'alert')
RETURNING id
"""
SHOW_AFTER_UNKNOWN: Final = """
UPDATE outbox SET wanted = max(wanted, done + 1)
WHERE kind = 'card' AND project_id IN (
    SELECT p.id FROM projects AS p JOIN outbox AS g ON g.project_id = p.id
    WHERE g.kind = 'greeting' AND g.state = 'unknown' AND p.message_id = 0 AND p.status = 'open'
)
"""
CARDS_WAIT_AGAIN: Final = """
UPDATE outbox SET state = 'waiting' WHERE state = 'sending' AND kind IN ('card', 'final')
"""
OLDEST_DUE: Final = f"""
SELECT {NOW} - min(max(since, not_before)) AS age_s FROM outbox
WHERE state = 'waiting' AND not_before <= {NOW} AND (kind <> 'card' OR wanted > done)
"""
NEXT_DUE: Final = f"""
SELECT min(not_before) - {NOW} AS wait_s FROM outbox
WHERE state = 'waiting' AND not_before > {NOW} AND (kind <> 'card' OR wanted > done)
"""
