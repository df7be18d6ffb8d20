"""What becomes of files: looked into as Telegram does, kept whole, handed out in parts."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import av
import pytest
from PIL import Image

from phone.limits import Limits
from phone.people import PAGE_USER_ID
from phone.server import start_phone
from phone.visitor import Visitor
from tests.phone.test_refusals import picture
from tests.phone.wire import Wire
from tests.sounds import speech, tone, write

CHAT = PAGE_USER_ID
# As a browser's recorder writes it: nothing is known of the length, and it is no file to seek in.
LIVE = ("-f", "webm", "-live", "1")


@pytest.mark.parametrize(
    ("name", "options", "mime"),
    [
        ("note.webm", LIVE, "audio/webm;codecs=opus"),  # Chromium
        ("note.m4a", (), "audio/mp4"),  # Safari
        ("note.mp3", (), "audio/mpeg"),
    ],
)
async def test_a_recorded_voice_arrives_as_a_voice_note(
    wire: Wire, visitor: Visitor, tmp_path: Path, name: str, options: Sequence[str], mime: str
) -> None:
    note = write(tmp_path / name, speech(3.0), options=options)
    query = {"kind": "voice", "file_name": name, "mime": mime, "duration": "3"}
    url = f"{wire.phone.url}/phone/file"
    async with wire.session.post(url, params=query, data=note.read_bytes()) as answer:
        voice = (await answer.json())["message"]["voice"]
    assert voice["mime_type"] == "audio/ogg"
    assert voice["duration"] == 3
    path = (await wire.call("getFile", file_id=voice["file_id"])).result["file_path"]
    assert path.endswith(".oga")
    _, content, _ = await wire.get(f"/file/bot{wire.phone.token}/{path}")
    assert len(content) == voice["file_size"]
    with av.open(io.BytesIO(content), "r") as container:
        assert container.format.name == "ogg"
        assert container.streams.audio[0].codec_context.name in ("opus", "libopus")
        heard_s = sum(frame.samples for frame in container.decode(audio=0)) / 48_000
    assert heard_s == pytest.approx(3.0, abs=0.1)


async def test_a_voice_note_in_opus_stays_as_it_is(visitor: Visitor, tmp_path: Path) -> None:
    note = write(tmp_path / "note.ogg", speech(2.0))
    message = await visitor.send_voice(note)
    saved = tmp_path / "saved.ogg"
    await visitor.download(message.file_id, saved)
    assert saved.read_bytes() == note.read_bytes()


async def test_a_voice_note_of_noise_is_still_a_voice_note(
    visitor: Visitor, tmp_path: Path
) -> None:
    broken = tmp_path / "note.webm"
    broken.write_bytes(b"no sound at all")
    message = await visitor.send_voice(broken)
    assert message.kind == "voice"
    assert message.media["duration"] == 0


async def test_a_songs_tags_are_read(visitor: Visitor, tmp_path: Path) -> None:
    song = write(
        tmp_path / "song.mp3", tone(1.0), tags={"title": "Sunday loop", "artist": "Pocketreel"}
    )
    media = (await visitor.send_audio(song)).media
    assert (media["title"], media["performer"]) == ("Sunday loop", "Pocketreel")
    assert (media["duration"], media["mime_type"]) == (1, "audio/mpeg")
    assert media["file_name"] == "song.mp3"


async def test_a_photo_comes_in_several_sizes(visitor: Visitor, tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGB", (2000, 1000), "teal").save(photo)
    message = await visitor.send_photo(photo, caption="by the sea")
    assert message.text == "by the sea"
    sizes = [(size["width"], size["height"]) for size in message.raw["photo"]]
    assert sizes == [(90, 45), (320, 160), (800, 400), (1280, 640)]


@pytest.mark.parametrize(
    ("method", "name", "with_video", "becomes"),
    [
        ("video", "film.mp4", True, "video"),
        ("video", "film.webm", True, "document"),  # Telegram plays MP4 only
        ("video", "sound.mp4", False, "document"),
        ("audio", "song.mp3", False, "audio"),
        ("voice", "note.ogg", False, "voice"),
        ("voice", "note.wav", False, "audio"),
        ("document", "film.mp4", True, "document"),
    ],
)
async def test_a_file_becomes_what_it_is(
    wire: Wire,
    visitor: Visitor,
    tmp_path: Path,
    method: str,
    name: str,
    with_video: bool,
    becomes: str,
) -> None:
    options = ("-c:v", "libvpx", "-b:v", "100k") if name == "film.webm" else ()
    path = write(tmp_path / name, tone(1.0), with_video=with_video, options=options)
    form = {"chat_id": str(CHAT), method: io.BytesIO(path.read_bytes())}
    message = (await wire.post(f"send{method}", data=form)).result
    assert becomes in message


async def test_a_video_is_shown_in_the_sizes_it_came_with(
    wire: Wire, visitor: Visitor, tmp_path: Path
) -> None:
    film = write(tmp_path / "film.mp4", tone(1.0), with_video=True).read_bytes()
    claims = {"width": "1080", "height": "1920", "duration": "9"}
    said = await wire.post(
        "sendVideo",
        data={"chat_id": str(CHAT), **claims, "video": io.BytesIO(film), "thumbnail": thumbnail()},
    )
    video = said.result["video"]
    assert (video["width"], video["height"], video["duration"]) == (1080, 1920, 9)
    assert video["thumbnail"]["width"] == 180
    unsaid = await wire.post("sendVideo", data={"chat_id": str(CHAT), "video": io.BytesIO(film)})
    video = unsaid.result["video"]
    assert (video["width"], video["height"], video["duration"]) == (160, 120, 1)
    assert "thumbnail" not in video


async def test_a_large_video_without_sizes_becomes_a_square(
    wire: Wire, visitor: Visitor, tmp_path: Path
) -> None:
    film = write(tmp_path / "film.mp4", tone(1.0), with_video=True).read_bytes()
    # Free space at the end of an MP4 is allowed, and makes this one 11 MB.
    size = 11 * 1024 * 1024
    large = io.BytesIO(film + size.to_bytes(4, "big") + b"free" + bytes(size - 8))
    answer = await wire.post("sendVideo", data={"chat_id": str(CHAT), "video": large})
    video = answer.result["video"]
    assert (video["width"], video["height"], video["duration"]) == (320, 320, 0)


@pytest.mark.parametrize("content", [picture(400, 300), picture(100, 100, "PNG"), b"nothing"])
async def test_a_thumbnail_that_telegram_ignores_is_ignored(
    wire: Wire, visitor: Visitor, tmp_path: Path, content: bytes
) -> None:
    film = write(tmp_path / "film.mp4", tone(1.0), with_video=True).read_bytes()
    form: dict[str, Any] = {
        "chat_id": str(CHAT),
        "video": io.BytesIO(film),
        "thumbnail": io.BytesIO(content),
    }
    assert "thumbnail" not in (await wire.post("sendVideo", data=form)).result["video"]


async def test_a_file_is_handed_out_in_parts(wire: Wire, visitor: Visitor) -> None:
    message = await visitor.send_sample("music")
    path = f"/phone/media/{message.file_id}"
    status, whole, headers = await wire.get(path)
    assert (status, headers["Accept-Ranges"]) == (200, "bytes")
    assert headers["Content-Type"] == "audio/mpeg"
    status, part, headers = await wire.get(path, headers={"Range": "bytes=100-199"})
    assert (status, part) == (206, whole[100:200])
    assert headers["Content-Range"] == f"bytes 100-199/{len(whole)}"
    status, end, _ = await wire.get(path, headers={"Range": "bytes=-50"})
    assert (status, end) == (206, whole[-50:])
    status, _, _ = await wire.get(path, headers={"Range": f"bytes={len(whole)}-"})
    assert status == 416


def thumbnail() -> io.BytesIO:
    return io.BytesIO(picture(180, 320))


async def test_a_server_with_local_names_a_file_of_any_size_by_its_path(tmp_path: Path) -> None:
    phone = await start_phone(tmp_path / "local", limits=Limits(is_local=True, fetch_bytes=100))
    async with Visitor(phone.url) as person, aiohttp.ClientSession(trust_env=False) as session:
        note = write(tmp_path / "note.ogg", speech(2.0))
        message = await person.send_voice(note)
        wire = Wire(session, phone)
        path = (await wire.call("getFile", file_id=message.file_id)).result["file_path"]
        found = await asyncio.to_thread(Path(path).read_bytes)
        assert found == note.read_bytes()
        for asked in (path, path.rpartition("/files/")[2]):
            status, _, _ = await wire.get(f"/file/bot{phone.token}/{asked.lstrip('/')}")
            assert status == 404, "its files are read from its disk"
    await phone.stop()
