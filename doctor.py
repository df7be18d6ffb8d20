"""What is set up, what is not, and the one sentence that mends it."""

from __future__ import annotations

import asyncio
import importlib.metadata
import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import imageio_ffmpeg

import accounts
from accounts import Visit, bad, finding
from conversations.model import Finding
from pipelines.sandbox import find_sandbox
from settings import MIB, SENTRY_SDK, Settings
from worker.run import MIN_FREE_BYTES

PATIENCE_S = 10.0
ENCODERS = ("libx264", "aac", "libmp3lame")
_PROBE = ".doctor"

Look = Callable[[Visit], Awaitable[Finding]]


async def examine(
    settings: Settings, *, cloud: bool = False, patience_s: float = PATIENCE_S
) -> list[Finding]:
    """Look at everything the settings ask for; nothing is changed that was there before.

    With `cloud` also at every account there are credentials for, and nothing of it is optional.
    """
    visit = Visit(settings=settings, cloud=cloud, patience_s=patience_s)
    return [await look(visit) for look in _LOOKS]


async def _python(_: Visit) -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return finding("Python", sys.version_info >= (3, 11), version, "install Python 3.11 or newer")


async def _ffmpeg(visit: Visit) -> Finding:
    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
        listed = await _output(visit.patience_s, program, "-hide_banner", "-encoders")
    except (RuntimeError, OSError, subprocess.SubprocessError) as problem:
        return bad(
            "ffmpeg", f"did not run ({problem}); pip install --force-reinstall imageio-ffmpeg"
        )
    missing = [name for name in ENCODERS if name not in listed]
    mend = f"lacks {', '.join(missing)}; unset IMAGEIO_FFMPEG_EXE to use the one that comes along"
    return finding("ffmpeg", not missing, Path(program).name, mend)


async def _data_dir(visit: Visit) -> Finding:
    folder = visit.settings.data_dir.resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / _PROBE
        probe.touch()
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as problem:
        return bad(
            "data folder", f"{folder}: {problem.strerror}; set DATA_DIR to a folder of yours"
        )
    mend = f"only {free // MIB} MB are free in {folder}; work waits until there are more"
    return finding("data folder", free >= MIN_FREE_BYTES, f"{folder}, {free // MIB} MB free", mend)


async def _sandbox(_: Visit) -> Finding:
    found = await find_sandbox()
    words = found.words
    if not found.bwrap and shutil.which("bwrap"):
        words += "; bubblewrap is there, but may not make namespaces here"
    if not found.is_whole:
        words += "; mend it with Linux 5.13 or newer, or install bubblewrap"
    return Finding(name="sandbox", is_well=found.is_whole, is_optional=True, words=words)


async def _youtube(_: Visit) -> Finding:
    version = importlib.metadata.version("yt-dlp")
    has_deno = shutil.which("deno", path=f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin")
    return Finding(
        name="YouTube links",
        is_well=bool(has_deno),
        is_optional=True,
        words=f"yt-dlp {version}"
        + ("" if has_deno else ", no JavaScript runtime: pip install deno"),
    )


async def _sentry(visit: Visit) -> Finding:
    dsn = visit.settings.sentry_dsn
    if not dsn:
        return Finding(name="Sentry", is_well=True, words="not asked for")
    is_there = importlib.util.find_spec("sentry_sdk") is not None
    mend = f"SENTRY_DSN needs pip install --no-deps {SENTRY_SDK}"
    return finding("Sentry", is_there, f"errors go to {urlsplit(dsn).hostname}", mend)


_LOOKS: Sequence[Look] = (
    _python,
    _ffmpeg,
    _data_dir,
    _sandbox,
    accounts.job_store,
    accounts.storage,
    accounts.telegram,
    accounts.address,
    accounts.renderer,
    _youtube,
    _sentry,
)


async def _output(patience_s: float, *argv: str) -> str:
    def run() -> str:
        return subprocess.run(
            argv, capture_output=True, check=True, timeout=patience_s
        ).stdout.decode()

    return await asyncio.to_thread(run)
