"""Brings the sound of one YouTube video, through yt-dlp in a process of its own.

Not verified against the live site: it needs the internet, and for most videos deno.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs.errors import LinkFailed, LinkTimedOut, SourceTooLarge
from pipelines.addresses import Endpoint
from pipelines.child import MIB, ChildError, ChildOverMemory, ChildRef, OnLine, python, run_child
from pipelines.link import Download, checked
from pipelines.media import refusal, said

WALL_S = 300.0
QUIET_S = 60.0
MEMORY_BYTES = 512 * MIB
COMMAND = tuple(python("pipelines.youtube_child"))
_FOLDER, _FILE = "youtube", "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the video is called, by whom it is, and how long the list it is from is (0: none).

    `thumbnail` is the address of its picture, empty where none is named.
    """

    title: str
    artist: str
    listed: int = 0
    thumbnail: str = ""


async def fetch_youtube(
    url: str,
    download: Download,
    *,
    max_s: float,
    child_ref: ChildRef,
    allow: frozenset[Endpoint] = frozenset(),
    command: Sequence[str] = COMMAND,
    wall_s: float = WALL_S,
    item: int = 1,
) -> Page:
    """Download the sound. Raises JobError saying why not.

    `allow` as for `fetch_link`; `command` starts youtube_child; `item` is which of a list, if the
    address leads to one.
    """
    checked(url, allow)
    folder = download.path.with_name(_FOLDER)
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    request = folder / "request.json"
    wanted = {
        "url": url,
        "max_s": max_s,
        "max_bytes": download.limits.max_bytes,
        "allow": sorted(allow),
        "item": item,
    }
    await asyncio.to_thread(request.write_text, json.dumps(wanted))
    heard: dict[str, Any] = {}
    try:
        ended = await run_child(
            [*command, str(request), str(folder / _FILE)],
            child_ref=child_ref,
            cwd=folder,
            wall_s=wall_s,
            quiet_s=QUIET_S,
            on_line=_listener(heard, download),
            memory_bytes=MEMORY_BYTES,
            file_bytes=download.limits.max_bytes + MIB,
            network=True,
            env={"YTDLP_NO_PLUGINS": "1"},
        )
    except ChildOverMemory as greedy:
        raise LinkFailed("over memory") from greedy
    except ChildError as slow:
        raise LinkTimedOut(str(slow)) from slow
    if "error" in heard:
        raise refusal(heard["error"])
    if ended.exit_code == -signal.SIGXFSZ:
        raise SourceTooLarge(size_bytes=0, limit_bytes=download.limits.max_bytes)
    if ended.exit_code != 0 or "page" not in heard:
        raise LinkFailed(f"exit status {ended.exit_code}: {ended.stderr[-300:]}")
    # It says so although there is no file, when a filter left nothing to fetch.
    if not await asyncio.to_thread(_take, folder / _FILE, download.path):
        raise LinkFailed("no file")
    page = heard["page"]
    return Page(
        title=str(page["title"]),
        artist=str(page["artist"]),
        listed=int(page["listed"]),
        thumbnail=str(page.get("thumbnail", "")),
    )


def _listener(heard: dict[str, Any], download: Download) -> OnLine:
    def on_line(line: str) -> bool:
        words = said(line)
        if "bytes" in words:
            download.on_bytes(int(words["bytes"]), int(words["of"]))
        else:
            heard.update(words)
        return True

    return on_line


def _take(found: Path, path: Path) -> bool:
    if not found.is_file():
        return False
    found.replace(path)
    shutil.rmtree(found.parent, ignore_errors=True)
    return True
