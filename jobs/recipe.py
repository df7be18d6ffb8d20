"""The edit recipe: what to keep of which recording, and how it should sound.

A recipe never touches the original. It names its sources by content digest, so two recipes that
sound the same have the same digest, whoever made them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MAX_CLIPS = 50
MIN_CLIP_S = 0.1
MIN_RESULT_S = 1.0
MAX_RESULT_S = 30 * 60.0
MAX_VOLUME = 2.0
SOCIAL_LUFS = -14.0
SILENT_DB = -60.0  # true peak; what is below it nobody hears


class Clean(StrEnum):
    OFF = "off"
    SOFT = "soft"
    STRONG = "strong"


class TrimSilence(StrEnum):
    OFF = "off"
    EDGES = "edges"
    LONG_PAUSES = "long_pauses"


class RecipeError(ValueError):
    """The recipe cannot be made; `code` says why in one word."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A stretch of one source. `source` is the content digest of its asset."""

    source: str
    start_s: float
    end_s: float
    volume: float = 1.0
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Clips joined in order, then cleaned, levelled and freed of silence as asked.

    `level_lufs` is the loudness to reach, None for as it was recorded.
    """

    clips: tuple[Clip, ...]
    clean: Clean = Clean.SOFT
    level_lufs: float | None = SOCIAL_LUFS
    trim_silence: TrimSilence = TrimSilence.OFF

    @property
    def duration_s(self) -> float:
        """Length before silence is trimmed."""
        return sum(clip.duration_s for clip in self.clips)

    @property
    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of the canonical JSON; names cached previews."""
        canonical = json.dumps(to_json(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def to_json(recipe: Recipe) -> dict[str, Any]:
    """The canonical form: times to the millisecond, every field present."""
    return {
        "clips": [
            {
                "source": clip.source,
                "start_ms": round(clip.start_s * 1000),
                "end_ms": round(clip.end_s * 1000),
                "volume_percent": round(clip.volume * 100),
                "fade_in_ms": round(clip.fade_in_s * 1000),
                "fade_out_ms": round(clip.fade_out_s * 1000),
            }
            for clip in recipe.clips
        ],
        "clean": recipe.clean.value,
        "level_centilufs": None if recipe.level_lufs is None else round(recipe.level_lufs * 100),
        "trim_silence": recipe.trim_silence.value,
    }


def from_json(data: Mapping[str, Any]) -> Recipe:
    """The recipe that `to_json` wrote. Raises RecipeError("malformed") for anything else."""
    try:
        clips = tuple(
            Clip(
                source=str(clip["source"]),
                start_s=int(clip["start_ms"]) / 1000,
                end_s=int(clip["end_ms"]) / 1000,
                volume=int(clip["volume_percent"]) / 100,
                fade_in_s=int(clip["fade_in_ms"]) / 1000,
                fade_out_s=int(clip["fade_out_ms"]) / 1000,
            )
            for clip in data["clips"]
        )
        level = data["level_centilufs"]
        return Recipe(
            clips=clips,
            clean=Clean(data["clean"]),
            level_lufs=None if level is None else int(level) / 100,
            trim_silence=TrimSilence(data["trim_silence"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise RecipeError("malformed") from wrong


def check(recipe: Recipe, durations_s: Mapping[str, float]) -> None:
    """Raise RecipeError unless the recipe can be made from sources of these lengths.

    `durations_s` maps a source's digest to its length in seconds.
    """
    if not 1 <= len(recipe.clips) <= MAX_CLIPS:
        raise RecipeError("clip_count")
    for clip in recipe.clips:
        _check_clip(clip, durations_s)
    # A sum of times is off by the last bits of a float.
    if recipe.duration_s < MIN_RESULT_S - 0.0005:
        raise RecipeError("too_short")
    if recipe.duration_s > MAX_RESULT_S + 0.0005:
        raise RecipeError("too_long")
    if recipe.level_lufs is not None and not -30 <= recipe.level_lufs <= -6:
        raise RecipeError("level")


def _check_clip(clip: Clip, durations_s: Mapping[str, float]) -> None:
    if clip.source not in durations_s:
        raise RecipeError("unknown_source")
    # Comparisons are written so that NaN fails them.
    if not 0 <= clip.start_s < clip.end_s <= durations_s[clip.source] + 0.001:
        raise RecipeError("range")
    if not clip.duration_s >= MIN_CLIP_S - 0.0005:
        raise RecipeError("clip_too_short")
    if not 0 <= clip.volume <= MAX_VOLUME:
        raise RecipeError("volume")
    if not (clip.fade_in_s >= 0 and clip.fade_out_s >= 0):
        raise RecipeError("fade")
    if not clip.fade_in_s + clip.fade_out_s <= clip.duration_s + 0.0005:
        raise RecipeError("fade")
