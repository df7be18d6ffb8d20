"""Links by which people are let in, and what ends when somebody has to go.

Parameters are named; `(SELECT t FROM clock)` is the only clock.
"""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

VALID_S: Final = 48 * 3600

TABLES: Final = """
-- `digest` is the SHA-256 of the code in the link; `used_by` is 0 until somebody opened it.
CREATE TABLE IF NOT EXISTS invites (
    digest TEXT PRIMARY KEY,
    made_at REAL NOT NULL,
    used_by INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS invites_age ON invites (made_at);
CREATE INDEX IF NOT EXISTS invites_used ON invites (used_by) WHERE used_by <> 0;
"""
TRIGGERS: Final = """
-- Who has to go takes nothing along: neither work under way nor the way they came in.
CREATE TRIGGER IF NOT EXISTS people_out AFTER UPDATE OF role ON people
WHEN NEW.role NOT IN ('guest', 'owner') AND OLD.role IN ('guest', 'owner')
BEGIN
    DELETE FROM invites WHERE used_by = NEW.id AND used_by <> 0;
    UPDATE jobs SET status = 'cancelled', error_code = '', error_params = '{}',
        lease_owner = '', lease_until = NULL, updated_at = (SELECT t FROM clock)
    WHERE owner_id = NEW.id AND status IN ('pending', 'processing', 'dispatched');
END;
"""

FORGET_INVITES: Final = f"DELETE FROM invites WHERE made_at <= {NOW} - {VALID_S}"
ADD_INVITE: Final = f"INSERT INTO invites (digest, made_at) VALUES (:digest, {NOW})"
USE_INVITE: Final = f"""
UPDATE invites SET used_by = :id
WHERE digest = :digest AND used_by = 0 AND made_at > {NOW} - {VALID_S} AND made_at <= {NOW} + 600
"""
_OPENED: Final = "EXISTS (SELECT 1 FROM invites WHERE digest = :digest AND used_by = :id)"
LET_IN_BY_INVITE: Final = f"""
INSERT INTO people (id, name, language, role) SELECT :id, :name, :language, 'guest' WHERE {_OPENED}
ON CONFLICT (id) DO UPDATE SET role = iif(people.role = 'owner', 'owner', 'guest')
"""
CAME_BY_INVITE: Final = f"SELECT 1 FROM people WHERE id = :id AND {_OPENED}"
