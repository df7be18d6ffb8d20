"""Every way into the bot's server, each with what opens it, and the bare wire to knock with."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.web.api import examples
from bot.web.api.operations import OPERATIONS, Credential, Operation
from bot.web.links import StreamLinks, VideoLinks
from bot.web.telegram import PATH as TELEGRAM
from bot.web.telegram import webhook_secret
from jobs.opening import Store
from modal_render.dispatch import PROGRESS_PATH, WEBHOOK_PATH, token
from phone.server import Phone
from settings import Settings, UpdatesMode, signing_key
from storage import keys
from storage.local import LocalStorage
from tests.bot.api_world import furnished
from tests.bot.life import living, settings_for
from tests.bot.media import put
from tests.bot.pages import SLUG, published, the_project, waiting
from tests.jobs.samples import send_away
from tests.planted import METRICS_TOKEN
from tests.worker.shop import until

ANSWER_S = 20.0
_IDS = {"{job}": examples.RENDER_JOB, "{asset}": examples.ASSET}
_PREVIEWS = {"{job}": examples.PREVIEW_JOB}
_QUERIES = {"download": f"?key={examples.UPLOAD_KEY}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A request that is let in. `reads_json` tells whether its body is read as JSON."""

    name: str
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    reads_json: bool = False

    def head(self, *more: str, method: str = "", path: str = "") -> bytes:
        """The head of the request, changed as told, up to its empty line."""
        lines = [
            f"{method or self.method} {path or self.path} HTTP/1.1",
            "Host: reel.example",
            *(f"{name}: {value}" for name, value in self.headers.items()),
            *more,
        ]
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")

    def request(self, body: bytes = b"", *more: str) -> bytes:
        """The whole request with this body."""
        return self.head(f"Content-Length: {len(body)}", *more) + body


@dataclass(frozen=True, slots=True)
class House:
    """A bot at work, and its doors."""

    port: int
    doors: Sequence[Door]

    def door(self, name: str) -> Door:
        return next(door for door in self.doors if door.name == name)

    async def knock(self, sent: bytes) -> int:
        """The status of the answer to these bytes; 0 when the line is only cut."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(sent)
            async with asyncio.timeout(ANSWER_S):
                said = await reader.readline()
        except ConnectionError:
            said = b""
        finally:
            writer.close()
        return int(said.split()[1]) if said else 0


@asynccontextmanager
async def house(
    phone: Phone, store: Store, storage: LocalStorage, folder: Path
) -> AsyncIterator[House]:
    """The whole bot with every route there is, and something behind each of them."""
    settings = _settings(phone, folder)
    key = await furnished(store, storage)
    await send_away(store)
    upload_page = await waiting(store)
    await published(store, await the_project(store), examples.RENDER_JOB)
    doors = [
        *_of_programs(key),
        *_of_renderers(signing_key(settings)),
        *await _of_links(settings, storage),
        *_of_pages(upload_page),
        Door(name="health", method="GET", path="/health"),
        Door(name="ready", method="GET", path="/ready"),
        Door(
            name="metrics",
            method="GET",
            path="/metrics",
            headers={"Authorization": f"Bearer {METRICS_TOKEN}"},
        ),
        Door(
            name="telegram",
            method="POST",
            path=TELEGRAM,
            headers={"X-Telegram-Bot-Api-Secret-Token": webhook_secret(signing_key(settings))},
            reads_json=True,
        ),
    ]
    async with living(settings, store, storage):
        await until(lambda: "setWebhook" in [call["method"] for call in phone.api.journal.after(0)])
        yield House(settings.port, doors)


def _settings(phone: Phone, folder: Path) -> Settings:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    return settings_for(
        phone,
        folder,
        port=port,
        public_url=f"http://127.0.0.1:{port}",
        telegram_updates=UpdatesMode.WEBHOOK,
        metrics_token=METRICS_TOKEN,
    )


def _of_programs(key: str) -> list[Door]:
    return [_of_operation(operation, key) for operation in OPERATIONS]


def _of_operation(operation: Operation, key: str) -> Door:
    path = operation.path + _QUERIES.get(operation.name, "")
    ids = _PREVIEWS if operation.name == "previewAudio" else _IDS
    for part, value in ids.items():
        path = path.replace(part, value)
    needs_key = operation.credential is not Credential.NONE
    return Door(
        name=operation.name,
        method=operation.method,
        path=path,
        headers={"Authorization": f"Bearer {key}"} if needs_key else {},
        reads_json=bool(operation.body),
    )


def _of_renderers(key: bytes) -> list[Door]:
    bearer = {"Authorization": f"Bearer {token(key, 'video', 1)}"}
    progress = PROGRESS_PATH.format(job="video")
    return [
        Door(name="report", method="POST", path=WEBHOOK_PATH, headers=bearer, reads_json=True),
        Door(name="progress", method="PATCH", path=progress, headers=bearer, reads_json=True),
    ]


async def _of_links(settings: Settings, storage: LocalStorage) -> list[Door]:
    incoming = keys.upload("doors", "source", "bin")
    await put(storage, incoming, b"something")
    file = await storage.download_link(examples.VIDEO_KEY, filename="video.mp4")
    send = await storage.upload_link(incoming, max_bytes=1000)
    video = VideoLinks("http://x", signing_key(settings), 7 * 86400.0)
    watch = video.link(examples.RENDER_JOB, time.time())
    until_s = int(time.time()) + 3600
    stream = StreamLinks("http://x", signing_key(settings)).link(
        examples.ASSET, "original", until_s
    )
    return [
        Door(name="file", method="GET", path=_path(file)),
        Door(name="file's head", method="HEAD", path=_path(file)),
        Door(name="file sent", method="PUT", path=_path(send)),
        Door(name="video", method="GET", path=_path(watch)),
        Door(name="stream link", method="GET", path=_path(stream)),
    ]


def _of_pages(upload_page: str) -> list[Door]:
    file = f"{upload_page}?name=talk.wav&size=10&changed=1"
    page = f"/v/{SLUG}"
    return [
        Door(name="upload page", method="GET", path=upload_page),
        Door(name="how far", method="HEAD", path=file),
        Door(name="piece", method="PUT", path=file, headers={"Content-Range": "bytes 0-9/10"}),
        Door(name="all there", method="POST", path=file),
        Door(name="style", method="GET", path="/static/page.css"),
        Door(name="watch page", method="GET", path=page),
        Door(name="played", method="GET", path=f"{page}/video.mp4"),
        Door(name="saved", method="GET", path=f"{page}/download"),
        Door(name="poster", method="GET", path=f"{page}/poster.jpg"),
    ]


def _path(link: str) -> str:
    return "/" + link.partition("://")[2].partition("/")[2]
