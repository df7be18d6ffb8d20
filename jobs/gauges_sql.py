"""What the queue is measured by, as SQL."""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

COUNT_JOBS: Final = "SELECT status, count(*) AS jobs FROM jobs GROUP BY status"
OLDEST_PENDING: Final = f"""
SELECT {NOW} - min(run_after) AS age_s FROM jobs
WHERE status = 'pending' AND waits = 0 AND run_after <= {NOW}
"""
RECENT_RENDERS: Final = """
SELECT updated_at - started_at AS took_s, json_extract(result, '$.duration_s') AS duration_s
FROM jobs WHERE kind = 'render' AND status = 'complete'
ORDER BY updated_at DESC LIMIT 10
"""
