"""What Telegram refuses, the phone refuses, in Telegram's words and with Telegram's codes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from telegram import Bot
from telegram.error import NetworkError

from phone.limits import MIB, Limits
from phone.people import PAGE_USER_ID
from phone.refusals import NOT_MODIFIED, QUERY_TOO_OLD
from phone.visitor import PhoneRefused, Visitor
from tests.phone.wire import Wire

CHAT = PAGE_USER_ID
BUTTON = {"inline_keyboard": [[{"text": "Make", "callback_data": "mk:p"}]]}


def keyboard(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": "Key", **button}]]}


def picture(width: int = 64, height: int = 64, kind: str = "JPEG") -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(content, kind)
    return content.getvalue()


async def sent(wire: Wire, **more: Any) -> int:
    """The id of a text that the bot has sent."""
    answer = await wire.call("sendMessage", chat_id=CHAT, text="card", **more)
    return int(answer.result["message_id"])


async def sent_photo(wire: Wire, content: bytes = b"") -> Any:
    form = {"chat_id": str(CHAT), "photo": io.BytesIO(content or picture())}
    return await wire.post("sendPhoto", data=form)


@pytest.mark.parametrize(
    ("method", "params", "code", "words"),
    [
        ("sendMessage", {}, 400, "chat_id is empty"),
        ("sendMessage", {"chat_id": 4711, "text": "a"}, 400, "chat not found"),
        ("sendMessage", {"chat_id": "x", "text": "a"}, 400, "chat not found"),
        ("sendMessage", {"chat_id": CHAT}, 400, "message text is empty"),
        ("sendMessage", {"chat_id": CHAT, "text": " \n "}, 400, "message text is empty"),
        ("sendMessage", {"chat_id": CHAT, "text": "a" * 4097}, 400, "message is too long"),
        # Lengths are counted in UTF-16 units, so an emoji is two.
        ("sendMessage", {"chat_id": CHAT, "text": "🎧" * 2049}, 400, "message is too long"),
        (
            "sendMessage",
            {"chat_id": CHAT, "text": "a", "reply_parameters": {"message_id": 999}},
            400,
            "message to be replied not found",
        ),
        (
            "sendMessage",
            {"chat_id": CHAT, "text": "<b>x", "parse_mode": "HTML"},
            400,
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            "sendMessage",
            {"chat_id": CHAT, "text": "<h1>x</h1>", "parse_mode": "HTML"},
            400,
            'can\'t parse entities: Unsupported start tag "h1" at byte offset 0',
        ),
        (
            "sendMessage",
            {"chat_id": CHAT, "text": "é<i>x</b>", "parse_mode": "HTML"},
            400,
            "can't parse entities: Unmatched end tag at byte offset 6,"
            ' expected "</i>", found "</b>"',
        ),
        ("editMessageText", {"chat_id": CHAT, "message_id": 999, "text": "a"}, 400,
         "message to edit not found"),
        ("editMessageText", {"chat_id": CHAT, "message_id": 1, "text": "a"}, 400,
         "message can't be edited"),
        ("editMessageText", {"chat_id": CHAT, "text": "a"}, 400,
         "message identifier is not specified"),
        ("deleteMessage", {"chat_id": CHAT, "message_id": 999}, 400,
         "message to delete not found"),
        ("answerCallbackQuery", {"callback_query_id": "1"}, 400, QUERY_TOO_OLD),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 201}, 400,
         "MESSAGE_TOO_LONG"),
        ("getFile", {"file_id": "nonsense"}, 400, "invalid file_id"),
        ("sendChatAction", {"chat_id": CHAT, "action": "dancing"}, 400,
         "wrong parameter action in request"),
        ("setMessageReaction",
         {"chat_id": CHAT, "message_id": 1, "reaction": [{"type": "emoji", "emoji": "🎧"}]},
         400, "REACTION_INVALID"),
        ("setMessageReaction", {"chat_id": CHAT, "message_id": 999}, 400,
         "message to react not found"),
        ("setMyCommands", {"commands": [{"command": "No", "description": "a"}]}, 400,
         "BOT_COMMAND_INVALID"),
        ("sendVideo", {"chat_id": CHAT}, 400, "there is no video in the request"),
        ("sendVideo", {"chat_id": CHAT, "video": "AgACunknown"}, 400,
         "wrong file identifier/HTTP URL specified"),
        ("setWebhook", {"url": "http://example.org/hook"}, 400,
         "bad webhook: An HTTPS URL must be provided for webhook"),
    ],
)  # fmt: skip
async def test_a_wrong_call_is_refused_in_telegrams_words(
    wire: Wire, visitor: Visitor, method: str, params: dict[str, Any], code: int, words: str
) -> None:
    answer = await wire.call(method, **params)
    assert answer.refusal == (code, f"Bad Request: {words}")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        (keyboard(callback_data="x" * 65), "BUTTON_DATA_INVALID"),
        (keyboard(callback_data="é" * 33), "BUTTON_DATA_INVALID"),
        (keyboard(copy_text={"text": "x" * 257}), "BUTTON_COPY_TEXT_INVALID"),
        (
            keyboard(url="http://localhost:8081/v/1"),
            "inline keyboard button URL 'http://localhost:8081/v/1' is invalid: Wrong HTTP URL",
        ),
        (
            keyboard(web_app={"url": "http://example.org"}),
            "inline keyboard button Web App URL 'http://example.org' is invalid:"
            " only HTTPS links are allowed",
        ),
        (
            keyboard(),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"inline_keyboard": [[{"text": "k", "callback_data": "d"}] * 9]}, "BUTTON_ROW_TOO_LONG"),
        ("{", "can't parse reply keyboard markup JSON object"),
    ],
)
async def test_a_keyboard_that_telegram_would_not_show_is_refused(
    wire: Wire, visitor: Visitor, markup: Any, words: str
) -> None:
    answer = await wire.call("sendMessage", chat_id=CHAT, text="card", reply_markup=markup)
    assert answer.refusal == (400, f"Bad Request: {words}")
    assert len(await visitor.messages()) == 1  # the visitor's own /start


async def test_the_longest_text_and_data_are_taken(wire: Wire, visitor: Visitor) -> None:
    await wire.call(
        "sendMessage", chat_id=CHAT, text="🎧" * 2048, reply_markup=keyboard(callback_data="x" * 64)
    )
    assert len((await visitor.messages())[-1].text) == 2048


async def test_an_edit_that_changes_nothing_is_refused(wire: Wire, visitor: Visitor) -> None:
    message_id = await sent(wire, reply_markup=BUTTON)
    same = {"chat_id": CHAT, "message_id": message_id, "text": "card", "reply_markup": BUTTON}
    answer = await wire.call("editMessageText", **same)
    assert answer.refusal == (400, f"Bad Request: {NOT_MODIFIED}")
    answer = await wire.call("editMessageReplyMarkup", **same)
    assert answer.refusal == (400, f"Bad Request: {NOT_MODIFIED}")


async def test_an_edit_of_a_deleted_message_is_refused(wire: Wire, visitor: Visitor) -> None:
    message_id = await sent(wire)
    await wire.call("deleteMessage", chat_id=CHAT, message_id=message_id)
    answer = await wire.call("editMessageText", chat_id=CHAT, message_id=message_id, text="new")
    assert answer.refusal == (400, "Bad Request: message to edit not found")


async def test_text_and_caption_are_not_edited_as_each_other(wire: Wire, visitor: Visitor) -> None:
    text, photo = await sent(wire), (await sent_photo(wire)).result["message_id"]
    answer = await wire.call("editMessageCaption", chat_id=CHAT, message_id=text, caption="a")
    assert answer.refusal == (400, "Bad Request: there is no caption in the message to edit")
    answer = await wire.call("editMessageText", chat_id=CHAT, message_id=photo, text="a")
    assert answer.refusal == (400, "Bad Request: there is no text in the message to edit")
    answer = await wire.call(
        "editMessageCaption", chat_id=CHAT, message_id=photo, caption="a" * 1025
    )
    assert answer.refusal == (400, "Bad Request: message caption is too long")


async def test_a_press_can_be_answered_once(wire: Wire, visitor: Visitor) -> None:
    query_id = await visitor.press(await sent(wire, reply_markup=BUTTON), "mk:p")
    assert (await wire.call("answerCallbackQuery", callback_query_id=query_id)).result
    answer = await wire.call("answerCallbackQuery", callback_query_id=query_id)
    assert answer.refusal == (400, f"Bad Request: {QUERY_TOO_OLD}")


async def test_a_blocked_bot_is_told_so(wire: Wire, visitor: Visitor) -> None:
    message_id = await sent(wire)
    await visitor.block()
    for method in ("sendMessage", "editMessageText", "sendChatAction"):
        answer = await wire.call(
            method, chat_id=CHAT, message_id=message_id, text="new", action="typing"
        )
        assert answer.refusal == (403, "Forbidden: bot was blocked by the user")
    await visitor.start()
    assert (await wire.call("sendMessage", chat_id=CHAT, text="back")).body["ok"]


async def test_a_wrong_token_and_an_unknown_method_are_refused(wire: Wire) -> None:
    answer = await wire.post("getMe", token="7000000001:another-token-of-the-same-shape")
    assert answer.refusal == (401, "Unauthorized")
    assert (await wire.post("getMe", token="nonsense")).refusal == (404, "Not Found")
    assert (await wire.call("sendNonsense")).refusal == (404, "Not Found")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (picture(2100, 100, "PNG"), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_a_photo_that_is_none_is_refused(
    wire: Wire, visitor: Visitor, content: bytes, words: str
) -> None:
    form = {"chat_id": str(CHAT), "photo": io.BytesIO(content)}
    assert (await wire.post("sendPhoto", data=form)).refusal == (400, f"Bad Request: {words}")


async def test_a_file_of_one_kind_is_not_sent_as_another(wire: Wire, visitor: Visitor) -> None:
    photo = (await sent_photo(wire)).result["photo"][-1]["file_id"]
    answer = await wire.call("sendVideo", chat_id=CHAT, video=photo)
    assert answer.refusal == (400, "Bad Request: can't use file of type Photo as Video")
    assert (await wire.call("sendPhoto", chat_id=CHAT, photo=photo)).body["ok"]


def test_the_limits_are_telegrams() -> None:
    limits = Limits()
    assert limits.fetch_bytes == 20 * MIB
    assert limits.upload_bytes == 50 * MIB
    assert (limits.chat_per_s, limits.overall_per_s, limits.group_per_min) == (1.0, 30.0, 20)
    assert limits.callback_s == 15.0


async def test_a_bot_that_sends_too_much_is_heard_out_and_refused(
    bot: Bot, visitor: Visitor, tmp_path: Path
) -> None:
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_document(CHAT, bytes(50 * MIB + 1))
    assert list((tmp_path / "phone" / "files" / "incoming").iterdir()) == []
    await bot.send_message(CHAT, "still here")
    assert (await visitor.messages())[-1].text == "still here"


class TestWithSmallLimits:
    """The same refusals, with limits that a test can reach in a moment."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(fetch_bytes=2000, upload_bytes=4000, photo_bytes=3000, visitor_bytes=9000)

    async def test_a_large_file_cannot_be_fetched(self, wire: Wire, visitor: Visitor) -> None:
        message = await visitor.send_fields(text="x")
        url = f"{wire.phone.url}/phone/file?kind=document&file_name=a.bin"
        async with wire.session.post(url, data=b"x" * 2001) as answer:
            document = (await answer.json())["message"]["document"]
        assert document["file_size"] == 2001
        refused = await wire.call("getFile", file_id=document["file_id"])
        assert refused.refusal == (400, "Bad Request: file is too big")
        assert message.text == "x"

    async def test_a_large_upload_is_refused(self, wire: Wire, visitor: Visitor) -> None:
        form = {"chat_id": str(CHAT), "document": io.BytesIO(b"x" * 4001)}
        answer = await wire.post("sendDocument", data=form)
        assert answer.refusal == (413, "Request Entity Too Large")

    async def test_a_large_photo_is_refused(self, wire: Wire, visitor: Visitor) -> None:
        answer = await sent_photo(wire, picture() + bytes(3000))
        code, words = answer.refusal
        assert code == 400
        assert words.endswith("is too big for a photo; the maximum size is 3000 bytes")

    async def test_a_person_cannot_send_more_than_the_phone_takes(
        self, wire: Wire, visitor: Visitor, tmp_path: Path
    ) -> None:
        path = tmp_path / "large.bin"
        path.write_bytes(bytes(9001))
        with pytest.raises(PhoneRefused, match="Request Entity Too Large"):
            await visitor.send_document(path)
        assert list((tmp_path / "phone" / "files" / "incoming").iterdir()) == []


class TestWithoutPatience:
    """A press must be answered at once."""

    @pytest.fixture
    def limits(self) -> Limits:
        return Limits(callback_s=0.0)

    async def test_a_late_answer_to_a_press_is_refused(self, wire: Wire, visitor: Visitor) -> None:
        query_id = await visitor.press(await sent(wire, reply_markup=BUTTON), "mk:p")
        answer = await wire.call("answerCallbackQuery", callback_query_id=query_id)
        assert answer.refusal == (400, f"Bad Request: {QUERY_TOO_OLD}")
