"""The app on Modal: an image with the renderer in it, and two functions. No logic.

`modal deploy -m modal_render.app` puts it there. The environment of that command may name the app
(MODAL_APP) and say how much each container gets (MODAL_CPU, MODAL_MEMORY_MIB); the secret
`{app}-r2` holds the bot's R2_* variables. Nothing is kept warm: who is not rendering pays nothing.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import modal

MINUTES = 60  # seconds

NAME = os.environ.get("MODAL_APP", "pocketreel")
CPU = float(os.environ.get("MODAL_CPU", "4"))  # cores; x264 has no use for a GPU
MEMORY_MIB = int(os.environ.get("MODAL_MEMORY_MIB", "2048"))  # eight threads take 1,420 MB
SECRET = f"{NAME}-r2"

# The versions that the product is tested with (requirements.txt), and what they need.
PACKAGES = (
    "av==18.1.0",
    "boto3==1.44.5",
    "botocore==1.44.5",
    "jmespath==1.1.0",
    "numpy==2.4.6",
    "pillow==13.0.0",
    "python-bidi==0.6.12",
    "python-dateutil==2.9.0.post0",
    "s3transfer==0.19.3",
    "six==1.17.0",
    "uharfbuzz==0.57.0",
    "urllib3==2.8.0",
)
# Chinese, Japanese and Korean letters and colour emoji: 45 MB of which only the fonts are read.
FONTS = ("dynamic-font==1.2.4", "manimgx-fonts-cjk==2026.9.26.post1")

image = (
    modal.Image.debian_slim(python_version="3.11")
    .pip_install(*PACKAGES, *FONTS, extra_options="--no-deps")
    .add_local_python_source("modal_render", ignore=["**/__pycache__"])  # its fonts, too
)
app = modal.App(NAME, image=image, include_source=False)

_EACH: Mapping[str, Any] = {
    "cpu": CPU,
    "memory": MEMORY_MIB,
    "secrets": [modal.Secret.from_name(SECRET)],
    # A container sees all cores of its host, and its own app under no name.
    "env": {"MODAL_APP": NAME, "RENDER_THREADS": str(max(1, round(CPU)))},
}


# The longest video takes a container of four cores seven minutes when it is not shared.
@app.function(
    timeout=60 * MINUTES,
    retries=modal.Retries(max_retries=2, initial_delay=5.0),
    max_containers=10,
    **_EACH,
)
def render(assignment: str) -> dict[str, Any]:
    """Render an Assignment (dispatch.py) given as JSON; gives its Ending as JSON."""
    from modal_render.cloud import render_call

    others = modal.Function.from_name(NAME, "render_segment")
    return render_call(assignment, os.environ, _threads(), others.starmap)


@app.function(
    timeout=10 * MINUTES,
    retries=modal.Retries(max_retries=3, initial_delay=1.0),
    max_containers=40,
    **_EACH,
)
def render_segment(stretch: str) -> Mapping[str, Any]:
    """Encode a Stretch (fan_out.py) of a long video given as JSON."""
    from modal_render.cloud import stretch_call

    return stretch_call(stretch, os.environ, _threads())


def _threads() -> int:
    return int(os.environ.get("RENDER_THREADS", "0")) or len(os.sched_getaffinity(0))
