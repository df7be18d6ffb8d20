"""Many people at once, each with recordings that become videos, and how well they are told of it.

They live in the phone's own process: hundreds of clients would be a load of their own.
"""

from __future__ import annotations

import asyncio
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from jobs.model import Person as Known
from jobs.model import Role
from jobs.opening import Store
from phone.people import Person, press, speak
from phone.record import Event, Happened, Json
from phone.server import Phone

FIRST_ID = 9_000
MAKE, AGAIN = "mk:", "jr:"  # how the data of *Make video* and of *Try again* begins
LOOK_S = 0.25
MINUTE_S = 60.0
_POLL = "getUpdates"
_MADE = """
SELECT p.chat_id, p.message_id, j.started_at, j.updated_at AS ended_at
FROM projects AS p JOIN jobs AS j ON j.id = p.render_job WHERE j.status = 'complete'
"""

Place = tuple[int, int]  # a message: its chat and its number


class Presser:
    """Presses *Make video* on every card as soon as it can be, and knows which became videos.

    Where one is told that it came to nothing it presses *Try again*; `again` counts that.
    """

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._seen = len(phone.desk.chats.events)
        self._last_call = 0
        self.cards: dict[Place, Json] = {}
        self.videos: set[Place] = set()
        self.again = 0
        self.codes: list[int] = []  # what came of the bot's calls, polls left out

    async def run(self, videos: int) -> None:
        """Until there are so many videos."""
        chats = self._phone.desk.chats
        while len(self.videos) < videos:
            await chats.wait_past(self._seen, 1.0)
            self._catch_up()

    def _catch_up(self) -> None:
        events = self._phone.desk.chats.events
        for event in events[self._seen :]:
            self._look(event)
        self._seen = len(events)
        for call in self._phone.api.journal.after(self._last_call):
            self._last_call = call["number"]
            if call["method"] != _POLL:
                self.codes.append(call["code"])

    def _look(self, event: Event) -> None:
        if not _is_shown(event):
            return
        message = event.body["message"]
        place = _place(message)
        if "video" in message:
            self.videos.add(place)
            return
        if again := _key(message, AGAIN):
            self.again += 1
            press(self._phone.desk, _person(place[0]), place[1], again)
        data = _key(message, MAKE)
        if data and place not in self.cards:
            chat_id, message_id = place
            press(self._phone.desk, _person(chat_id), message_id, data)
        if data or place in self.cards:
            self.cards[place] = message


class Crowd:
    """`people` with `recordings` each, who send them all at once."""

    def __init__(self, phone: Phone, *, people: int, recordings: int) -> None:
        self._phone = phone
        self._people = [_person(FIRST_ID + number) for number in range(people)]
        self._recordings = recordings
        self._presser = Presser(phone)

    async def join(self, store: Store) -> None:
        """Everybody may use the bot."""
        for person in self._people:
            await store.people.put(
                Known(id=person.user_id, name=person.name, language="en", role=Role.GUEST)
            )

    async def live(self, patience_s: float) -> None:
        """Until every recording has become a video. Raises TimeoutError."""
        for number in range(self._recordings):
            for person in self._people:
                speak(self._phone.desk, person, _recording(person, number))
        async with asyncio.timeout(patience_s):
            await self._presser.run(len(self._people) * self._recordings)

    async def told(self, store: Store) -> Told:
        """How it went."""
        rows = await store.database.execute(_MADE)
        works = {
            (int(row["chat_id"]), int(row["message_id"])): (row["started_at"], row["ended_at"])
            for row in rows
        }
        seen = _Seen()
        for event in self._phone.desk.chats.events:
            seen.note(event)
        return Told(
            calls=len(self._presser.codes),
            refused=self._presser.codes.count(429),
            results_s=tuple(seen.videos[place] - ended for place, (_, ended) in works.items()),
            ages_s=tuple(age for place, work in works.items() for age in seen.ages(place, *work)),
            edits_a_minute=seen.most_unasked(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a crowd was served.

    `calls` of the bot, polls left out, of which `refused` were too many; seconds from the end of
    each render to its video in the chat; while renders were at work, looked at four times a
    second, for how long their cards had said nothing new; the most edits in a minute that nobody
    in a chat had asked for.
    """

    calls: int
    refused: int
    results_s: Sequence[float]
    ages_s: Sequence[float]
    edits_a_minute: int


@dataclass(slots=True)
class _Seen:
    """What the chats were shown, and when."""

    edits: dict[Place, list[float]] = field(default_factory=dict)
    videos: dict[Place, float] = field(default_factory=dict)
    unasked: dict[int, list[float]] = field(default_factory=dict)
    _pressed: dict[Place, bool] = field(default_factory=dict)  # whether that was answered

    def note(self, event: Event) -> None:
        if event.kind is Happened.PRESS:
            self._pressed[_place(event.body["query"]["message"])] = False
        if not _is_shown(event):
            return
        message = event.body["message"]
        place = _place(message)
        self.edits.setdefault(place, []).append(event.at)
        if "video" in message:
            self.videos.setdefault(place, event.at)
        elif self._pressed.get(place) and place not in self.videos:
            self.unasked.setdefault(place[0], []).append(event.at)
        if place in self._pressed:
            self._pressed[place] = True

    def ages(self, place: Place, started: float, ended: float) -> Iterator[float]:
        times = [started, *(at for at in self.edits[place] if started < at < ended)]
        for look in range(int((ended - started) / LOOK_S)):
            now = started + look * LOOK_S
            yield now - times[bisect_right(times, now) - 1]

    def most_unasked(self) -> int:
        return max(map(busiest, self.unasked.values()), default=0)


def busiest(times: Sequence[float]) -> int:
    """The most of these (ascending) within a minute."""
    counts = (bisect_right(times, at + MINUTE_S) - first for first, at in enumerate(times))
    return max(counts, default=0)


def high(values: Sequence[float], share: float = 0.95) -> float:
    """What so large a share of them does not exceed."""
    return sorted(values)[max(0, round(len(values) * share) - 1)]


def _person(user_id: int) -> Person:
    return Person(user_id=user_id, chat_id=user_id, name="Kim")


def _recording(person: Person, number: int) -> Mapping[str, Json]:
    """Sent as a file: notes that come in a row would be asked about."""
    name = f"note-{person.user_id}-{number}"
    sent = {"file_id": name, "file_unique_id": name, "file_name": f"{name}.ogg"}
    return {"document": {**sent, "mime_type": "audio/ogg", "file_size": 1000}}


def _is_shown(event: Event) -> bool:
    """Whether the bot said or changed something."""
    is_message = event.kind in (Happened.MESSAGE, Happened.EDIT)
    return is_message and bool(event.body["message"]["from"]["is_bot"])


def _place(message: Json) -> Place:
    return message["chat"]["id"], message["message_id"]


def _key(message: Json, begins: str) -> str:
    """The data of the first button that begins so; empty without one."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    keys = (str(button.get("callback_data", "")) for row in rows for button in row)
    return next((data for data in keys if data.startswith(begins)), "")
