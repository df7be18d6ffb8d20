"""What would become of one file or one link: the bot's own checks, without a chat or a queue."""

from __future__ import annotations

import asyncio
import dataclasses
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from conversations import links
from jobs.errors import JobError
from jobs.model import Source, SourceKind
from pipelines.addresses import Endpoint
from pipelines.bench import Bench
from pipelines.child import ChildRef
from pipelines.fetch import fetch
from pipelines.ingest import listen_to
from pipelines.sandbox import BY_WARDENS, Sandbox
from settings import Settings
from storage.local import LocalStorage

VERDICT_S = 25.0  # a verdict is promised in 30; the bot, which promises none, listens for longer
_ALL = (0, 100)  # percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether it is taken; else the error's code. `duration_s` as far as it became known."""

    accepted: bool
    code: str | None = None
    duration_s: float | None = None


async def probe(path: Path, settings: Settings, sandbox: Sandbox = BY_WARDENS) -> Verdict:
    """Whether the bot would take this file as a recording. Raises OSError when it is not there.

    It is copied, under a name of ours, and listened to in the same child as any other, though for
    VERDICT_S in all.
    """
    loop = asyncio.get_running_loop()
    until_s = loop.time() + VERDICT_S
    child_ref = ChildRef(sandbox)
    source = await asyncio.to_thread(_source, path)
    async with _bench(settings) as (bench, folder):
        try:
            fetched = await fetch(bench, source, folder, child_ref, _ALL)
            in_time = dataclasses.replace(bench, probe_s=until_s - loop.time())
            heard = await listen_to(in_time, source, fetched, child_ref)
        except JobError as refused:
            return _refused(refused)
    return Verdict(accepted=True, duration_s=heard.facts.duration_s)


async def fetch_url(
    url: str, settings: Settings, allow: frozenset[Endpoint] = frozenset()
) -> Verdict:
    """Whether the bot would fetch what this link leads to; it is fetched and thrown away.

    `allow` are (address, port) that may be dialled although they are not public, by http too.
    """
    async with _bench(settings, allow) as (bench, folder):
        try:
            await fetch(bench, links.source_of(url), folder, ChildRef(), _ALL)
        except JobError as refused:
            return _refused(refused)
    return Verdict(accepted=True)


def endpoints(text: str) -> frozenset[Endpoint]:
    """The addresses that HOST:PORT stands for now. Raises ValueError."""
    parts = urlsplit(f"//{text}")
    if not parts.hostname or not parts.port or parts.netloc != text or "@" in text:
        raise ValueError(f"{text}: not HOST:PORT")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port, type=socket.SOCK_STREAM)
    except OSError as unknown:
        raise ValueError(f"{text}: no such host") from unknown
    return frozenset((str(address[0]), parts.port) for *_, address in found)


@asynccontextmanager
async def _bench(
    settings: Settings, allow: frozenset[Endpoint] = frozenset()
) -> AsyncIterator[tuple[Bench, Path]]:
    """A bench that keeps nothing, and a folder to work in."""
    with tempfile.TemporaryDirectory(prefix="pocketreel-") as name:
        folder = Path(name)
        alone = dataclasses.replace(settings, data_dir=folder)
        storage = LocalStorage(alone.storage_dir, secret=b"", link_base="")
        yield Bench(settings=alone, storage=storage, allow=allow), folder


def _source(path: Path) -> Source:
    path.stat()  # what is not there gets no verdict
    return Source(kind=SourceKind.FILE, media="document", url=str(path.absolute()))


def _refused(refused: JobError) -> Verdict:
    return Verdict(accepted=False, code=refused.code, duration_s=refused.params.get("duration_s"))
