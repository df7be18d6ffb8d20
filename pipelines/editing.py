"""From a recipe to sound: cut, clean, level, and verify what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.errors import EditFailed, EditSilent
from jobs.kept import kept_clips
from jobs.model import Asset, Stage
from jobs.recipe import SILENT_DB, Clip, Recipe, RecipeError, check
from pipelines.aim import first_aim, next_aim
from pipelines.bench import Bench
from pipelines.child import ChildRef, python, run_child
from pipelines.cut_request import CutRequest, Levels, samples_of, write_request
from pipelines.edit_graph import METER, chain, cleaning, levelling
from pipelines.facts import printed
from pipelines.formats import RATE_HZ
from pipelines.media import (
    ANALYSIS_BYTES,
    Measured,
    measured,
    reading,
    refusal,
    run_ffmpeg,
    said,
)
from pipelines.mishaps import EditBroke, check_end, told_as

_TRIES = 4
_LEAST_WALL_S = 60.0
_SHARE_OF_WALL = 0.5  # of the duration, per step
_FROM_CUT, _FROM_CLEAN, _FROM_LEVEL, _TO = 10, 35, 60, 90  # percent of the job


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """The finished sound; what was measured is the sound that went into the encoder."""

    path: Path
    duration_s: float
    measured: Measured


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How to write the sound: ffmpeg's arguments and the extension they make."""

    extension: str
    arguments: Sequence[str]


MP3 = Format(extension="mp3", arguments=("-c:a", "libmp3lame", "-b:a", "128k"))
# The other coder takes twice as long and once made a peak of +2.4 dB out of one of -1.3.
M4A = Format(
    extension="m4a",
    arguments=("-c:a", "aac", "-aac_coder", "fast", "-b:a", "192k", "-movflags", "+faststart"),
)
WAV = Format(extension="wav", arguments=("-c:a", "pcm_s16le"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An edit to be made of one recording."""

    asset: Asset
    recipe: Recipe
    format: Format
    title: str = ""
    artist: str = ""

    @property
    def clips(self) -> tuple[Clip, ...]:
        """What is kept. Raises EditFailed for a recipe that cannot be made of this recording."""
        try:
            check(self.recipe, {self.asset.digest: self.asset.duration_s})
        except RecipeError as wrong:
            raise EditFailed(wrong.code) from wrong
        return kept_clips(self.recipe, {self.asset.digest: self.asset})


def duration_s(clips: Sequence[Clip]) -> float:
    """How long the clips are together, as they will be cut."""
    return samples_of(clips) / RATE_HZ


async def edit(bench: Bench, order: Order, folder: Path, child_ref: ChildRef) -> Edited:
    """Make the edit in `folder`. Raises EditFailed, EditSilent, SourceGone, TookTooLong."""
    clips = order.clips
    child_ref.say(Stage.FETCHING, 1)
    source = await bench.bring(order.asset.original_key, folder / "source")
    work = Work(folder=folder, child_ref=child_ref, samples=samples_of(clips))
    joined, levels = await cut_out(work, source, order, clips)
    await asyncio.to_thread(source.unlink)
    cleaned, before = await _clean(work, joined, order, levels)
    if before.true_peak_db < SILENT_DB <= order.asset.true_peak_db:
        raise EditSilent()
    path, after = await _level(work, cleaned, before, order)
    return Edited(path=path, duration_s=work.duration_s, measured=after)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """Where an edit is made, who hears how far it is, and how many samples it will have."""

    folder: Path
    child_ref: ChildRef
    samples: int

    @property
    def duration_s(self) -> float:
        return self.samples / RATE_HZ

    def say(self, stage: Stage, share: float, first: float, last: float) -> None:
        self.child_ref.say(stage, first + share * (last - first))


async def cut_out(
    work: Work,
    source: Path,
    order: Order,
    clips: tuple[Clip, ...],
    measured: tuple[Clip, ...] = (),
) -> tuple[Path, Levels]:
    """The clips in one file, as they were recorded, and how loud it is in them or in `measured`."""
    request, joined = work.folder / "cut.json", work.folder / "joined.wav"
    wanted = CutRequest(
        sources={order.asset.digest: str(source)},
        clips=clips,
        result=str(joined),
        channels=1 if order.asset.channels == 1 else 2,
        measured=measured,
    )
    request.write_text(write_request(wanted))
    heard_to_s = max(clip.end_s for clip in clips)
    last: dict[str, dict[str, float]] = {}

    def on_line(line: str) -> bool:
        words = said(line)
        share = min(1.0, float(words.get("heard_s", 0.0)) / heard_to_s)
        work.say(Stage.CUTTING, share, _FROM_CUT, _FROM_CLEAN)
        last.update(words)
        return True

    work.say(Stage.CUTTING, 0, _FROM_CUT, _FROM_CLEAN)
    with told_as(EditFailed):
        ended = await run_child(
            python("pipelines.cutting", str(request)),
            child_ref=work.child_ref,
            cwd=work.folder,
            wall_s=_wall_s(order.asset.duration_s),
            on_line=on_line,
            memory_bytes=ANALYSIS_BYTES,
        )
    if "error" in last:
        raise refusal(last["error"])
    check_end(ended, EditBroke)
    return joined, Levels(**last["levels"])


async def _clean(work: Work, joined: Path, order: Order, levels: Levels) -> tuple[Path, Measured]:
    """The cleaned sound and how loud it is."""
    cleaned = work.folder / "cleaned.wav"
    filters = cleaning(order.recipe.clean, levels, work.samples)
    output = ["-c:a", "pcm_f32le", str(cleaned)] if filters else ["-f", "null", "-"]
    work.say(Stage.LEVELLING, 0, _FROM_CLEAN, _FROM_LEVEL)
    before = await _filter(work, joined, chain(filters, METER), output, (_FROM_CLEAN, _FROM_LEVEL))
    if not filters:
        return joined, before
    await asyncio.to_thread(joined.unlink)  # half an hour takes 700 MB
    return cleaned, before


async def _level(work: Work, sound: Path, before: Measured, order: Order) -> tuple[Path, Measured]:
    """Encode at the wanted loudness; tried again where limiting took some of it away."""
    path = work.folder / f"edited.{order.format.extension}"
    output = [*_tags(order), *order.format.arguments, str(path)]
    aim = first_aim(order.recipe.level_lufs, before)
    for _ in range(_TRIES):
        filters = chain(levelling(aim.gain_db, aim.ceiling_db), METER)
        after = await _filter(work, sound, filters, output, (_FROM_LEVEL, _TO))
        nearer = next_aim(order.recipe.level_lufs, aim, after)
        if nearer == aim:
            break
        aim = nearer
    return path, after


async def _filter(
    work: Work, sound: Path, filters: str, output: Sequence[str], percent: tuple[float, float]
) -> Measured:
    arguments = [*reading(sound, demuxers="wav"), "-map", "0:a:0", "-map_metadata", "-1"]
    stderr = await run_ffmpeg(
        [*arguments, "-af", filters, *output],
        child_ref=work.child_ref,
        cwd=work.folder,
        wall_s=_wall_s(work.duration_s),
        duration_s=work.duration_s,
        on_share=lambda share: work.say(Stage.LEVELLING, share, *percent),
    )
    return measured(stderr)


def _tags(order: Order) -> list[str]:
    return [
        argument
        for name, value in (("title", order.title), ("artist", order.artist))
        if (text := printed(value)[:200])
        for argument in ("-metadata", f"{name}={text}")
    ]


def _wall_s(duration_s: float) -> float:
    return max(_LEAST_WALL_S, _SHARE_OF_WALL * duration_s)
