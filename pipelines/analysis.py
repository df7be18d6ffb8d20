"""Listens to a recording once: `python -I -m pipelines.analysis FILE FOLDER MAX_S [silent]`.

A process of its own, because what it reads was made by a stranger. It decodes in a stream, so half
an hour takes no more memory than a minute. Writes `facts.json`, `peaks.json` and, when there is
one, `cover.jpg` into FOLDER and prints lines `{"heard_s": 12.5, "of_s": 60.0}` on the way. A
refusal is one line `{"error": {"code": ..., "params": {...}}}` and exit status 1. With `silent` a
recording in which there is nothing to hear is not refused.
"""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import av.logging
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from jobs.errors import (
    JobError,
    SourceBroken,
    SourceEmpty,
    SourceSilent,
    SourceTooLong,
    SourceTooShort,
)
from pipelines import envelope
from pipelines.containers import check_sound, extension, opened, packets, use_one_thread
from pipelines.cover import save_cover
from pipelines.facts import COVER, FACTS, PEAKS, Facts, printed
from pipelines.formats import RATE_HZ
from pipelines.loudness import LoudnessMeter, SteadyRate

MIN_S = 1.0
SLACK_S = 0.5  # a recording of exactly the limit may hold some samples more
# Where the length is written down. Elsewhere it is guessed from the size, and often wrongly.
_LENGTH_IS_WRITTEN = ("flac", "mov", "matroska", "ogg")
# What was recorded off a stream may begin at any time, and its length is written as when it ends.
_ENDS_ON_CLOCK = "matroska"
_SAY_EVERY_S = 0.25
_MAX_TAG = 200


class _Hearing:
    """Everything that is measured while the sound goes by."""

    def __init__(self) -> None:
        self.steady = SteadyRate()
        self.samples = 0
        self.first: tuple[int, int] = (0, 0)  # rate and channels
        self._loudness: LoudnessMeter | None = None
        self._envelope = envelope.EnvelopeMeter()

    @property
    def duration_s(self) -> float:
        """Down to the millisecond, so that nothing can be cut past the end."""
        return self.samples * 1000 // RATE_HZ / 1000

    def hear(self, whole: AudioFrame | None) -> None:
        if whole is not None:
            channels = whole.layout.nb_channels
            check_sound(whole.sample_rate, channels)
            self.first = self.first if self.first[0] else (whole.sample_rate, channels)
        for frame in self.steady.take(whole):
            self._loudness = self._loudness or LoudnessMeter(self.steady.layout)
            self.samples += frame.samples
            self._envelope.hear(np.asarray(frame.to_ndarray(), np.float32))
            self._loudness.hear(frame)

    def finish(self) -> tuple[envelope.Envelope, float, float]:
        """The envelope, LUFS and dBTP."""
        assert self._loudness is not None
        return self._envelope.finish(), *self._loudness.finish()


def analyse(path: Path, folder: Path, max_s: float, *, may_be_silent: bool = False) -> Facts:
    """Hear the file and write what `main` promises. Raises JobError."""
    hearing = _Hearing()
    with opened(path) as container:
        has_cover = _listen(container, hearing, folder / COVER, max_s)
        if hearing.duration_s < MIN_S:
            raise SourceTooShort()
        heard, lufs, peak_db = hearing.finish()
        if heard.is_silent and not may_be_silent:
            raise SourceSilent()
        (folder / PEAKS).write_text(
            json.dumps({"rate_hz": envelope.RATE_HZ, "peaks": envelope.drawn(heard)})
        )
        start_s, end_s = envelope.sound_bounds(heard)
        sound = container.streams.audio[0]
        has_video = any(not _is_cover(video) for video in container.streams.video)
        return Facts(
            extension=extension(container.format.name, has_video=has_video),
            codec=sound.codec_context.codec.canonical_name,
            rate_hz=hearing.first[0],
            channels=hearing.first[1],
            has_video=has_video,
            duration_s=hearing.duration_s,
            loudness_lufs=lufs,
            true_peak_db=peak_db,
            sound_start_s=start_s,
            sound_end_s=min(end_s, hearing.duration_s),
            pauses=envelope.pauses(heard),
            character=envelope.character(heard),
            title=_tag(container, sound, "title"),
            artist=_tag(container, sound, "artist"),
            has_cover=has_cover,
        )


def _listen(container: InputContainer, hearing: _Hearing, cover: Path, max_s: float) -> bool:
    """Hear all of it; whether a cover was found and written."""
    sound = container.streams.audio[0]
    use_one_thread(sound)
    pictures = [video for video in container.streams.video if _is_cover(video)][:1]
    has_cover, good, bad, say_at = False, 0, 0, 0.0
    claimed_s = _claimed_s(container)
    if container.format.name.startswith(_LENGTH_IS_WRITTEN):
        _check_length(claimed_s, max_s)
    for packet in packets(container, sound, *pictures):
        if packet.stream is not sound:
            has_cover = has_cover or save_cover(bytes(packet), cover)
            continue
        try:
            for frame in packet.decode():
                hearing.hear(frame)  # type: ignore[arg-type]  # a sound's packets hold sound
                good += 1
        except (av.FFmpegError, ValueError):
            bad += 1
        if hearing.duration_s > max_s + SLACK_S:
            _check_length(max(claimed_s, hearing.duration_s), max_s)
        if time.monotonic() >= say_at:
            say_at = time.monotonic() + _SAY_EVERY_S
            _say({"heard_s": hearing.duration_s, "of_s": claimed_s})
    hearing.hear(None)
    if not good:
        raise SourceBroken() if bad else SourceEmpty()
    if bad > good:
        raise SourceBroken(f"{bad} of {bad + good} packets")
    return has_cover


def _claimed_s(container: InputContainer) -> float:
    """How long the file says it is; 0 when it does not say."""
    claimed = container.duration or 0
    if container.format.name.startswith(_ENDS_ON_CLOCK):
        claimed -= max(0, container.start_time or 0)
    return float(claimed) / av.time_base


def _check_length(duration_s: float, max_s: float) -> None:
    if duration_s > max_s + SLACK_S:
        raise SourceTooLong(duration_s=duration_s, limit_s=max_s)


def _is_cover(stream: Any) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _tag(container: InputContainer, sound: AudioStream, name: str) -> str:
    for tags in (container.metadata, sound.metadata):
        for key, value in tags.items():
            if key.lower() == name:
                return printed(value)[:_MAX_TAG]
    return ""


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    av.logging.set_level(av.logging.PANIC)
    logging.disable()
    path, folder, max_s = Path(arguments[0]), Path(arguments[1]), float(arguments[2])
    try:
        facts = analyse(path, folder, max_s, may_be_silent="silent" in arguments[3:])
    except JobError as refusal:
        _say({"error": {"code": refusal.code, "params": dict(refusal.params)}})
        return 1
    (folder / FACTS).write_text(json.dumps(dataclasses.asdict(facts)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
