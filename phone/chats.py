"""What both sides of the phone know: everything is folded from the record, so a restart knows it
all again.

Messages, users, chats and queries are kept as the JSON objects of the Bot API.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from phone.record import Event, Happened, Json, Record

# Telegram leaves these out unless a bot asks for them by name.
UNASKED_UPDATES = frozenset(("chat_member", "message_reaction", "message_reaction_count"))


@dataclass(slots=True)
class Query:
    """A pressed button that waits for its answer."""

    at: float
    chat_id: int
    message_id: int
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file that the Bot API can hand out: `path` below the files' root, `media` as in messages.

    `media` is the object (or for photos the list of sizes) that a message shows it with.
    """

    file_id: str
    unique_id: str
    kind: str
    path: str
    size: int
    mime: str
    name: str
    media: Any


@dataclass(slots=True)
class _State:
    messages: dict[tuple[int, int], Json] = field(default_factory=dict)
    chats: dict[int, Json] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    moved: dict[int, int] = field(default_factory=dict)
    reactions: dict[tuple[int, int], list[Json]] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    paths: dict[str, StoredFile] = field(default_factory=dict)
    pending: dict[int, Json] = field(default_factory=dict)
    last_message_id: int = 0
    last_update_id: int = 0
    profile: dict[str, Any] = field(default_factory=dict)
    allowed: list[str] = field(default_factory=list)
    webhook: Json = field(default_factory=dict)


class Chats:
    """The state of all chats. `happen` is the only way to change it. `clock` is seconds since 1970.

    What each event carries: MESSAGE and EDIT `message`; PRESS `query`, `label` and `late`; BLOCK
    `chat_id`, `blocked` and `member`; those four also `update_id`, 0 when the bot does not get to
    hear of it.
    """

    def __init__(self, record: Record, *, clock: Callable[[], float] = time.time) -> None:
        self._record = record
        self._clock = clock
        self._state = _State()
        self._changed = asyncio.Event()
        self.events: list[Event] = []
        self.closing = False

    def open(self) -> None:
        self.events = self._record.open()
        # Update ids start high: a bot that remembers the last one it saw must not take the first
        # updates of a fresh phone for old ones.
        self._state.last_update_id = int(self._clock())
        for event in self.events:
            _FOLD[event.kind](self._state, event)

    def stop_waiting(self) -> None:
        """Let everybody who waits return at once, now and from now on."""
        self.closing = True
        self._changed.set()

    def close(self) -> None:
        self._record.close()

    def now(self) -> float:
        return self._clock()

    def happen(self, kind: Happened, **body: Any) -> Event:
        """Record it, take it in and wake everybody who waits."""
        event = self._record.append(kind, body, self._clock())
        self.events.append(event)
        _FOLD[kind](self._state, event)
        self._changed.set()
        self._changed = asyncio.Event()
        return event

    async def wait_past(self, number: int, timeout_s: float) -> None:
        """Return when an event after `number` is there, at the latest after `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        while len(self.events) <= number and not self.closing:
            left_s = deadline - time.monotonic()
            if left_s <= 0:
                return
            try:
                async with asyncio.timeout(left_s):
                    await self._changed.wait()
            except TimeoutError:
                return

    def message(self, chat_id: int, message_id: int) -> Json | None:
        return self._state.messages.get((chat_id, message_id))

    def messages_of(self, chat_id: int) -> list[Json]:
        return [found for (chat, _), found in self._state.messages.items() if chat == chat_id]

    def chat(self, chat_id: int) -> Json | None:
        return self._state.chats.get(chat_id)

    def is_blocked(self, chat_id: int) -> bool:
        return chat_id in self._state.blocked

    def moved_to(self, chat_id: int) -> int:
        """The supergroup that the group has become; 0 for none."""
        return self._state.moved.get(chat_id, 0)

    def reactions(self, chat_id: int) -> Mapping[int, list[Json]]:
        found = self._state.reactions.items()
        return {message: list(kinds) for (chat, message), kinds in found if chat == chat_id}

    def query(self, query_id: str) -> Query | None:
        return self._state.queries.get(query_id)

    def file(self, file_id: str) -> StoredFile | None:
        return self._state.files.get(file_id)

    def file_at(self, path: str) -> StoredFile | None:
        return self._state.paths.get(path)

    def file_count(self) -> int:
        return len(self._state.files)

    def pending(self) -> list[Json]:
        """Updates that the bot has not confirmed, oldest first."""
        return [self._state.pending[update_id] for update_id in sorted(self._state.pending)]

    @property
    def profile(self) -> Mapping[str, Any]:
        return self._state.profile

    @property
    def webhook(self) -> Json:
        return self._state.webhook

    @property
    def allowed(self) -> list[str]:
        return self._state.allowed

    def next_message_id(self) -> int:
        return self._state.last_message_id + 1

    def next_update_id(self, kind: str) -> int:
        """The id of an update of that kind about to be made; 0 when the bot did not ask for it."""
        allowed = self._state.allowed
        wanted = kind in allowed if allowed else kind not in UNASKED_UPDATES
        return self._state.last_update_id + 1 if wanted else 0


def _key(message: Json) -> tuple[int, int]:
    return message["chat"]["id"], message["message_id"]


def _message(state: _State, event: Event) -> None:
    message = event.body["message"]
    state.messages[_key(message)] = message
    state.chats[message["chat"]["id"]] = message["chat"]
    state.last_message_id = max(state.last_message_id, message["message_id"])
    if moved_to := message.get("migrate_to_chat_id"):
        state.moved[message["chat"]["id"]] = moved_to
    _update(state, event, "message", message)


def _edit(state: _State, event: Event) -> None:
    message = event.body["message"]
    state.messages[_key(message)] = message
    _update(state, event, "edited_message", message)


def _delete(state: _State, event: Event) -> None:
    key = event.body["chat_id"], event.body["message_id"]
    state.messages.pop(key, None)
    state.reactions.pop(key, None)


def _press(state: _State, event: Event) -> None:
    query = event.body["query"]
    chat_id, message_id = _key(query["message"])
    # A late press is one whose time is over before the bot hears of it.
    pressed_at = 0.0 if event.body.get("late") else event.at
    state.queries[query["id"]] = Query(pressed_at, chat_id, message_id)
    _update(state, event, "callback_query", query)


def _answer(state: _State, event: Event) -> None:
    query = state.queries.get(event.body["query_id"])
    if query:
        query.answered = True


def _nothing(state: _State, event: Event) -> None:
    """It was seen; nothing is left of it."""


def _reaction(state: _State, event: Event) -> None:
    state.reactions[event.body["chat_id"], event.body["message_id"]] = event.body["reaction"]


def _file(state: _State, event: Event) -> None:
    stored = StoredFile(**event.body["file"])
    state.files[stored.file_id] = stored
    state.paths[stored.path] = stored


def _confirm(state: _State, event: Event) -> None:
    for update_id in [known for known in state.pending if known < event.body["below"]]:
        del state.pending[update_id]


def _block(state: _State, event: Event) -> None:
    change = state.blocked.add if event.body["blocked"] else state.blocked.discard
    change(event.body["chat_id"])
    _update(state, event, "my_chat_member", event.body["member"])


def _profile(state: _State, event: Event) -> None:
    state.profile[event.body["field"]] = event.body["value"]


def _allow(state: _State, event: Event) -> None:
    state.allowed = list(event.body["allowed"])


def _webhook(state: _State, event: Event) -> None:
    state.webhook = event.body["webhook"]


def _update(state: _State, event: Event, kind: str, content: Json) -> None:
    update_id = event.body.get("update_id", 0)
    if update_id:
        state.pending[update_id] = {"update_id": update_id, kind: content}
        state.last_update_id = max(state.last_update_id, update_id)


_FOLD: Mapping[Happened, Callable[[_State, Event], None]] = {
    Happened.MESSAGE: _message,
    Happened.EDIT: _edit,
    Happened.DELETE: _delete,
    Happened.PRESS: _press,
    Happened.ANSWER: _answer,
    Happened.ACTION: _nothing,
    Happened.REACTION: _reaction,
    Happened.FILE: _file,
    Happened.CONFIRM: _confirm,
    Happened.BLOCK: _block,
    Happened.PROFILE: _profile,
    Happened.ALLOW: _allow,
    Happened.WEBHOOK: _webhook,
}
