"""How much of the machine one person may have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """A person's share; days are UTC."""

    active_renders: int = 3
    videos_per_day: int = 20
    bytes_per_day: int = 2048 * 1024 * 1024
    queued_ingests: int = 20
    edits_per_day: int = 200  # previews and saves
    waiting_glimpses: int = 3
    api_keys: int = 3
