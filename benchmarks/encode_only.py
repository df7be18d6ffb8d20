"""What encoding alone costs: `python -m benchmarks.encode_only REQUEST.json`.

The yardstick of the whole-frame path. The frames are those of the request's look, drawn
beforehand, CHUNK at a time (a minute of 1080x1920 is 5.6 GB), each in memory of its own, so none
is still warm from drawing when it is encoded. One encoder with exactly the renderer's settings
takes them all; setting it up counts, drawing does not. The renderer opens an encoder for each
segment: that is a cost of its plan, and stays on its side of the comparison.

Prints `{"cpu_s": ...}`: processor time of the process inside the encoder's calls.
"""

from __future__ import annotations

import json
import sys
import time
from fractions import Fraction
from pathlib import Path

from modal_render.contract import RenderRequest, from_json
from modal_render.encode import WHOLE, Picture, picture, video_encoder
from modal_render.film import Film, open_film

CHUNK = 150  # frames


def main(request_path: str) -> None:
    request = from_json(RenderRequest, Path(request_path).read_text())
    print(json.dumps({"cpu_s": _encode(open_film(request.scene, request.audio))}))


def _encode(film: Film) -> float:
    size, fps, frames = (film.scene.width, film.scene.height), film.scene.fps, film.sound.frames
    began = time.process_time()
    codec = video_encoder(size, fps, WHOLE)
    cpu_s = time.process_time() - began
    pictures = [picture(*size) for _ in range(min(CHUNK, frames))]
    drawing = picture(*size)
    painter = film.easel.painter(drawing.planes)
    for first in range(0, frames, CHUNK):
        ready = pictures[: frames - first]
        for index, one in enumerate(ready, first):
            painter.paint(index)
            _copy(drawing, one)
            one.frame.pts, one.frame.time_base = index, Fraction(1, fps)
        began = time.process_time()
        for one in ready:
            codec.encode(one.frame)
        cpu_s += time.process_time() - began
    began = time.process_time()
    codec.encode(None)
    return cpu_s + time.process_time() - began


def _copy(source: Picture, target: Picture) -> None:
    for content, plane in zip(source.planes, target.planes, strict=True):
        plane[:] = content


if __name__ == "__main__":
    main(sys.argv[1])
