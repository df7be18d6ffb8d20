"""What is to be cut out of recordings, and what cutting.py tells of it.

Apart from cutting.py, because who only asks for it should not have to load libav.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jobs.recipe import Clip
from pipelines.formats import RATE_HZ


@dataclass(frozen=True, slots=True, kw_only=True)
class CutRequest:
    """Absolute paths: `sources` by digest, `result` to write. `channels` is 1 or 2.

    Levels are those of the clips, or of `measured` where there are any.
    """

    sources: Mapping[str, str]
    clips: tuple[Clip, ...]
    result: str
    channels: int
    measured: tuple[Clip, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """How loud (dBFS, RMS) the quietest tenth of the kept sound is at most, and the loudest
    twentieth at least: the room, and the voice in it."""

    quiet_db: float
    loud_db: float


def read_request(text: str) -> CutRequest:
    data = json.loads(text)
    clips, measured = (tuple(Clip(**clip) for clip in data[name]) for name in ("clips", "measured"))
    return CutRequest(**{**data, "clips": clips, "measured": measured})


def write_request(request: CutRequest) -> str:
    return json.dumps(dataclasses.asdict(request))


def samples_of(clips: Sequence[Clip]) -> int:
    """How many samples the result has."""
    return sum(sample(clip.end_s) - sample(clip.start_s) for clip in clips)


def sample(at_s: float) -> int:
    """Which sample of a sound is heard at that time."""
    return round(at_s * 1000) * RATE_HZ // 1000
