"""Our renderer as a user of it starts it: `python -m modal_render render REQUEST.json`."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.processes import Cost, run
from modal_render.contract import (
    LOOKS,
    MIN_SIDE,
    SIZES,
    FrameRequest,
    RenderReport,
    RenderRequest,
    Scene,
    from_json,
    to_json,
)
from modal_render.film import film_of
from modal_render.looks import BandLook
from modal_render.sound import sketched

ROOT = Path(__file__).parent.parent
MAIN_LOOK = "pulse"


class Way(StrEnum):
    """The values of RenderRequest.path."""

    AUTO = "auto"
    WHOLE = "whole"
    SPLICE = "splice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A video to be made of `audio`. `threads` 0 means one for each core."""

    audio: Path
    shape: str = "v"
    look: str = MAIN_LOOK
    way: Way = Way.AUTO
    threads: int = 0

    @property
    def scene(self) -> Scene:
        width, height = SIZES[self.shape]
        return Scene(
            look=self.look,
            width=width,
            height=height,
            title="What the river taught me",
            subtitle="A voice note",
            seed=7,
        )

    @property
    def name(self) -> str:
        width, height = SIZES[self.shape]
        threads = f" {self.threads} threads" if self.threads else ""
        return f"{self.look} {self.way} {width}x{height}{threads}"

    @property
    def stem(self) -> str:
        """Of its files' names."""
        return self.name.replace(" ", "-")

    def request(self, folder: Path) -> RenderRequest:
        """The order with a place in `folder` for everything that is made."""
        return RenderRequest(
            audio=str(self.audio),
            video=str(folder / f"{self.stem}.mp4"),
            thumbnail=str(folder / f"{self.stem}.jpg"),
            scene=self.scene,
            threads=self.threads,
            path=self.way.value,
        )

    def write(self, folder: Path) -> Path:
        """The request as a file in `folder`."""
        path = folder / f"{self.stem}.json"
        path.write_text(to_json(self.request(folder)))
        return path


def render(order: Order, folder: Path, python: str = sys.executable) -> Cost:
    """The whole process: start, decoding, analysis, drawing, encoding, AAC and mux."""
    request = order.write(folder)
    # From the root, or an installed copy of another check-out might be measured.
    cost, said = run([python, "-m", "modal_render", "render", str(request)], folder=ROOT)
    request.with_suffix(".report").write_text(said.splitlines()[-1])
    return cost


def report(order: Order, folder: Path) -> RenderReport:
    """What `render` said last of this order."""
    said = (folder / f"{order.stem}.report").read_text()
    return from_json(RenderReport, json.dumps(json.loads(said)["report"]))


def still(order: Order, folder: Path, silence: Path) -> Path:
    """The picture without a voice, as the background of those who draw over one."""
    picture = folder / f"still-{order.shape}.png"
    request = FrameRequest(audio=str(silence), picture=str(picture), scene=order.scene, at_s=0.0)
    path = picture.with_suffix(".json")
    path.write_text(to_json(request))
    run([sys.executable, "-m", "modal_render", "frame", str(path)], folder=ROOT)
    return picture


def band_looks() -> list[str]:
    """The looks that can be spliced."""
    return [look for look in LOOKS if _is_band_look(look)]


def full_screen_looks() -> list[str]:
    return [look for look in LOOKS if not _is_band_look(look)]


def _is_band_look(look: str) -> bool:
    scene = Scene(look=look, width=MIN_SIDE, height=MIN_SIDE)
    return isinstance(film_of(scene, sketched([255])).look, BandLook)
