"""Small media files as the pipelines would have left them in storage."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from conversations.model import Video
from phone.samples import SAMPLES
from storage.adapter import StorageAdapter
from tests.sounds import ffmpeg, tone, write

CARD = "assets/asset-1/card_0011223344556677.png"
PREVIEW = "assets/asset-1/preview_0011223344556677.mp3"
VOICE = "assets/asset-1/edges_0011223344556677.ogg"
FILM = Video(
    key="renders/render/a1/output.mp4",
    thumbnail_key="renders/render/a1/thumbnail.jpg",
    width=108,
    height=192,
    duration_s=1.0,
)


async def store_media(storage: StorageAdapter) -> None:
    """A card, a preview, a voice message, a video and its thumbnail."""
    await put(storage, CARD, image("PNG"))
    await put(storage, PREVIEW, sound(".mp3"))
    await put(storage, VOICE, sound(".ogg"))
    await put(storage, FILM.thumbnail_key, image("JPEG"))
    await put(storage, FILM.key, film())


async def put(storage: StorageAdapter, key: str, content: bytes) -> None:
    await storage.put_stream(key, _once(content))


def image(form: str, color: str = "navy") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (90, 160), color).save(content, form)
    return content.getvalue()


@cache
def sound(extension: str = ".mp3") -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"tone{extension}"
        write(path, tone(1.0))
        return path.read_bytes()


@cache
def film() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"
        pictures = ("-f", "lavfi", "-i", "color=navy:size=108x192:rate=10:duration=1")
        ffmpeg([*pictures, "-c:v", "libx264", "-pix_fmt", "yuv420p", str(path)])
        return path.read_bytes()


def another(folder: Path, number: int) -> Path:
    """A song, another one for each number: the same file again would be shown its card."""
    path = folder / "song.mp3"
    path.write_bytes(SAMPLES["music"].path.read_bytes() + number.to_bytes(4, "big"))
    return path


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
