"""What tidying asks of the database; all that changes jobs and cards is in sql.py.

Parameters are named; `(SELECT t FROM clock)` is the only clock.
"""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

# Of many jobs at once, those without a row too, because another card may show their recording.
STANDINGS: Final = """
SELECT asked.value AS job_id, project.status AS project_status, EXISTS (
    SELECT 1 FROM projects
    WHERE status = 'open' AND asked.value <> '' AND (
        ingest_job = asked.value OR (cover_job = asked.value AND cover_job <> '')
        OR (render_job = asked.value AND render_job <> '' AND id <> job.project_id)
    )
) AS is_used
FROM json_each(:ids) AS asked
LEFT JOIN jobs AS job ON job.id = asked.value
LEFT JOIN projects AS project ON project.id = job.project_id
"""
CLAIM_TIDYING: Final = f"""
INSERT INTO meta (name, value) VALUES ('tidied_at', {NOW})
ON CONFLICT (name) DO UPDATE SET value = excluded.value
WHERE CAST(meta.value AS REAL) <= {NOW} - :every_s
    OR CAST(meta.value AS REAL) > {NOW} -- written before the clock was set back
RETURNING name
"""
