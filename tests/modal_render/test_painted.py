"""What is shown is what was painted, from a segment's first frame to its last."""

from __future__ import annotations

import av
import numpy as np

from modal_render.encode import picture
from modal_render.film import open_film
from tests.modal_render.conftest import Finished

WORST_DB = 38.0  # PSNR of brightness; spliced at 60 frames a second the worst frame has 39.2


def test_no_frame_drifts_from_what_was_painted(finished: Finished) -> None:
    scene = finished.scene
    film = open_film(scene, str(finished.audio))
    canvas = picture(scene.width, scene.height)
    painter = film.easel.painter(canvas.planes)
    painted = canvas.planes[0]
    with av.open(str(finished.video)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            painter.paint(index)
            shown = frame.to_ndarray()[: scene.height].astype(np.int32)
            error = float(((shown - painted) ** 2).mean())
            assert error < 255**2 / 10 ** (WORST_DB / 10), f"frame {index}"


def test_a_look_of_bands_is_spliced_and_nothing_falls_back(finished: Finished) -> None:
    assert finished.report.spliced == (finished.path == "splice")
    assert finished.report.fallbacks == 0
