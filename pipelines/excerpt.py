"""Seconds of an edit, made in a moment and treated as the whole edit would be.

The whole is neither cut nor measured for them: how loud it is after levelling is told from the
recording's own loudness, so an excerpt may be off by what the trim took away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.model import Asset, Stage
from jobs.recipe import Clip
from pipelines.aim import first_aim
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.cut_request import samples_of
from pipelines.edit_graph import chain, cleaning, levelling
from pipelines.editing import Order, Work, cut_out
from pipelines.media import Measured, reading, run_ffmpeg
from pipelines.stretch import loudest, read_peaks

WALL_S = 60.0
_MADE = 40  # percent of the job


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """`recorded` is a WAV as it was recorded; `filters` make of it what the edit does."""

    recorded: Path
    filters: str
    duration_s: float


async def excerpt(
    bench: Bench,
    order: Order,
    clips: Sequence[Clip],
    folder: Path,
    child_ref: ChildRef,
    *,
    hears_all: bool = False,
) -> Excerpt:
    """These clips of the edit; `hears_all`: its noise is what is noise in all of the edit.

    Raises EditFailed, SourceGone, TookTooLong.
    """
    child_ref.say(Stage.FETCHING, 1)
    source = await bench.bring(order.asset.original_key, folder / "source")
    work = Work(folder=folder, child_ref=child_ref, samples=samples_of(clips))
    measured = order.clips if hears_all else ()
    recorded, levels = await cut_out(work, source, order, tuple(clips), measured)
    await asyncio.to_thread(source.unlink)
    asset, recipe = order.asset, order.recipe
    aim = first_aim(
        recipe.level_lufs, Measured(lufs=asset.loudness_lufs, true_peak_db=asset.true_peak_db)
    )
    filters = chain(
        cleaning(recipe.clean, levels, work.samples), levelling(aim.gain_db, aim.ceiling_db)
    )
    return Excerpt(recorded=recorded, filters=filters, duration_s=work.duration_s)


async def loudest_clips(
    bench: Bench, asset: Asset, clips: Sequence[Clip], folder: Path
) -> tuple[Clip, ...]:
    """The loudest five seconds of the clips. Raises SourceGone."""
    path = await bench.bring(asset.peaks_key, folder / "peaks.json")
    peaks, rate_hz = await asyncio.to_thread(read_peaks, path)
    return loudest(clips, peaks, rate_hz)


async def edited(made: Excerpt, folder: Path, child_ref: ChildRef) -> Path:
    """The excerpt as a WAV that sounds as the edit does. Raises EditFailed, TookTooLong."""
    path = folder / "excerpt.wav"
    filters = ("-af", made.filters) if made.filters else ()
    await run_ffmpeg(
        [*reading(made.recorded, demuxers="wav"), *filters, "-c:a", "pcm_s16le", str(path)],
        child_ref=child_ref,
        cwd=folder,
        wall_s=WALL_S,
        duration_s=made.duration_s,
        on_share=lambda _: child_ref.say(Stage.LEVELLING, _MADE),
    )
    return path
