"""What cannot become a video is answered with a sentence that says the way out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from conversations import words
from phone.limits import Limits
from phone.server import start_phone
from phone.visitor import ShownMessage, Visitor
from tests import sounds
from tests.bot.refusing import labels, press_first, told
from tests.whole.conftest import claim
from tests.whole.product import Product

pytestmark = pytest.mark.asyncio(loop_scope="module")
ANSWER_S = 30.0

Send = Callable[[Visitor, Path], Awaitable[ShownMessage]]
Chat = tuple[Visitor, Product]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chat(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Chat]:
    """Somebody who owns the bot, for all that is refused: one refusal stops no other."""
    folder = tmp_path_factory.mktemp("refused")
    phone = await start_phone(folder / "phone", limits=Limits())
    product = Product(phone, folder)
    await product.start()
    try:
        async with Visitor(phone.url) as visitor:
            await visitor.start(await claim(product))
            await visitor.wait_for(lambda message: message.from_bot)
            yield visitor, product
    finally:
        await product.kill()
        print(product.log()[-6000:])  # pytest shows it when the test failed
        await phone.stop()


async def silent(visitor: Visitor, folder: Path) -> ShownMessage:
    return await visitor.send_voice(sounds.write(folder / "note.ogg", sounds.silence(4.0)))


async def short(visitor: Visitor, folder: Path) -> ShownMessage:
    return await visitor.send_voice(sounds.write(folder / "note.ogg", sounds.speech(0.5)))


async def broken(visitor: Visitor, folder: Path) -> ShownMessage:
    whole = sounds.write(folder / "whole.m4a", sounds.speech(4.0))
    cut = folder / "cut.m4a"
    cut.write_bytes(whole.read_bytes()[:2000])
    return await visitor.send_document(cut)


async def no_media(visitor: Visitor, folder: Path) -> ShownMessage:
    path = folder / "song.mp3"
    path.write_text("These are words and not a song.\n" * 200)
    return await visitor.send_audio(path)


async def paper(visitor: Visitor, folder: Path) -> ShownMessage:
    path = folder / "paper.pdf"
    path.write_bytes(b"%PDF-1.4\n" + b"x" * 1000)
    return await visitor.send_document(path)


async def mute_video(visitor: Visitor, folder: Path) -> ShownMessage:
    path = folder / "mute.mp4"
    sounds.ffmpeg(["-f", "lavfi", "-i", "testsrc=d=2:s=320x240", "-pix_fmt", "yuv420p", str(path)])
    return await visitor.send_video(path)


async def too_large(visitor: Visitor, folder: Path) -> ShownMessage:
    path = folder / "long.wav"
    path.write_bytes(b"RIFF" + bytes(21 * 1024 * 1024))
    return await visitor.send_document(path)


async def too_long(visitor: Visitor, folder: Path) -> ShownMessage:
    return await visitor.send_document(sounds.nothing(folder / "long.flac", 1860))


async def plain_link(visitor: Visitor, folder: Path) -> ShownMessage:
    return await visitor.send_text("http://example.com/talk.mp3")


async def inner_link(visitor: Visitor, folder: Path) -> ShownMessage:
    return await visitor.send_text("https://127.0.0.1/talk.mp3")


async def location(visitor: Visitor, folder: Path) -> ShownMessage:
    return await visitor.send_fields(location={"latitude": 1.0, "longitude": 2.0})


@pytest.mark.parametrize(
    ("send", "code"),
    [
        (silent, "source_silent"),
        (short, "source_too_short"),
        (broken, "source_broken"),
        (no_media, "not_media"),
        (mute_video, "no_sound"),
        (too_large, "uploads.TOO_LARGE"),
        (too_long, "source_too_long"),
        (plain_link, "errors.PLAIN_HTTP"),
        (inner_link, "link_not_public"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
async def test_a_refusal_says_the_way_out(
    chat: Chat, tmp_path: Path, send: Send, code: str
) -> None:
    """In the words and with the buttons of docs/refusals.md."""
    visitor, product = chat
    sent = await send(visitor, tmp_path)
    answer = await told(visitor, sent, code)
    if labels(answer)[:1] == [words.buttons.DELETE.en]:
        await press_first(visitor, answer)
    assert product.rows("SELECT 1 FROM jobs WHERE kind = 'render'") == []


@pytest.mark.parametrize("send", [paper, location], ids=lambda send: send.__name__)
async def test_what_nobody_can_hear_offers_the_sample(
    chat: Chat, tmp_path: Path, send: Send
) -> None:
    visitor, _ = chat
    sent = await send(visitor, tmp_path)
    answer = await visitor.wait_for(lambda m: m.from_bot and m.reply_to == sent.id, ANSWER_S)
    assert answer.text == words.errors.JOBS["not_media"].en
    assert labels(answer) == [words.buttons.SAMPLE.en]
