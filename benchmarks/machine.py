"""What a figure about speed was measured on."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg

from benchmarks.peers import programs


def facts() -> dict[str, Any]:
    """Processor, system and the versions that matter; `load` is of the minute before."""
    return {
        "cpus": len(os.sched_getaffinity(0)),
        "cpu_model": _cpu_model(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "kernel": platform.release(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "av": av.__version__,
        "numpy": version("numpy"),
        "pillow": version("pillow"),
        "ffmpeg": _ffmpeg_version(),
        **programs.versions(),
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _ffmpeg_version() -> str:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-version"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return said.split()[2]
