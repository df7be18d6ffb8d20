"""A person with a phone, in code: sends, presses, reads and waits over the phone's own HTTP.

What `pocketreel demo` and the tests that go the whole way use instead of a browser.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp

from phone.params import guess_mime
from phone.people import PAGE_LANGUAGE, PAGE_USER_ID, PAGE_USER_NAME
from phone.record import Json
from phone.transcript import kind_of

POLL_S = 5.0
RETRY_S = 0.1  # between tries while the server is away


class PhoneRefused(Exception):
    """The server did not take what the visitor did; the message says why."""


class NothingCame(Exception):
    """What the visitor waited for did not come in time; the message shows the chat's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One button below a message."""

    label: str
    data: str = ""
    url: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMessage:
    """A message as it stands in the chat.

    `kind` is text, photo, video, audio, voice or document; `text` is also the caption; `file_id`
    the largest size of a photo; `media` the Bot API's object; `raw` the whole message.
    """

    id: int
    kind: str
    text: str
    from_bot: bool
    reply_to: int
    edited: bool
    file_id: str
    media: Json
    keys: tuple[tuple[Key, ...], ...]
    raw: Json

    def key(self, label: str) -> Key | None:
        """The first button whose label contains `label`."""
        return next((key for row in self.keys for key in row if label in key.label), None)


Predicate = Callable[[ShownMessage], bool]


class Visitor:
    """One person's phone at `url`. Use as an async context manager.

    `chat_id` is the person's own chat unless they write in a group (< 0). While the server is away
    waiting goes on; sending fails with aiohttp's ClientError.
    """

    def __init__(
        self,
        url: str,
        *,
        user_id: int = PAGE_USER_ID,
        name: str = PAGE_USER_NAME,
        chat_id: int = 0,
        language: str = PAGE_LANGUAGE,
    ) -> None:
        self._url = url.rstrip("/")
        self._whose = {
            **{"user": str(user_id), "name": name, "language": language},
            "chat": str(chat_id or user_id),
        }
        self._session: aiohttp.ClientSession | None = None
        self._heard = 0  # the newest event that the server told of
        self._pressed_after: dict[str, int] = {}  # what was heard when a button was pressed

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(trust_env=False)
        return self

    async def __aexit__(self, *ended: object) -> None:
        if self._session is not None:
            await self._session.close()

    async def start(self, parameter: str = "") -> ShownMessage:
        return await self._say("/phone/start", {"parameter": parameter})

    async def send_text(self, text: str, *, reply_to: int = 0) -> ShownMessage:
        return await self._say("/phone/text", {"text": text, "reply_to": reply_to})

    async def send_sample(self, name: str) -> ShownMessage:
        return await self._say(f"/phone/sample/{name}", {})

    async def send_fields(self, **fields: Any) -> ShownMessage:
        """A message with any fields: a location, a contact, something forwarded."""
        return await self._say("/phone/fields", fields)

    async def send_voice(self, path: Path, *, caption: str = "", reply_to: int = 0) -> ShownMessage:
        return await self.send_file(path, "voice", caption=caption, reply_to=reply_to)

    async def send_audio(self, path: Path, *, title: str = "", caption: str = "") -> ShownMessage:
        return await self.send_file(path, "audio", title=title, caption=caption)

    async def send_video(self, path: Path, *, caption: str = "") -> ShownMessage:
        return await self.send_file(path, "video", caption=caption)

    async def send_video_note(self, path: Path) -> ShownMessage:
        return await self.send_file(path, "video_note")

    async def send_document(self, path: Path, *, caption: str = "") -> ShownMessage:
        return await self.send_file(path, "document", caption=caption)

    async def send_photo(self, path: Path, *, caption: str = "", reply_to: int = 0) -> ShownMessage:
        return await self.send_file(path, "photo", caption=caption, reply_to=reply_to)

    async def send_file(
        self, path: Path, kind: str, *, title: str = "", caption: str = "", reply_to: int = 0
    ) -> ShownMessage:
        query = {"kind": kind, "file_name": path.name, "mime": guess_mime(path.name)}
        said = {"title": title, "caption": caption, "reply_to": str(reply_to or "")}
        query.update({name: value for name, value in said.items() if value})
        file = await asyncio.to_thread(path.open, "rb")
        with file:
            body = await self._request("POST", "/phone/file", query=query, data=file)
        return _shown(body["message"])

    async def press(self, message_id: int, data: str) -> str:
        """Press a button by its data, also one that is no longer there; the query's id."""
        pressed, heard = {"message_id": message_id, "data": data}, self._heard
        body = await self._request("POST", "/phone/press", json=pressed)
        self._pressed_after[body["query_id"]] = heard
        return str(body["query_id"])

    async def press_label(self, message: ShownMessage, label: str) -> str:
        """Press the button whose label contains `label`. Raises PhoneRefused when none does."""
        key = message.key(label)
        if key is None or not key.data:
            shown = [key.label for row in message.keys for key in row]
            raise PhoneRefused(f"no button {label!r} among {shown}")
        return await self.press(message.id, key.data)

    async def block(self, *, blocked: bool = True) -> None:
        await self._request("POST", "/phone/block", json={"blocked": blocked})

    async def upgrade(self) -> int:
        """Make the group a supergroup; its new id."""
        body = await self._request("POST", "/phone/upgrade")
        return int(body["chat_id"])

    async def wear(self, file_id: str) -> None:
        """Make a photo that was sent the profile photo."""
        await self._request("POST", "/phone/wear", json={"file_id": file_id})

    async def messages(self) -> list[ShownMessage]:
        """The chat as it stands, oldest first."""
        state = await self._request("GET", "/phone/state")
        return [_shown(message) for message in state["messages"]]

    async def reactions(self, message_id: int) -> list[str]:
        state = await self._request("GET", "/phone/state")
        found = state["reactions"].get(str(message_id), [])
        return [reaction.get("emoji", "") for reaction in found]

    async def wait_for(
        self, wanted: Predicate, timeout_s: float = 30.0, *, after: int = 0
    ) -> ShownMessage:
        """The first message that is wanted: as the chat stands, else as it changes.

        Every version of every message is looked at. With `after` (an event's number, see `now`)
        only what happened since counts. Raises NothingCame.
        """
        deadline = time.monotonic() + timeout_s
        if not after:
            state = await self._patiently("/phone/state", {}, deadline)
            for message in map(_shown, state["messages"]):
                if wanted(message):
                    return message
            after = state["number"]
        async for event in self._events(after, deadline):
            if event["kind"] in ("message", "edit") and wanted(_shown(event["message"])):
                return _shown(event["message"])
        raise NothingCame(f"not within {timeout_s:.0f} s; the chat ends:\n{await self._end()}")

    async def wait_for_toast(self, query_id: str, timeout_s: float = 15.0) -> str:
        """What the bot answered to a press. Raises NothingCame."""
        after = self._pressed_after.get(query_id, 0)
        async for event in self._events(after, time.monotonic() + timeout_s):
            if event["kind"] == "answer" and event["query_id"] == query_id:
                return str(event["text"])
        raise NothingCame(f"no answer to the press within {timeout_s:.0f} s")

    async def now(self) -> int:
        """The number of the newest event, for `wait_for(after=...)`."""
        state = await self._request("GET", "/phone/state")
        return int(state["number"])

    async def transcript(self) -> list[dict[str, Any]]:
        """Every message, edit, press, toast, action and reaction in order; ready for JSON."""
        return list(await self._request("GET", "/phone/transcript"))

    async def journal(self, after: int = 0) -> list[dict[str, Any]]:
        """The Bot API calls after that number."""
        return list(await self._request("GET", "/phone/journal", query={"after": str(after)}))

    async def add_fault(self, method: str, trouble: str, **more: Any) -> None:
        """Order trouble for the bot's next calls; see faults.Fault."""
        fault = {"method": method, "trouble": trouble, **more}
        await self._request("POST", "/phone/faults", json=fault)

    async def download(self, file_id: str, target: Path) -> None:
        """Save a file of the chat."""
        async with self._opened("GET", f"/phone/media/{file_id}") as answer:
            await asyncio.to_thread(target.write_bytes, await answer.read())

    async def _say(self, path: str, body: Mapping[str, Any]) -> ShownMessage:
        answer = await self._request("POST", path, json=body)
        return _shown(answer["message"])

    async def _events(self, after: int, deadline: float) -> AsyncIterator[Json]:
        """The chat's events after that number, as they come, until the deadline."""
        while (left_s := deadline - time.monotonic()) > 0:
            query = {"after": str(after), "timeout": f"{min(left_s, POLL_S):.2f}"}
            answer = await self._patiently("/phone/wait", query, deadline)
            after = self._heard = answer["number"]
            for event in answer["events"]:
                yield event

    async def _patiently(self, path: str, query: Mapping[str, str], deadline: float) -> Any:
        """A GET that outlives a restart of the server."""
        while True:
            try:
                return await self._request("GET", path, query=query)
            except (aiohttp.ClientError, TimeoutError):
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(RETRY_S)

    async def _request(
        self, verb: str, path: str, *, query: Mapping[str, str] | None = None, **how: Any
    ) -> Any:
        async with self._opened(verb, path, query=query, **how) as answer:
            return await answer.json()

    @asynccontextmanager
    async def _opened(
        self, verb: str, path: str, *, query: Mapping[str, str] | None = None, **how: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        assert self._session is not None, "use `async with Visitor(...)`"
        params = {**self._whose, **(query or {})}
        async with self._session.request(verb, self._url + path, params=params, **how) as answer:
            if answer.status >= 400:
                raise PhoneRefused(await answer.text())
            yield answer

    async def _end(self, most: int = 6) -> str:
        lines = [
            f"{message.id} {'bot' if message.from_bot else 'you'} {message.kind}: {message.text!r}"
            for message in await self.messages()
        ]
        return "\n".join(lines[-most:])


def _shown(message: Json) -> ShownMessage:
    kind = kind_of(message)
    media = message.get(kind) if kind != "text" else None
    largest = media[-1] if isinstance(media, list) else media or {}
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return ShownMessage(
        id=message["message_id"],
        kind=kind,
        text=message.get("text", message.get("caption", "")),
        from_bot=message["from"]["is_bot"],
        reply_to=message.get("reply_to_message", {}).get("message_id", 0),
        edited="edit_date" in message,
        file_id=largest.get("file_id", ""),
        media=largest,
        keys=tuple(tuple(_key(button) for button in row) for row in rows),
        raw=message,
    )


def _key(button: Json) -> Key:
    return Key(
        label=button["text"],
        data=button.get("callback_data", ""),
        url=button.get("url", ""),
        style=button.get("style", ""),
    )
