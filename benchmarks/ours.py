"""Our renderer as a user of it starts it: `python -m modal_render render REQUEST.json`."""

from __future__ import annotations

import dataclasses
import json
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from benchmarks.processes import Cost, run
from modal_render.contract import LOOKS, SIZES, RenderRequest, Scene, to_json

ROOT = Path(__file__).parent.parent
MAIN_LOOK = "pulse"
_FULL_SCREEN = {"flame", "mist", "void", "solar", "aurora", "neon"}
BAND_LOOKS = [look for look in LOOKS if look not in _FULL_SCREEN]
FULL_SCREEN_LOOKS = [look for look in LOOKS if look in _FULL_SCREEN]


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

    def write(self, folder: Path) -> Path:
        """The request as a file in `folder`."""
        stem = self.name.replace(" ", "-")
        request = RenderRequest(
            audio=str(self.audio),
            video=str(folder / f"{stem}.mp4"),
            thumbnail=str(folder / f"{stem}.jpg"),
            scene=self.scene,
            threads=self.threads,
        )
        path = folder / f"{stem}.json"
        path.write_text(_with_way(to_json(request), self.way))
        return path

    def video(self, folder: Path) -> Path:
        """Where `render` puts the video."""
        return folder / f"{self.name.replace(' ', '-')}.mp4"


def render(order: Order, folder: Path, python: str = sys.executable) -> Cost:
    """The whole process: start, decoding, analysis, drawing, encoding, AAC and mux."""
    request = order.write(folder)
    # From the root, or an installed copy of another check-out might be measured.
    return run([python, "-m", "modal_render", "render", str(request)], folder=ROOT)[0]


def still(order: Order, folder: Path, silence: Path) -> Path:
    """The picture without a voice, as the background of those who draw over one."""
    request = {
        "audio": str(silence),
        "picture": str(folder / f"still-{order.shape}.png"),
        "scene": dataclasses.asdict(order.scene),
        "at_s": 0.0,
    }
    path = folder / f"still-{order.shape}.json"
    path.write_text(json.dumps(request))
    run([sys.executable, "-m", "modal_render", "frame", str(path)], folder=ROOT)
    return folder / f"still-{order.shape}.png"


def can_splice() -> bool:
    return any(field.name == "path" for field in dataclasses.fields(RenderRequest))


def _with_way(request: str, way: Way) -> str:
    fields = json.loads(request)
    if can_splice():
        fields["path"] = way.value
    return json.dumps(fields)
