"""Every statement about what a worker holds, or does not know that it holds.

Parameters are named; `(SELECT t FROM clock)` is the only clock.
"""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

# Of what somebody believes to hold (ids and attempts), what is theirs no more.
HELD_JOBS: Final = """
SELECT held.key AS id FROM json_each(:held) AS held
WHERE NOT EXISTS (
    SELECT 1 FROM jobs
    WHERE id = held.key AND attempt = held.value AND status IN ('processing', 'dispatched')
)
"""
# The answer to a claim may be lost, and the claim itself may reach the database much later.
GIVE_BACK_UNHEARD: Final = f"""
UPDATE jobs SET status = 'pending', stage = 'waiting', progress = 0,
    lease_owner = '', lease_until = NULL, updated_at = {NOW}
WHERE status = 'processing' AND lease_owner = :owner
    AND id NOT IN (SELECT value FROM json_each(:held))
RETURNING id
"""
