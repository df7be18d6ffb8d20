"""The waveform card: the whole recording, what of it is kept, and a glimpse of the video.

While looks are chosen the picture is their contact sheet instead: sheet.py.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
from pathlib import Path

from PIL import Image

from jobs.errors import SourceGone
from jobs.kept import kept_clips
from jobs.model import Asset, Job, Json, Stage
from jobs.payloads import FILL_PERCENTS, STEP_ENDS, CardWork, Picture
from jobs.store import JobStore
from modal_render import contract
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.renderer import draw, seed
from pipelines.sheet import sheet
from storage import keys

WALL_S = 30.0
_DRAWING_VERSION = "3"  # raised when cards come to look different, so old ones are not shown


async def look(bench: Bench, store: JobStore, job: Job, child_ref: ChildRef) -> Json:
    """A Picture; nothing is done when the same card was drawn before."""
    work = CardWork.from_json(job.input)
    asset = await bench.recording(store, work.ingest_job)
    if work.looks:
        return (await sheet(bench, work, asset, job, child_ref)).to_json()
    card = _card(work, asset)
    digest = _digest(card)
    key = keys.card(asset.id, digest)
    async with bench.scratch(job) as folder:
        path = folder / "card.png"
        if await bench.stored(key) is None:
            await _draw(bench, asset, card, folder, child_ref)
            child_ref.say(Stage.STORING, 90)
            await bench.storage.put_file(key, path)
        elif not (card.title + card.subtitle).isascii():
            await bench.bring(key, path)
        left_out = await asyncio.to_thread(_left_out, path)
        fills = await _filled(bench, asset, card, folder, child_ref) if work.fills else ()
    return Picture(key=key, digest=digest, left_out=left_out, fills=fills).to_json()


async def _filled(
    bench: Bench, asset: Asset, card: contract.CardRequest, folder: Path, child_ref: ChildRef
) -> tuple[str, ...]:
    """The keys of the pictures of progress, all of which are drawn in one go: measured, eleven
    take 0.2 s more than one."""
    wanted = dataclasses.replace(card, edge="", percents=FILL_PERCENTS, steps=STEP_ENDS)
    digest = _digest(wanted)
    fills = {percent: keys.fill(asset.id, digest, percent) for percent in FILL_PERCENTS}
    if await bench.stored(fills[FILL_PERCENTS[-1]]) is None:
        peaks = await bench.bring(asset.peaks_key, folder / "peaks.json")
        picture = str(folder / "fill-{percent}.png")
        cover = await _cover(bench, card, folder)
        placed = dataclasses.replace(wanted, peaks=str(peaks), picture=picture, cover=cover)
        await draw("fill", placed, folder=folder, child_ref=child_ref, wall_s=WALL_S,
                   percent=(90, 95))  # fmt: skip
        for percent, key in fills.items():  # the last one tells that all are there
            await bench.storage.put_file(key, folder / f"fill-{percent}.png")
    return tuple(fills.values())


def _left_out(path: Path) -> str:
    """What the card says it could not draw; nothing where there was no need to fetch it."""
    if not path.exists():
        return ""
    with Image.open(path) as card:
        return str(card.info.get(contract.LEFT_OUT, ""))


async def _draw(
    bench: Bench, asset: Asset, card: contract.CardRequest, folder: Path, child_ref: ChildRef
) -> None:
    child_ref.say(Stage.DRAWING, 10)
    peaks = await bench.bring(asset.peaks_key, folder / "peaks.json")
    cover = await _cover(bench, card, folder)
    placed = dataclasses.replace(
        card, peaks=str(peaks), picture=str(folder / "card.png"), cover=cover
    )
    await draw("card", placed, folder=folder, child_ref=child_ref, wall_s=WALL_S, percent=(10, 90))


async def _cover(bench: Bench, card: contract.CardRequest, folder: Path) -> str:
    """Where the cover is now; empty for one that is gone, which must not cost the card."""
    try:
        return await bench.cover(card.cover, folder)
    except SourceGone:
        return ""


def _card(work: CardWork, asset: Asset) -> contract.CardRequest:
    """The card but for its paths, with the cover's key instead of one."""
    edit = work.edit
    kept = kept_clips(edit.recipe, {asset.digest: asset})
    return contract.CardRequest(
        peaks="",
        picture="",
        duration_s=asset.duration_s,
        kept=tuple((clip.start_s, clip.end_s) for clip in kept),
        title=edit.title,
        subtitle=edit.subtitle,
        edge=work.edge,
        look=edit.look,
        shape=edit.shape.value,
        theme=work.theme,
        brand=edit.brand,
        seed=seed(asset, edit),
        cover=edit.cover_key,
    )


def _digest(card: contract.CardRequest) -> str:
    text = _DRAWING_VERSION + contract.to_json(card)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
