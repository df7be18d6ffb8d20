"""The tables, and the rules that no code path can go around: they are triggers.

`clock` is the one clock of all durable arithmetic: seconds since 1970, on the database's side.
"""

from __future__ import annotations

from jobs import alerts_sql, forget_sql, groups_sql, habits_sql, invites_sql, library_sql
from jobs.quota_triggers import QUOTA_TRIGGERS

VERSION = 6

_TABLES = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE VIEW IF NOT EXISTS clock AS SELECT (julianday('now') - 2440587.5) * 86400.0 AS t;

CREATE TABLE IF NOT EXISTS limits (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS people (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('stranger', 'asking', 'guest', 'refused', 'owner')),
    attested INTEGER NOT NULL DEFAULT 0,
    blocked INTEGER NOT NULL DEFAULT 0,
    chosen_language TEXT NOT NULL DEFAULT ''
);

CREATE UNIQUE INDEX IF NOT EXISTS people_one_owner ON people (role) WHERE role = 'owner';

-- `digest` is the SHA-256 of the key; `id` is how the key begins, to tell it from others.
CREATE TABLE IF NOT EXISTS api_keys (
    id TEXT PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    made_at REAL NOT NULL,
    used_at REAL
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS api_keys_owner ON api_keys (owner_id);

-- What somebody was given a link to bring, for as long as it may lie in storage.
CREATE TABLE IF NOT EXISTS uploads (
    key TEXT PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    created_at REAL NOT NULL
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS uploads_owner ON uploads (owner_id, created_at);
CREATE INDEX IF NOT EXISTS uploads_age ON uploads (created_at);

CREATE TABLE IF NOT EXISTS updates (
    id INTEGER PRIMARY KEY,
    tries INTEGER NOT NULL DEFAULT 0,
    dealt INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '',
    at REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS projects (
    id TEXT PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    source_message_id INTEGER NOT NULL,
    ingest_job TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('open', 'deleted', 'expired')),
    revision INTEGER NOT NULL,
    edit TEXT,
    face TEXT NOT NULL,
    edge TEXT NOT NULL,
    page INTEGER NOT NULL DEFAULT 0,
    card_job TEXT NOT NULL,
    save_job TEXT NOT NULL,
    render_job TEXT NOT NULL,
    preview_job TEXT NOT NULL,
    glimpse_job TEXT NOT NULL DEFAULT '',
    cover_job TEXT NOT NULL DEFAULT '',
    message_id INTEGER NOT NULL DEFAULT 0,
    created_at REAL NOT NULL,
    touched_at REAL NOT NULL
);

CREATE INDEX IF NOT EXISTS projects_owner ON projects (owner_id, chat_id, status, touched_at);
CREATE INDEX IF NOT EXISTS projects_message ON projects (chat_id, message_id);
CREATE INDEX IF NOT EXISTS projects_ingest ON projects (ingest_job);

CREATE INDEX IF NOT EXISTS projects_render ON projects (render_job) WHERE render_job <> '';
CREATE INDEX IF NOT EXISTS projects_cover ON projects (cover_job) WHERE cover_job <> '';

CREATE TABLE IF NOT EXISTS history (
    project_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    edit TEXT NOT NULL,
    PRIMARY KEY (project_id, number)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('ingest', 'preview', 'save', 'look', 'render')),
    status TEXT NOT NULL CHECK (
        status IN ('pending', 'processing', 'dispatched', 'complete', 'failed', 'cancelled')
    ),
    stage TEXT NOT NULL DEFAULT 'waiting',
    progress INTEGER NOT NULL DEFAULT 0 CHECK (progress BETWEEN 0 AND 100),
    project_id TEXT NOT NULL,
    owner_id INTEGER NOT NULL,
    chat_id INTEGER NOT NULL,
    input TEXT NOT NULL,
    result TEXT NOT NULL DEFAULT '{}',
    error_code TEXT NOT NULL DEFAULT '',
    error_params TEXT NOT NULL DEFAULT '{}',
    attempt INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    losses INTEGER NOT NULL DEFAULT 0,
    shortages INTEGER NOT NULL DEFAULT 0,
    lease_owner TEXT NOT NULL DEFAULT '',
    lease_until REAL,
    run_after REAL NOT NULL,
    turn REAL NOT NULL,
    after_job TEXT NOT NULL DEFAULT '',
    waits INTEGER NOT NULL DEFAULT 0,
    call_id TEXT NOT NULL DEFAULT '',
    deadline REAL,
    redispatches INTEGER NOT NULL DEFAULT 0,
    dedupe_key TEXT NOT NULL DEFAULT '',
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    started_at REAL
);

CREATE INDEX IF NOT EXISTS jobs_line ON jobs (status, kind, turn, id, waits);
CREATE INDEX IF NOT EXISTS jobs_owner ON jobs (owner_id, kind, status);
CREATE INDEX IF NOT EXISTS jobs_rendered ON jobs (kind, status, updated_at)
    WHERE kind = 'render' AND status = 'complete';
CREATE INDEX IF NOT EXISTS jobs_project ON jobs (project_id);
CREATE INDEX IF NOT EXISTS jobs_after ON jobs (after_job) WHERE waits = 1;
CREATE INDEX IF NOT EXISTS jobs_saved ON jobs (json_extract(result, '$.key'))
    WHERE kind = 'save' AND status = 'complete';
CREATE UNIQUE INDEX IF NOT EXISTS jobs_dedupe ON jobs (dedupe_key) WHERE dedupe_key <> '';

CREATE TABLE IF NOT EXISTS pages (
    slug TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    job_id TEXT NOT NULL,
    opened_at REAL NOT NULL,
    closed_at REAL
) WITHOUT ROWID;

CREATE UNIQUE INDEX IF NOT EXISTS pages_one_open ON pages (project_id) WHERE closed_at IS NULL;

-- Work elsewhere that nobody waits for any more, until it has been told to end.
CREATE TABLE IF NOT EXISTS stray_calls (
    id TEXT PRIMARY KEY,
    since REAL NOT NULL
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('greeting', 'final', 'notice', 'card', 'ping', 'alert')),
    project_id TEXT NOT NULL DEFAULT '',
    job_id TEXT NOT NULL DEFAULT '',
    chat_id INTEGER NOT NULL,
    view TEXT NOT NULL DEFAULT '{}',
    state TEXT NOT NULL DEFAULT 'waiting' CHECK (
        state IN ('waiting', 'sending', 'sent', 'unknown', 'undeliverable')
    ),
    wanted INTEGER NOT NULL DEFAULT 0,
    asked INTEGER NOT NULL DEFAULT 0,
    done INTEGER NOT NULL DEFAULT 0,
    shown TEXT NOT NULL DEFAULT '',
    look_at REAL,
    tries INTEGER NOT NULL DEFAULT 0,
    not_before REAL NOT NULL DEFAULT 0,
    since REAL NOT NULL
);

CREATE UNIQUE INDEX IF NOT EXISTS outbox_once ON outbox (job_id, kind) WHERE job_id <> '';
CREATE UNIQUE INDEX IF NOT EXISTS outbox_one_greeting ON outbox (project_id)
    WHERE kind = 'greeting';
CREATE UNIQUE INDEX IF NOT EXISTS outbox_one_card ON outbox (project_id) WHERE kind = 'card';
CREATE INDEX IF NOT EXISTS outbox_project ON outbox (project_id, kind, state);
CREATE INDEX IF NOT EXISTS outbox_notices ON outbox (chat_id, since) WHERE kind = 'notice';
-- Cards rest in `waiting` for as long as they live; only those to be drawn are in here.
CREATE INDEX IF NOT EXISTS outbox_due ON outbox (not_before)
    WHERE state = 'waiting' AND (kind <> 'card' OR wanted > done);
-- Cards that are to be looked at again when nothing new comes.
CREATE INDEX IF NOT EXISTS outbox_look ON outbox (look_at) WHERE look_at IS NOT NULL;
"""

_QUEUE_TRIGGERS = """
-- Terminal is final, to the last column.
CREATE TRIGGER IF NOT EXISTS jobs_terminal BEFORE UPDATE ON jobs
WHEN OLD.status IN ('complete', 'failed', 'cancelled')
BEGIN SELECT RAISE(IGNORE); END;

CREATE TRIGGER IF NOT EXISTS jobs_transition BEFORE UPDATE OF status ON jobs
WHEN OLD.status || '>' || NEW.status NOT IN (
    'pending>processing', 'pending>failed', 'pending>cancelled',
    'processing>dispatched', 'processing>complete', 'processing>failed', 'processing>cancelled',
    'processing>pending', 'dispatched>complete', 'dispatched>failed', 'dispatched>cancelled',
    'dispatched>pending'
) AND OLD.status NOT IN ('complete', 'failed', 'cancelled')
BEGIN SELECT RAISE(ABORT, 'transition'); END;

-- Whoever waited for a job goes on when it is complete, and shares its fate when it is not.
CREATE TRIGGER IF NOT EXISTS jobs_follow AFTER UPDATE OF status ON jobs
WHEN NEW.status = 'complete' AND OLD.status <> 'complete'
BEGIN
    UPDATE jobs SET waits = 0, run_after = (SELECT t FROM clock)
    WHERE after_job = NEW.id AND waits = 1;
END;

CREATE TRIGGER IF NOT EXISTS jobs_share_fate AFTER UPDATE OF status ON jobs
WHEN NEW.status IN ('failed', 'cancelled') AND OLD.status NOT IN ('failed', 'cancelled')
BEGIN
    UPDATE jobs
    SET status = NEW.status, error_code = NEW.error_code, error_params = NEW.error_params,
        updated_at = (SELECT t FROM clock)
    WHERE id IN (
        -- All who wait in turn: a trigger that fires itself is for SQLite to allow, not for Turso.
        WITH RECURSIVE chain (id) AS (
            SELECT id FROM jobs WHERE after_job = NEW.id AND waits = 1 AND status = 'pending'
            UNION
            SELECT jobs.id FROM chain CROSS JOIN jobs
            ON jobs.after_job = chain.id AND jobs.waits = 1 AND jobs.status = 'pending'
        )
        SELECT id FROM chain
    );
END;

CREATE TRIGGER IF NOT EXISTS jobs_leave_call AFTER UPDATE OF status ON jobs
WHEN OLD.status = 'dispatched' AND NEW.status IN ('pending', 'failed', 'cancelled')
    AND OLD.call_id <> ''
BEGIN
    INSERT OR IGNORE INTO stray_calls (id, since) VALUES (OLD.call_id, (SELECT t FROM clock));
END;

CREATE TRIGGER IF NOT EXISTS jobs_late_follower AFTER INSERT ON jobs
WHEN NEW.waits = 1
BEGIN
    UPDATE jobs SET (status, error_code, error_params, updated_at) = (
        SELECT status, error_code, error_params, (SELECT t FROM clock)
        FROM jobs WHERE id = NEW.after_job
    )
    WHERE id = NEW.id AND EXISTS (
        SELECT 1 FROM jobs WHERE id = NEW.after_job AND status IN ('failed', 'cancelled')
    );
    UPDATE jobs SET status = 'failed', error_code = 'internal', updated_at = (SELECT t FROM clock)
    WHERE id = NEW.id AND NOT EXISTS (SELECT 1 FROM jobs WHERE id = NEW.after_job);
END;
"""

_KEY_TRIGGERS = """
CREATE TRIGGER IF NOT EXISTS quota_api_keys BEFORE INSERT ON api_keys
WHEN (SELECT count(*) FROM api_keys WHERE owner_id = NEW.owner_id)
    >= (SELECT value FROM limits WHERE name = 'api_keys')
BEGIN SELECT RAISE(ABORT, 'quota:api_keys'); END;

-- Whoever is let in again makes new keys: the old ones may be why they had to go.
CREATE TRIGGER IF NOT EXISTS api_keys_end AFTER UPDATE OF role ON people
WHEN NEW.role NOT IN ('guest', 'owner')
BEGIN DELETE FROM api_keys WHERE owner_id = NEW.id; END;
"""

_OUTBOX_TRIGGERS = """
-- The end of a job is told once, a new project is greeted once, whoever wrote the row.
CREATE TRIGGER IF NOT EXISTS outbox_final AFTER UPDATE OF status ON jobs
WHEN NEW.status IN ('complete', 'failed', 'cancelled')
    AND OLD.status NOT IN ('complete', 'failed', 'cancelled')
BEGIN
    INSERT OR IGNORE INTO outbox (kind, project_id, job_id, chat_id, since)
    VALUES ('final', NEW.project_id, NEW.id, NEW.chat_id, (SELECT t FROM clock));
    INSERT OR IGNORE INTO outbox (kind, project_id, job_id, chat_id, since)
    SELECT 'ping', NEW.project_id, NEW.id, NEW.chat_id, (SELECT t FROM clock)
    WHERE NEW.kind = 'render' AND NEW.status = 'complete';
END;

CREATE TRIGGER IF NOT EXISTS outbox_greeting AFTER INSERT ON projects
BEGIN
    INSERT INTO outbox (kind, project_id, chat_id, since)
    VALUES ('greeting', NEW.id, NEW.chat_id, (SELECT t FROM clock));
    INSERT INTO outbox (kind, project_id, chat_id, since)
    VALUES ('card', NEW.id, NEW.chat_id, (SELECT t FROM clock));
END;

-- `since` of a card is when the oldest change that nobody has seen yet came about.
CREATE TRIGGER IF NOT EXISTS outbox_card_asked AFTER UPDATE OF revision ON projects
BEGIN
    UPDATE outbox SET since = iif(wanted = done, (SELECT t FROM clock), since),
        wanted = wanted + 1, asked = wanted + 1
    WHERE kind = 'card' AND project_id = NEW.id;
END;

-- How far a job is is news; somebody waits for its end.
CREATE TRIGGER IF NOT EXISTS outbox_card_news AFTER UPDATE OF status, stage, progress ON jobs
WHEN OLD.status <> NEW.status OR OLD.stage <> NEW.stage OR OLD.progress <> NEW.progress
BEGIN
    UPDATE outbox SET since = iif(wanted = done, (SELECT t FROM clock), since),
        wanted = wanted + 1, asked = iif(
            NEW.kind IN ('ingest', 'render') AND NEW.status IN ('complete', 'failed', 'cancelled'),
            wanted + 1, asked
        )
    WHERE kind = 'card' AND project_id = NEW.project_id;
END;

-- When a render leaves the queue, all who stand behind it have another place. The next fifty are
-- told; who stands further back is told again when he comes so near.
CREATE TRIGGER IF NOT EXISTS outbox_card_place AFTER UPDATE OF status ON jobs
WHEN NEW.kind = 'render' AND OLD.status = 'pending' AND NEW.status <> 'pending'
BEGIN
    UPDATE outbox SET since = iif(wanted = done, (SELECT t FROM clock), since),
        wanted = wanted + 1
    WHERE kind = 'card' AND project_id IN (
        SELECT project_id FROM jobs WHERE status = 'pending' AND kind = 'render'
        ORDER BY turn, id LIMIT 50
    );
END;

CREATE TRIGGER IF NOT EXISTS outbox_settled BEFORE UPDATE OF state ON outbox
WHEN OLD.state IN ('sent', 'undeliverable')
BEGIN SELECT RAISE(ABORT, 'settled'); END;
"""

_OTHER_TRIGGERS = """
CREATE TRIGGER IF NOT EXISTS projects_stale BEFORE UPDATE OF revision ON projects
WHEN NEW.revision <> OLD.revision + 1
BEGIN SELECT RAISE(ABORT, 'stale'); END;

CREATE TRIGGER IF NOT EXISTS updates_dealt BEFORE UPDATE OF dealt ON updates
WHEN OLD.dealt = 1
BEGIN SELECT RAISE(ABORT, 'dealt'); END;
"""


def statements() -> list[str]:
    """Everything that makes an empty database ours; each statement is safe to repeat."""
    triggers = (
        *(_QUEUE_TRIGGERS, QUOTA_TRIGGERS, _KEY_TRIGGERS, _OUTBOX_TRIGGERS, _OTHER_TRIGGERS),
        *(library_sql.TRIGGERS, invites_sql.TRIGGERS),
    )
    tables = (
        *(_TABLES, library_sql.TABLES, habits_sql.TABLES, alerts_sql.TABLES, alerts_sql.INDEXES),
        *(groups_sql.TABLES, invites_sql.TABLES, forget_sql.TABLES),
    )
    script = "".join((*tables, *triggers))
    found: list[str] = []
    lines: list[str] = []
    for line in script.splitlines():
        if line.strip() and not line.startswith("--"):
            lines.append(line)
        is_trigger = bool(lines) and lines[0].startswith("CREATE TRIGGER")
        if line.endswith("END;" if is_trigger else ";"):
            found.append("\n".join(lines))
            lines = []
    return found


def drops() -> list[str]:
    """Everything that takes our triggers out, so that those of an older version do not stay."""
    names = [text.split()[5] for text in statements() if text.startswith("CREATE TRIGGER")]
    return [f"DROP TRIGGER IF EXISTS {name}" for name in names]
