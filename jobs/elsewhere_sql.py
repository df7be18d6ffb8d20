"""Every statement about jobs that are at work elsewhere; the others are in sql.py.

Parameters are named; `(SELECT t FROM clock)` is the only clock.
"""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

# Percent of the job between which whoever works elsewhere reports.
STARTED: Final = 30
FINISHED: Final = 99

DISPATCH_JOB: Final = f"""
UPDATE jobs SET status = 'dispatched', progress = max(progress, {STARTED}),
    deadline = {NOW} + :limit_s, lease_owner = '', lease_until = NULL, updated_at = {NOW}
WHERE id = :id AND attempt = :attempt AND status = 'processing'
RETURNING id
"""
NOTE_CALL: Final = f"""
UPDATE jobs SET call_id = :call_id, updated_at = {NOW}
WHERE id = :id AND attempt = :attempt AND status = 'dispatched'
RETURNING id
"""
# A report that was overtaken by a later one changes neither stage nor progress, but is a sign of
# life all the same.
REPORT_PROGRESS: Final = f"""
UPDATE jobs SET stage = iif(:progress >= progress, :stage, stage),
    progress = max(progress, min({FINISHED}, :progress)), updated_at = {NOW}
WHERE id = :id AND attempt = :attempt AND status = 'dispatched'
RETURNING id
"""
# What is far in the future was written before the clock was set back.
SILENT_JOBS: Final = f"""
SELECT *, coalesce(deadline <= {NOW}, 0) AS overdue FROM jobs
WHERE status = 'dispatched' AND (
    updated_at NOT BETWEEN {NOW} - :silent_s AND {NOW} + :silent_s OR deadline <= {NOW}
)
ORDER BY updated_at, id
"""
REDISPATCH_JOB: Final = f"""
UPDATE jobs SET
    status = iif(redispatches < :most, 'pending', 'failed'), redispatches = redispatches + 1,
    error_code = iif(redispatches < :most, error_code, 'render_lost'),
    error_params = iif(redispatches < :most, error_params, '{{}}'),
    stage = 'waiting', progress = iif(redispatches < :most, 0, progress), losses = 0,
    run_after = {NOW}, updated_at = {NOW}
WHERE id = :id AND attempt = :attempt AND status = 'dispatched'
RETURNING status
"""
STRAY_CALLS: Final = "SELECT id FROM stray_calls ORDER BY since, id LIMIT :limit"
FORGET_CALL: Final = "DELETE FROM stray_calls WHERE id = :id"
