"""What an analysis tells of a recording, and the names of the files that it leaves.

Apart from analysis.py, because who only reads what it told should not have to load libav.
"""

from __future__ import annotations

from dataclasses import dataclass

FACTS, PEAKS, COVER = "facts.json", "peaks.json", "cover.jpg"
_JOINERS = "\u200c\u200d"  # Persian words and emoji fall apart without these


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one hearing tells. Times in seconds."""

    extension: str
    codec: str
    rate_hz: int
    channels: int
    has_video: bool
    duration_s: float
    loudness_lufs: float
    true_peak_db: float
    sound_start_s: float
    sound_end_s: float
    pauses: tuple[tuple[float, float], ...]
    character: str
    title: str
    artist: str
    has_cover: bool


def printed(text: str) -> str:
    """The text on one line, with spaces for what no screen shows."""
    return "".join(c if c.isprintable() or c in _JOINERS else " " for c in text).strip()
