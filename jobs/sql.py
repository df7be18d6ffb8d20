"""Every statement, once, in the SQL that both databases speak.

Parameters are named; `(SELECT t FROM clock)` is the only clock.
"""

from __future__ import annotations

from typing import Final

NOW: Final = "(SELECT t FROM clock)"
# No wait and no lease is as long as 600 s (LEASE_S is 300 at most): what is further off was
# written before the clock was set back.
_ASTRAY: Final = f"{NOW} + 600"
ACTIVE: Final = "('pending', 'processing', 'dispatched')"
_IN_HAND: Final = "('processing', 'dispatched')"
# Whoever may look after dispatched jobs has had an hour to end one that is overdue.
_DESERTED: Final = f"(status = 'dispatched' AND deadline <= {NOW} - 3600)"

ADD_LIMIT: Final = """
INSERT INTO limits (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING
"""
SET_LIMIT: Final = """
INSERT INTO limits (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
"""
HAS_META: Final = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'meta'"
SCHEMA_VERSION: Final = "SELECT value FROM meta WHERE name = 'schema'"
# The name is taken, so this is refused unless the version is still the one that was found.
EXPECT_VERSION: Final = """
INSERT INTO meta (name, value)
SELECT name, value FROM meta WHERE name = 'schema' AND value <> :version
"""
ADD_META: Final = """
INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING
"""
SET_META: Final = "UPDATE meta SET value = :value WHERE name = :name"
GET_META: Final = "SELECT value FROM meta WHERE name = :name"

# --- the queue --------------------------------------------------------------------------------

# Turns are an hour apart for what one person has waiting, so that everybody's first job stands
# before anybody's second. The plus keeps SQLite from planning for each kind anew: with a bare
# :kind it asks whether a partial index would do, and plans again, triggers and all, with each use.
CREATE_JOB: Final = f"""
INSERT INTO jobs (id, kind, status, project_id, owner_id, chat_id, input, dedupe_key, after_job,
    waits, run_after, turn, created_at, updated_at)
VALUES (:id, :kind, 'pending', :project_id, :owner_id, :chat_id, :input, :dedupe_key, :after_job,
    :after_job <> '' AND NOT EXISTS (
        SELECT 1 FROM jobs WHERE id = :after_job AND status = 'complete'
    ),
    {NOW} + :delay_s,
    {NOW} + 3600 * (
        SELECT count(*) FROM jobs
        WHERE owner_id = :owner_id AND kind = +:kind AND status = 'pending'
    ),
    {NOW}, {NOW})
"""
GET_JOB: Final = "SELECT * FROM jobs WHERE id = :id"
GET_JOBS: Final = "SELECT * FROM jobs WHERE id IN (SELECT value FROM json_each(:ids))"
JOBS_OF_PROJECT: Final = """
SELECT * FROM jobs WHERE project_id = :project_id ORDER BY created_at DESC, id
"""
FIND_SAVE: Final = """
SELECT result FROM jobs
WHERE kind = 'save' AND status = 'complete' AND json_extract(result, '$.key') = :key LIMIT 1
"""
# The first of each kind, then the first of those: what waits for another worker is not walked past.
CLAIM_JOB: Final = f"""
UPDATE jobs SET status = 'processing', attempt = attempt + 1, stage = 'waiting', progress = 0,
    lease_owner = :owner, lease_until = {NOW} + :lease_s, call_id = '', deadline = NULL,
    started_at = {NOW}, updated_at = {NOW}
WHERE status = 'pending' AND id = (
    SELECT id FROM jobs WHERE id IN (
        SELECT (
            SELECT id FROM jobs
            WHERE status = 'pending' AND kind = wanted.value AND waits = 0
                AND (run_after <= {NOW} OR run_after > {_ASTRAY})
            ORDER BY turn, id LIMIT 1
        ) FROM json_each(:kinds) AS wanted
    )
    ORDER BY turn, id LIMIT 1
)
RETURNING *
"""
# Whoever hands a job on still beats for it; what is told of it then comes from elsewhere.
BEAT_JOB: Final = f"""
UPDATE jobs SET lease_until = iif(status = 'processing', {NOW} + :lease_s, NULL),
    stage = iif(status = 'processing', :stage, stage),
    progress = iif(status = 'processing', min(100, max(progress, :progress)), progress),
    updated_at = {NOW}
WHERE id = :id AND attempt = :attempt AND status IN {_IN_HAND}
RETURNING id
"""
COMPLETE_JOB: Final = f"""
UPDATE jobs SET status = 'complete', result = :result, progress = 100, losses = 0,
    error_code = '', error_params = '{{}}', lease_owner = '', lease_until = NULL,
    updated_at = {NOW}
WHERE id = :id AND attempt = :attempt AND status IN {_IN_HAND}
RETURNING id
"""
# Waits grow as 5, 10, 20 ... 300 s, each shortened at random so that a crowd comes apart.
FAIL_JOB: Final = f"""
UPDATE jobs SET
    status = iif(failures + 1 < :tries, 'pending', 'failed'),
    failures = failures + 1, losses = 0, stage = 'waiting',
    progress = iif(failures + 1 < :tries, 0, progress),
    error_code = :code, error_params = :params,
    run_after = {NOW} + min(300.0, 5.0 * (1 << min(failures, 10))) * (abs(random() % 1000) / 1e3),
    lease_owner = '', lease_until = NULL, updated_at = {NOW}
WHERE id = :id AND attempt = :attempt AND status IN {_IN_HAND}
RETURNING id
"""
# Lack of room, or of an answer from whoever is needed, is nobody's failure, but somebody waits:
# after a while they are told.
RUN_SHORT: Final = f"""
UPDATE jobs SET
    status = iif(shortages + 1 < :most, 'pending', 'failed'),
    shortages = shortages + 1, losses = 0, stage = 'waiting',
    progress = iif(shortages + 1 < :most, 0, progress),
    error_code = :code, error_params = :params,
    run_after = {NOW} + :wait_s + :spread_s * (abs(random() % 1000) / 1e3),
    lease_owner = '', lease_until = NULL, updated_at = {NOW}
WHERE id = :id AND attempt = :attempt AND status IN {_IN_HAND}
RETURNING id
"""
RELEASE_JOB: Final = f"""
UPDATE jobs SET status = 'pending', stage = 'waiting', progress = 0, losses = 0,
    run_after = {NOW} + :wait_s, lease_owner = '', lease_until = NULL, updated_at = {NOW}
WHERE id = :id AND attempt = :attempt AND status IN {_IN_HAND}
RETURNING id
"""
CANCEL_JOB: Final = f"""
UPDATE jobs SET status = 'cancelled', error_code = '', error_params = '{{}}',
    lease_owner = '', lease_until = NULL, updated_at = {NOW}
WHERE id = :id AND status IN {ACTIVE}
RETURNING id
"""
SUPERSEDE_JOBS: Final = f"""
UPDATE jobs SET status = 'cancelled', error_code = '', error_params = '{{}}', updated_at = {NOW}
WHERE project_id = :project_id AND status = 'pending'
    AND kind IN (SELECT value FROM json_each(:kinds))
"""
RESCUE_JOBS: Final = f"""
UPDATE jobs SET
    status = iif(losses + 1 < :losses, 'pending', 'failed'), losses = losses + 1,
    error_code = iif(losses + 1 < :losses, error_code, 'worker_lost'),
    error_params = iif(losses + 1 < :losses, error_params, '{{}}'),
    stage = 'waiting', progress = iif(losses + 1 < :losses, 0, progress),
    lease_owner = '', lease_until = NULL, updated_at = {NOW}
WHERE (status = 'processing' AND (lease_until < {NOW} OR lease_until > {_ASTRAY}))
    OR {_DESERTED}
RETURNING id
"""
QUEUE_PLACE: Final = """
SELECT count(*) AS ahead FROM jobs
WHERE status = 'pending'
    AND (kind = 'render') = (:kind = 'render') AND (kind = 'save') = (:kind = 'save')
    AND (turn, id) < (SELECT turn, id FROM jobs WHERE id = :id)
"""

# --- projects ---------------------------------------------------------------------------------

INSERT_PROJECT: Final = f"""
INSERT INTO projects (id, owner_id, chat_id, source, source_message_id, ingest_job, status,
    revision, edit, face, edge, page, card_job, save_job, render_job, preview_job,
    glimpse_job, cover_job, created_at, touched_at)
VALUES (:id, :owner_id, :chat_id, :source, :source_message_id, :ingest_job, :status,
    1, :edit, :face, :edge, :page, :card_job, :save_job, :render_job, :preview_job,
    :glimpse_job, :cover_job, {NOW}, {NOW})
"""
UPDATE_PROJECT: Final = f"""
UPDATE projects SET source = :source, ingest_job = :ingest_job, status = :status,
    revision = :revision + 1, edit = :edit, face = :face, edge = :edge, page = :page,
    card_job = :card_job, save_job = :save_job, render_job = :render_job,
    preview_job = :preview_job, glimpse_job = :glimpse_job, cover_job = :cover_job,
    touched_at = iif(:touches, {NOW}, touched_at)
WHERE id = :id
"""
GET_PROJECT: Final = "SELECT * FROM projects WHERE id = :id"
NEWEST_OPEN_PROJECT: Final = """
SELECT * FROM projects AS p WHERE owner_id = :owner_id AND chat_id = :chat_id AND status = 'open'
    AND NOT (ingest_job = '' AND json_extract(source, '$.kind') = 'upload')
    AND (edit IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM jobs WHERE id = p.ingest_job AND status IN ('failed', 'cancelled')
            AND error_code <> 'source_too_long'
    ))
ORDER BY touched_at DESC, created_at DESC LIMIT 1
"""
PROJECT_BY_MESSAGE: Final = """
SELECT * FROM projects WHERE chat_id = :chat_id
    AND (message_id = :message_id OR source_message_id = :message_id)
ORDER BY created_at DESC LIMIT 1
"""
# Their card of the same file; where it could not be brought in, sending it again is trying again.
OPEN_OF_FILE: Final = """
SELECT * FROM projects AS p WHERE owner_id = :owner_id AND chat_id = :chat_id AND status = 'open'
    AND json_extract(source, '$.unique_id') = :unique_id
    AND (edit IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM jobs WHERE id = p.ingest_job AND status IN ('failed', 'cancelled')
            AND error_code <> 'source_too_long'
    ))
ORDER BY touched_at DESC, created_at DESC LIMIT 1
"""
IS_USED: Final = """
SELECT 1 FROM projects WHERE ingest_job = :ingest_job AND status = 'open' LIMIT 1
"""
REMEMBER_EDIT: Final = """
INSERT INTO history (project_id, number, edit)
SELECT id, 1 + coalesce((SELECT max(number) FROM history WHERE project_id = :project_id), 0), edit
FROM projects WHERE id = :project_id AND edit IS NOT NULL
"""
FORGET_OLD_EDITS: Final = """
DELETE FROM history WHERE project_id = :project_id AND number <= (
    SELECT max(number) FROM history WHERE project_id = :project_id
) - :steps
"""
FORGET_LAST_EDIT: Final = """
DELETE FROM history WHERE project_id = :project_id AND number = (
    SELECT max(number) FROM history WHERE project_id = :project_id
)
"""
LAST_EDIT: Final = """
SELECT edit FROM history WHERE project_id = :project_id ORDER BY number DESC LIMIT 1
"""

# --- people and updates -----------------------------------------------------------------------

GET_PERSON: Final = "SELECT * FROM people WHERE id = :id"
GET_OWNER: Final = "SELECT * FROM people WHERE role = 'owner'"
# Strangers are known so that a group tells them once; of those there may be any number.
ALL_PEOPLE: Final = "SELECT * FROM people WHERE role <> 'stranger' ORDER BY id"
PUT_PERSON: Final = """
INSERT INTO people (id, name, language, role, attested, blocked, chosen_language)
VALUES (:id, :name, :language, :role, :attested, :blocked, :chosen_language)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, language = excluded.language,
    role = iif(people.role = 'owner', 'owner', excluded.role),
    attested = excluded.attested, blocked = excluded.blocked,
    chosen_language = excluded.chosen_language
"""
RENAME_PERSON: Final = "UPDATE people SET name = :name, language = :language WHERE id = :id"
BLOCK_PERSON: Final = "UPDATE people SET blocked = :blocked WHERE id = :id"
CLAIM_BOT: Final = """
INSERT INTO people (id, name, language, role)
SELECT :id, :name, :language, 'owner'
WHERE EXISTS (SELECT 1 FROM meta WHERE name = 'claim_code' AND value = :code)
    AND NOT EXISTS (SELECT 1 FROM people WHERE role = 'owner')
ON CONFLICT (id) DO UPDATE SET role = 'owner'
"""
OWNS_BY_CODE: Final = """
SELECT 1 FROM people JOIN meta ON meta.name = 'claim_code' AND meta.value = :code
WHERE people.id = :id AND people.role = 'owner'
"""
DEAL_UPDATE: Final = f"""
INSERT INTO updates (id, dealt, at) VALUES (:id, 1, {NOW})
ON CONFLICT (id) DO UPDATE SET dealt = 1
"""
FAIL_UPDATE: Final = f"""
INSERT INTO updates (id, tries, reason, at) VALUES (:id, 1, :reason, {NOW})
ON CONFLICT (id) DO UPDATE SET tries = tries + 1, reason = excluded.reason
RETURNING tries
"""
SKIP_UPDATE: Final = f"""
INSERT INTO updates (id, dealt, at) VALUES (:id, 1, {NOW})
ON CONFLICT (id) DO UPDATE SET dealt = 1 WHERE dealt = 0
"""
# Telegram starts its numbers anew after a quiet week, so an old number says nothing.
LAST_UPDATE: Final = f"""
SELECT max(id) AS id FROM updates WHERE dealt = 1 AND at > {NOW} - 6 * 86400
"""
