"""The library of finished videos: its table, the triggers that fill it, and its statements."""

from __future__ import annotations

from typing import Final

TABLES: Final = """
-- What a person made. Files go after a while; Telegram keeps what it was given, under `file_id`.
CREATE TABLE IF NOT EXISTS videos (
    id TEXT PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    project_id TEXT NOT NULL,
    title TEXT NOT NULL,
    media TEXT NOT NULL,
    result TEXT NOT NULL,
    file_id TEXT NOT NULL DEFAULT '',
    made_at REAL NOT NULL
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS videos_owner ON videos (owner_id, made_at, id);
CREATE INDEX IF NOT EXISTS videos_project ON videos (project_id);
"""

TRIGGERS: Final = """
CREATE TRIGGER IF NOT EXISTS videos_made AFTER UPDATE OF status ON jobs
WHEN NEW.kind = 'render' AND NEW.status = 'complete' AND OLD.status <> 'complete'
BEGIN
    INSERT OR IGNORE INTO videos (id, owner_id, project_id, title, media, result, made_at)
    SELECT NEW.id, p.owner_id, p.id, coalesce(json_extract(NEW.input, '$.edit.title'), ''),
        coalesce(json_extract(p.source, '$.media'), ''), NEW.result, (SELECT t FROM clock)
    FROM projects AS p WHERE p.id = NEW.project_id;
END;

-- Whoever deletes a card does not want to see its video listed.
CREATE TRIGGER IF NOT EXISTS videos_deleted AFTER UPDATE OF status ON projects
WHEN NEW.status = 'deleted'
BEGIN DELETE FROM videos WHERE project_id = NEW.id; END;
"""

COUNT_VIDEOS: Final = """
SELECT count(*) AS total FROM videos WHERE owner_id = :owner_id AND id <> :without
"""
VIDEOS_OF_PERSON: Final = """
SELECT * FROM videos WHERE owner_id = :owner_id AND id <> :without
ORDER BY made_at DESC, id DESC LIMIT :limit OFFSET :offset
"""
GET_VIDEO: Final = "SELECT * FROM videos WHERE id = :id"
KEEP_VIDEO: Final = "UPDATE videos SET file_id = :file_id WHERE id = :id"
# Whose files will still be there when somebody looks.
TWINS: Final = """
SELECT p.* FROM projects AS p JOIN jobs AS r ON r.id = p.render_job
WHERE p.owner_id = :owner_id AND p.chat_id = :chat_id AND p.status = 'open' AND p.id <> :id
    AND r.status = 'complete' AND r.updated_at > (SELECT t FROM clock) - :fresh_s
    AND json_extract(p.edit, '$.recipe.clips[0].source') = :digest
ORDER BY r.updated_at DESC
"""
DROP_VIDEO: Final = "DELETE FROM videos WHERE id = :id"
