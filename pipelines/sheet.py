"""The contact sheet: looks to choose from, drawn from the loudest second of the edit itself."""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import json
from pathlib import Path

from PIL import Image

from jobs.kept import kept_clips
from jobs.model import Asset, Job, Stage
from jobs.payloads import CardWork, Picture
from jobs.recipe import Clip
from modal_render import contract
from pipelines.bench import Bench
from pipelines.brief import SMALL_SIZES, scene_of
from pipelines.child import ChildRef
from pipelines.editing import WAV, Order
from pipelines.excerpt import excerpt, loudest_clips
from pipelines.renderer import draw
from storage import keys

WALL_S = 60.0
_DRAWING_VERSION = "2"  # raised when sheets come to look different


async def sheet(bench: Bench, work: CardWork, asset: Asset, job: Job, ref: ChildRef) -> Picture:
    """The page of looks that the work names; nothing is drawn when it was before."""
    async with bench.scratch(job) as folder:
        kept = kept_clips(work.edit.recipe, {asset.digest: asset})
        clips = await loudest_clips(bench, asset, kept, folder)
        digest = _digest(work, asset, clips)
        key, path = keys.sheet(asset.id, digest), folder / "sheet.jpg"
        if await bench.stored(key) is None:
            request = await _request(bench, work, asset, clips, folder, ref)
            await draw("sheet", request, folder=folder, child_ref=ref, wall_s=WALL_S,
                       percent=(40, 90), threads=2)  # fmt: skip
            ref.say(Stage.STORING, 90)
            await bench.storage.put_file(key, path)
        elif not (work.edit.title + work.edit.subtitle).isascii():
            await bench.bring(key, path)
        left_out = await asyncio.to_thread(_left_out, path)
    return Picture(key=key, digest=digest, left_out=left_out)


async def _request(
    bench: Bench, work: CardWork, asset: Asset, clips: tuple[Clip, ...], folder: Path, ref: ChildRef
) -> contract.SheetRequest:
    order = Order(asset=asset, recipe=work.edit.recipe, format=WAV)
    heard = await excerpt(bench, order, clips, folder, ref)
    cover = await bench.cover(work.edit.cover_key, folder)
    return contract.SheetRequest(
        audio=str(heard.recorded),  # cleaned and levelled it would look the same
        picture=str(folder / "sheet.jpg"),
        scene=_scene(work, asset, cover),
        looks=work.looks,
        first_number=work.first_number,
    )


def _scene(work: CardWork, asset: Asset, cover: str) -> contract.Scene:
    # None of the looks is marked, so any of them may stand for the scene's own.
    edit = dataclasses.replace(work.edit, look=work.looks[0])
    return scene_of(edit, asset, cover, SMALL_SIZES[edit.shape])


def _digest(work: CardWork, asset: Asset, clips: tuple[Clip, ...]) -> str:
    shown = {
        "scene": dataclasses.asdict(_scene(work, asset, work.edit.cover_key)),
        "looks": work.looks,
        "first": work.first_number,
        "clips": [(clip.start_s, clip.end_s) for clip in clips],
        "version": _DRAWING_VERSION,
    }
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode()).hexdigest()[:16]


def _left_out(path: Path) -> str:
    """What the sheet says it could not draw; nothing where there was no need to fetch it."""
    if not path.exists():
        return ""
    with Image.open(path) as drawn:
        said = drawn.info.get("comment", b"")
    return said.decode() if isinstance(said, bytes) else ""
