"""How much gain, and where to hold the peaks, to bring a sound to a loudness."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.media import Measured

TRUE_PEAK_DB = -1.0
CLOSE_LU = 0.5  # nearer than this to the wanted loudness is near enough
MAX_GAIN_DB = 40.0  # what is quieter still is the noise of an empty room
# Where the limiter holds on first. It sees peaks between samples because it works at twice the
# rate; coming back to 48 kHz adds up to 0.4 dB to noise, and what is too high then is held lower.
FIRST_CEILING_DB = -1.3
# What a limiter takes away may be given back up to here; beyond, it is only pressed flat.
_MORE_DB = 6.0
_FULL_DB = 0.0
_ROUNDING_DB = 0.05  # ffmpeg tells peaks in steps of 0.1
_LOWER_DB = 0.1


@dataclass(frozen=True, slots=True)
class Aim:
    """`ceiling_db` is None where no peak needs to be held."""

    gain_db: float
    ceiling_db: float | None
    most_gain_db: float


def first_aim(target_lufs: float | None, before: Measured) -> Aim:
    """What should bring the measured sound to the target; None leaves it as it was recorded."""
    if target_lufs is None:
        return Aim(0.0, FIRST_CEILING_DB if before.true_peak_db > _FULL_DB else None, 0.0)
    gain_db = min(MAX_GAIN_DB, target_lufs - before.lufs)
    is_high = before.true_peak_db + gain_db > FIRST_CEILING_DB
    return Aim(gain_db, FIRST_CEILING_DB if is_high else None, gain_db + _MORE_DB)


def next_aim(target_lufs: float | None, aim: Aim, after: Measured) -> Aim:
    """A better aim, knowing what came of this one; the same when it hit."""
    gain_db, ceiling_db = aim.gain_db, aim.ceiling_db
    if ceiling_db is None:
        return aim  # without a limiter nothing can come out otherwise
    over_db = after.true_peak_db + _ROUNDING_DB - TRUE_PEAK_DB
    if over_db > 0:
        ceiling_db -= over_db + _LOWER_DB
    if target_lufs is not None and abs(target_lufs - after.lufs) > CLOSE_LU:
        gain_db = min(aim.most_gain_db, gain_db + target_lufs - after.lufs)
    return Aim(gain_db, ceiling_db, aim.most_gain_db)
