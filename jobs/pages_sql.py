"""What is asked of the pages that show finished videos."""

from __future__ import annotations

from typing import Final

from jobs.sql import NOW

ADD_PAGE: Final = f"""
INSERT INTO pages (slug, project_id, job_id, opened_at)
VALUES (:slug, :project_id, :job_id, {NOW})
"""
CLOSE_PAGE: Final = f"""
UPDATE pages SET closed_at = {NOW} WHERE project_id = :project_id AND closed_at IS NULL
"""
GET_PAGE: Final = "SELECT * FROM pages WHERE slug = :slug"
OPEN_PAGE: Final = "SELECT * FROM pages WHERE project_id = :project_id AND closed_at IS NULL"
