"""How each peer is started, and whether it is there at all."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from benchmarks.processes import Cost, run
from modal_render.contract import FPS
from modal_render.layout import Box

PYTHON = Path(__file__).parent.parent.parent / ".venv-bench" / "bin" / "python"
_BARS = Path(__file__).parent / "moviepy_bars.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a peer is to make: bars in `stage` over `still`, for as long as `audio` lasts."""

    folder: Path
    still: Path
    audio: Path
    width: int
    height: int
    stage: Box

    def video(self, peer: str) -> Path:
        return self.folder / f"{peer}-{self.width}x{self.height}.mp4"


@dataclass(frozen=True, slots=True)
class GraphSettings:
    """An encoding that ffmpeg is asked for."""

    name: str
    options: tuple[str, ...]


VERYFAST = GraphSettings("veryfast", ("-preset", "veryfast", "-c:a", "aac"))
# The best we know for still pictures: veryfast's size and quality in less time.
SUPERFAST = GraphSettings(
    "superfast+mbtree",
    (
        *("-preset", "superfast", "-x264-params", "mbtree=1:rc-lookahead=10:scenecut=0"),
        *("-c:a", "aac", "-aac_coder", "fast"),
    ),
)


def showfreqs(task: Task, settings: GraphSettings) -> Cost:
    """ffmpeg alone. Its still is read and converted once, its bars are few and not in colours.

    Of the settings of showfreqs that show bars moving, these cost least.
    """
    stage = task.stage
    graph = (
        "[0:v]format=yuv420p,loop=-1:1:0[still];"
        f"[1:a]showfreqs=s={stage.width}x{stage.height}:rate={FPS}:mode=bar:ascale=cbrt"
        ":fscale=log:win_size=512:colors=white[bars];"
        f"[still][bars]overlay={stage.x}:{stage.y}:shortest=1[video]"
    )
    inputs = ["-framerate", str(FPS), "-i", str(task.still), "-i", str(task.audio)]
    output = [*settings.options, "-movflags", "+faststart", str(task.video(settings.name))]
    return run(
        [
            *(imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *inputs),
            *("-filter_complex", graph, "-map", "[video]", "-map", "1:a", "-c:v", "libx264"),
            *output,
        ],
        folder=task.folder,
    )[0]


def moviepy(task: Task) -> Cost:
    """moviepy with libx264 veryfast; see moviepy_bars.py."""
    stage = (task.stage.x, task.stage.y, task.stage.width, task.stage.height)
    video = task.video("moviepy")
    command = [str(PYTHON), str(_BARS), str(task.still), str(task.audio), str(video)]
    return run([*command, *map(str, stage)], folder=task.folder)[0]


def seewav(task: Task) -> Cost:
    """seewav's own command line. It draws no still: bars on black are all it knows."""
    tools = _tools(task)
    size = ["-W", str(task.width), "-H", str(task.height), "-r", str(FPS)]
    return run(
        [str(PYTHON), "-m", "seewav", *size, str(task.audio), str(task.video("seewav"))],
        folder=task.folder,
        environment={"PATH": f"{tools}:/usr/bin:/bin", "TMPDIR": str(task.folder)},
    )[0]


def versions() -> dict[str, str]:
    """The peers that can be imported in their environment, by name."""
    script = (
        "import importlib, importlib.metadata as m, json\n"
        "def version(name):\n"
        "    try: importlib.import_module(name)\n"
        "    except Exception: return None\n"
        "    return m.version(name)\n"
        "print(json.dumps({n: version(n) for n in ('huey', 'litequeue', 'moviepy', 'seewav')}))"
    )
    if not PYTHON.exists():
        return {}
    done = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True, check=True)
    found: dict[str, str | None] = json.loads(done.stdout)
    return {name: version for name, version in found.items() if version is not None}


def _tools(task: Task) -> Path:
    """A folder for PATH: our ffmpeg under its plain name, and an ffprobe for this one file.

    The wheel has no ffprobe; seewav asks it for these three facts only, and gets them sooner.
    """
    folder = task.folder / "tools"
    folder.mkdir(exist_ok=True)
    binary = folder / "ffmpeg"
    if not binary.exists():
        binary.symlink_to(imageio_ffmpeg.get_ffmpeg_exe())
    facts = {"streams": [{"codec_type": "audio", "channels": 1, "sample_rate": "48000"}]}
    probe = folder / "ffprobe"
    probe.write_text(f"#!/bin/sh\necho '{json.dumps(facts)}'\n")
    probe.chmod(0o755)
    return folder
