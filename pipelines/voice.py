"""Seconds of an edit as a voice message: its two edges, or its loudest part before and after.

Whoever takes no voice messages gets the same as an MP3, so both are made in one go.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.model import Stage
from jobs.payloads import EDGE_S, LOUDEST_S, Part
from jobs.recipe import Clip
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.editing import Order, duration_s
from pipelines.excerpt import WALL_S, Excerpt, excerpt, loudest_clips
from pipelines.media import reading, run_ffmpeg
from pipelines.stretch import edges

GAP_S = 0.6  # of silence between what is heard first and what is heard then
_FROM, _TO = 40, 90  # percent of the job
# What a phone records: Opus, mono, in Ogg; anything else arrives as a file.
_VOICE = ("-ac", "1", "-c:a", "libopus", "-b:a", "48k", "-application", "voip")
_SOUND = ("-c:a", "libmp3lame", "-b:a", "128k")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The same as a voice message and as an MP3."""

    voice: Path
    sound: Path


def length_s(part: Part, clips: Sequence[Clip]) -> float:
    """How long the message about an edit of these clips is."""
    total_s = duration_s(clips)
    if part is Part.COMPARE:
        return 2 * min(total_s, LOUDEST_S) + GAP_S
    return total_s if total_s <= 2 * EDGE_S else 2 * EDGE_S + GAP_S


async def spoken(
    bench: Bench, order: Order, part: Part, folder: Path, child_ref: ChildRef
) -> Spoken:
    """The edges, or before and after. Raises EditFailed, SourceGone, TookTooLong."""
    if part is Part.COMPARE:
        clips = await loudest_clips(bench, order.asset, order.clips, folder)
        made = await excerpt(bench, order, clips, folder, child_ref, hears_all=True)
        graph = _before_and_after(made)
    else:
        first, last = edges(order.clips)
        made = await excerpt(bench, order, (*first, *last), folder, child_ref, hears_all=True)
        graph = _edges(made, duration_s(first) if last else 0.0)
    return await _written(made, graph, length_s(part, order.clips), folder, child_ref)


def _before_and_after(made: Excerpt) -> str:
    after = made.filters or "anull"
    return f"[0:a]asplit[b][a];[b]apad=pad_dur={GAP_S}[before];[a]{after}[after];" + _one(
        "before", "after"
    )


def _edges(made: Excerpt, first_s: float) -> str:
    """`first_s` is where the second edge begins, 0 where there is only one."""
    filters = made.filters or "anull"
    if not first_s:
        return f"[0:a]{filters}[one]"
    return (
        f"[0:a]{filters},asplit[a][b];"
        f"[a]atrim=end={first_s:.3f},apad=pad_dur={GAP_S}[first];"
        f"[b]atrim=start={first_s:.3f},asetpts=PTS-STARTPTS[last];" + _one("first", "last")
    )


def _one(first: str, then: str) -> str:
    return f"[{first}][{then}]concat=n=2:v=0:a=1[one]"


async def _written(
    made: Excerpt, graph: str, length_s: float, folder: Path, child_ref: ChildRef
) -> Spoken:
    files = Spoken(voice=folder / "voice.ogg", sound=folder / "sound.mp3")
    child_ref.say(Stage.LEVELLING, _FROM)
    await run_ffmpeg(
        [
            *reading(made.recorded, demuxers="wav"),
            *("-filter_complex", f"{graph};[one]asplit[voice][sound]"),
            *("-map", "[voice]", *_VOICE, str(files.voice)),
            *("-map", "[sound]", *_SOUND, str(files.sound)),
        ],
        child_ref=child_ref,
        cwd=folder,
        wall_s=WALL_S,
        duration_s=length_s,
        on_share=lambda share: child_ref.say(Stage.LEVELLING, _FROM + share * (_TO - _FROM)),
    )
    return files
