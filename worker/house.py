"""What is to be kept tidy, and for how long things stay in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jobs.alerts import Alerts
from jobs.projects import ProjectStore
from jobs.store import JobStore
from jobs.uploads import Uploads
from storage.adapter import StorageAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Results stay for `retention_s`, the recording of a quiet card for `originals_s`.

    Unless `owns_storage`, other databases may keep files there, and files of jobs that are unknown
    here are none of our business.
    """

    jobs: JobStore
    projects: ProjectStore
    uploads: Uploads
    alerts: Alerts
    storage: StorageAdapter
    scratch_dir: Path
    originals_s: float
    retention_s: float
    owns_storage: bool = True
