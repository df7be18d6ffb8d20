"""Programs that tests start, wait for and never leave behind."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path


async def output_of(
    argv: Sequence[str], *, folder: Path, environment: Mapping[str, str], limit_s: float
) -> tuple[int, str, str]:
    """The exit status of the program, what it said and what it complained of."""
    child = await asyncio.create_subprocess_exec(
        *argv,
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(limit_s):
            told, complaints = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    assert child.returncode is not None
    return child.returncode, told.decode(), complaints.decode()
