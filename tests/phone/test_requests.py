"""Form, JSON, multipart and query alike; and whatever is malformed is refused, never a crash."""

from __future__ import annotations

import asyncio
import io
import json
import tempfile
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phone.limits import Limits
from phone.people import PAGE_USER_ID
from phone.server import start_phone
from phone.visitor import Visitor
from tests.phone.test_refusals import picture
from tests.phone.wire import Wire
from tests.sounds import tone, write

CHAT = PAGE_USER_ID
KEYBOARD = {"inline_keyboard": [[{"text": "Make", "callback_data": "mk:p"}]]}
SAID = {"chat_id": str(CHAT), "text": "<b>card</b>", "parse_mode": "HTML"}


def multipart(fields: dict[str, str]) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    return form


@pytest.mark.parametrize("way", ["json", "form", "multipart", "query"])
async def test_every_way_of_saying_it_says_the_same(wire: Wire, visitor: Visitor, way: str) -> None:
    fields = {**SAID, "reply_markup": json.dumps(KEYBOARD)}
    how: dict[str, Any] = {
        "json": {"json": {**SAID, "chat_id": CHAT, "reply_markup": KEYBOARD}},
        "form": {"data": fields},
        "multipart": {"data": multipart(fields)},
        "query": {"params": fields},
    }
    message = (await wire.post("sendMessage", **how[way])).result
    assert message["text"] == "card"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 4}]
    assert message["reply_markup"] == KEYBOARD


async def test_a_get_is_as_good_as_a_post(wire: Wire, visitor: Visitor) -> None:
    status, body, _ = await wire.get(f"/bot{wire.phone.token}/getMe")
    assert status == 200
    assert json.loads(body)["result"]["username"] == "pocketreel_bot"


async def test_an_upload_can_be_named_or_attached(wire: Wire, visitor: Visitor) -> None:
    named = {"chat_id": str(CHAT), "photo": io.BytesIO(picture(200, 100))}
    attached = {
        "chat_id": str(CHAT),
        "media": json.dumps(
            [{"type": "photo", "media": "attach://one"}, {"type": "photo", "media": "attach://two"}]
        ),
        "one": io.BytesIO(picture(100, 200)),
        "two": io.BytesIO(picture(100, 200)),
    }
    assert (await wire.post("sendPhoto", data=named)).result["photo"][-1]["width"] == 200
    album = (await wire.post("sendMediaGroup", data=attached)).result
    assert len({message["media_group_id"] for message in album}) == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b'{"chat_id": NaN}', "application/json"),
        (b'{"chat_id": 1, "text": "\\ud83d"}', "application/json"),
        (b"\xff\xfe", "application/json"),
        (b"[" * 100_000, "application/json"),
        (b"text=%ff&chat_id=1", "application/x-www-form-urlencoded; charset=nonsense"),
        (b"--x", "multipart/form-data"),
        (b"no parts at all", "multipart/form-data; boundary=x"),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused(
    wire: Wire, visitor: Visitor, body: bytes, content_type: str
) -> None:
    answer = await wire.post("sendMessage", data=body, headers={"Content-Type": content_type})
    assert answer.refusal[0] == 400


async def test_a_body_that_is_too_large_is_refused(wire: Wire, visitor: Visitor) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded"):
        body = io.BytesIO(b"a" * 1_100_000)
        answer = await wire.post("sendMessage", data=body, headers={"Content-Type": kind})
        assert answer.refusal == (413, "Request Entity Too Large")


async def test_one_upload_is_not_two_messages(wire: Wire, visitor: Visitor, tmp_path: Path) -> None:
    film = write(tmp_path / "film.mp4", tone(1.0), with_video=True)
    form = {
        "chat_id": str(CHAT),
        "media": json.dumps([{"type": "video", "media": "attach://one"}] * 2),
        "one": io.BytesIO(film.read_bytes()),
    }
    answer = await wire.post("sendMediaGroup", data=form)
    assert answer.refusal == (400, "Bad Request: file must be non-empty")


async def test_what_a_dead_sender_began_is_swept(
    wire: Wire, visitor: Visitor, tmp_path: Path
) -> None:
    incoming = tmp_path / "phone" / "files" / "incoming"
    form = {"chat_id": "4711", "photo": io.BytesIO(picture())}
    assert (await wire.post("sendPhoto", data=form)).refusal[0] == 400
    assert list(incoming.iterdir()) == []


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "emoji", "media", "offset", "length", "inline_keyboard", "url",
                 "command", "description", "message_id", "callback_data"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)  # fmt: skip
METHODS = (
    *("sendMessage", "sendPhoto", "sendMediaGroup", "editMessageText", "editMessageMedia"),
    *("setMessageReaction", "setMyCommands", "answerCallbackQuery", "getFile", "setWebhook"),
    *("deleteMessages", "sendChatAction", "editMessageReplyMarkup"),
)
NAMES = (
    *("text", "entities", "reply_markup", "media", "reaction", "commands", "scope", "url"),
    *("reply_parameters", "message_id", "message_ids", "caption", "photo", "action", "file_id"),
    *("allowed_updates", "secret_token", "parse_mode", "width", "callback_query_id"),
)


CALLS = st.tuples(
    st.sampled_from(METHODS), st.dictionaries(st.sampled_from(NAMES), ODD, max_size=6)
)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(calls=st.lists(CALLS, min_size=25, max_size=25))
def test_no_parameters_make_it_stumble(calls: list[tuple[str, dict[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        statuses = asyncio.run(statuses_of(Path(folder), calls))
    assert [
        (call, status)
        for call, status in zip(calls, statuses, strict=True)
        if status not in (200, 400, 413)
    ] == []


async def statuses_of(folder: Path, calls: list[tuple[str, dict[str, Any]]]) -> list[int]:
    """How a fresh phone, in which two messages were said, answers these calls."""
    calm = Limits(chat_burst=10_000, overall_burst=10_000)
    phone = await start_phone(folder, limits=calm)
    try:
        async with aiohttp.ClientSession() as session, Visitor(phone.url) as visitor:
            wire = Wire(session, phone)
            await visitor.start()
            await wire.call("sendMessage", chat_id=CHAT, text="card")
            known = {"chat_id": CHAT, "message_id": 2}
            answers = [
                await wire.post(method, json={**known, **params}) for method, params in calls
            ]
            return [answer.status for answer in answers]
    finally:
        await phone.stop()
