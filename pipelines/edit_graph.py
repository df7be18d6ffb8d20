"""What ffmpeg does to sound that is already cut: clean it, bring it to a level, and measure it."""

from __future__ import annotations

from dataclasses import dataclass

from jobs.recipe import Clean
from pipelines.cut_request import Levels
from pipelines.formats import RATE_HZ

METER = "ebur128=peak=true:framelog=quiet"
# afftdn gives out every sample this much later than it came in (measured at 48 kHz) and drops as
# many at the end. Words and picture must not part by 25 ms.
_AFFTDN_DELAY = 1200
_NO_ROOM_DB = 15.0  # quiet parts hardly below the loud ones are music, not a room
_FLOOR_DB, _CEILING_DB = -80.0, -20.0  # what afftdn takes for a noise floor


@dataclass(frozen=True, slots=True)
class _Cleaning:
    rumble_hz: int
    reduction_db: int
    above_room_db: float
    below_voice_db: float


_CLEANINGS = {
    Clean.SOFT: _Cleaning(70, 10, 1.0, 25.0),
    Clean.STRONG: _Cleaning(90, 24, 3.0, 20.0),
}


def cleaning(clean: Clean, levels: Levels, samples: int) -> str:
    """Filters that take away rumble and the noise of the room, without moving the sound in time."""
    if clean is Clean.OFF:
        return ""
    wanted = _CLEANINGS[clean]
    filters = [
        f"apad=pad_len={2 * _AFFTDN_DELAY}",
        f"highpass=f={wanted.rumble_hz}",
        f"afftdn=nr={wanted.reduction_db}:nf={_noise_floor_db(wanted, levels):.1f}",
        f"atrim=start_sample={_AFFTDN_DELAY}:end_sample={_AFFTDN_DELAY + samples}",
        "asetpts=N/SR/TB",
    ]
    return ",".join(filters)


def levelling(gain_db: float, ceiling_db: float | None) -> str:
    """Filters that raise the sound by `gain_db` and hold its peaks at `ceiling_db` (None: as is).

    One gain for all of it: what was softer than the rest stays so.
    """
    filters = [f"volume={gain_db:.3f}dB:precision=float"] if gain_db else []
    if ceiling_db is not None:
        limit = 10 ** (ceiling_db / 20)
        filters += [
            f"aresample={2 * RATE_HZ}",
            f"alimiter=limit={limit:.4f}:level=false:attack=5:release=50:latency=1",
            f"aresample={RATE_HZ}",
        ]
    return ",".join(filters)


def chain(*filters: str) -> str:
    """The filters that there are, one after the other."""
    return ",".join(part for part in filters if part)


def _noise_floor_db(wanted: _Cleaning, levels: Levels) -> float:
    floor_db = levels.quiet_db + wanted.above_room_db
    if levels.loud_db - levels.quiet_db < _NO_ROOM_DB:
        floor_db = _FLOOR_DB
    floor_db = min(floor_db, levels.loud_db - wanted.below_voice_db)
    return min(_CEILING_DB, max(_FLOOR_DB, floor_db))
