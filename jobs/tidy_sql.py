"""What tidying asks of the database, and what it closes and forgets there.

Parameters are named; `(SELECT t FROM clock)` is the only clock.
"""

from __future__ import annotations

from typing import Final

from jobs.sql import ACTIVE, NOW

# Whether a card still needs its recording: it was touched not long ago, or something is under way.
_NEEDED: Final = f"""(
    touched_at >= {NOW} - :originals_s OR EXISTS (
        SELECT 1 FROM jobs
        WHERE project_id = projects.id AND status IN {ACTIVE}
    )
)"""
# Of many jobs at once, those without a row too, because another card may show their recording.
STANDINGS: Final = f"""
SELECT asked.value AS job_id, project.status AS project_status, EXISTS (
    SELECT 1 FROM projects
    WHERE status = 'open' AND asked.value <> '' AND (
        (ingest_job = asked.value AND {_NEEDED})
        OR (cover_job = asked.value AND cover_job <> '' AND {_NEEDED})
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
# A card with a video stays as long as the video, and one that is being worked on is not quiet.
EXPIRE_PROJECTS: Final = f"""
UPDATE projects SET status = 'expired', revision = revision + 1
WHERE status = 'open' AND touched_at < {NOW} - :originals_s
    AND (touched_at < {NOW} - :retention_s OR NOT (
        EXISTS (SELECT 1 FROM jobs WHERE id = projects.render_job AND status = 'complete')
        OR EXISTS (SELECT 1 FROM jobs WHERE project_id = projects.id AND status IN {ACTIVE})
    ))
RETURNING id
"""
_FORGOTTEN: Final = f"""(
    SELECT id FROM projects WHERE status <> 'open' AND touched_at < {NOW} - 2 * :retention_s
)"""
# Cards that show the same recording share the jobs of the first.
NAMED_JOBS: Final = " UNION ALL ".join(
    f"SELECT {column} FROM projects WHERE status = 'open'"
    for column in (
        "ingest_job",
        "card_job",
        "save_job",
        "render_job",
        "preview_job",
        "glimpse_job",
        "cover_job",
    )
)
# What nobody can ask for any more: rows go one retention after their card did, and a card's own
# row goes last, so that what stays of it is found again.
FORGET_ROWS: Final = (
    f"""
    DELETE FROM outbox WHERE kind IN ('final', 'notice', 'ping') AND since < {NOW} - :retention_s
        AND state IN ('sent', 'unknown', 'undeliverable')
    """,
    f"DELETE FROM outbox WHERE project_id IN {_FORGOTTEN}",
    f"DELETE FROM history WHERE project_id IN {_FORGOTTEN}",
    f"DELETE FROM pages WHERE project_id IN {_FORGOTTEN}",
    f"DELETE FROM jobs WHERE project_id IN {_FORGOTTEN} AND id NOT IN ({NAMED_JOBS})",
    f"""
    DELETE FROM projects WHERE id IN {_FORGOTTEN}
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE project_id = projects.id)
    """,
    # Telegram keeps an update for a day; two weeks are far beyond that.
    f"DELETE FROM updates WHERE at < {NOW} - 14 * 86400",
    # A profile photo is asked for once a day at most.
    f"DELETE FROM portraits WHERE asked_at < {NOW} - 2 * 86400",
)
