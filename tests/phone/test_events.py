"""The stream that the page lives on: everything in order, nothing twice, also after a break."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp

from phone.people import PAGE_USER_ID
from phone.visitor import Visitor
from tests.phone.wire import Wire

CHAT = PAGE_USER_ID


async def read_events(wire: Wire, count: int, **how: Any) -> list[tuple[str, dict[str, Any]]]:
    """The first events of the stream, each with its id."""
    found: list[tuple[str, dict[str, Any]]] = []
    number = ""
    async with asyncio.timeout(10), wire.session.get(f"{wire.phone.url}/phone/events", **how) as it:
        assert it.headers["Content-Type"] == "text/event-stream"
        while len(found) < count:
            line = (await it.content.readline()).decode().rstrip("\n")
            if line.startswith("id: "):
                number = line.removeprefix("id: ")
            if line.startswith("data: "):
                found.append((number, json.loads(line.removeprefix("data: "))))
    return found


async def test_the_stream_goes_on_where_the_state_ends(wire: Wire, visitor: Visitor) -> None:
    number = await visitor.now()
    reading = asyncio.create_task(read_events(wire, 2, params={"after": str(number)}))
    await visitor.send_text("one")
    await wire.call("sendMessage", chat_id=CHAT, text="two")
    events = await reading
    assert [event["message"]["text"] for _, event in events] == ["one", "two"]
    assert [number for number, _ in events] == [str(event["number"]) for _, event in events]


async def test_a_browser_that_comes_back_misses_nothing(wire: Wire, visitor: Visitor) -> None:
    for text in ("one", "two", "three"):
        await visitor.send_text(text)
    [_, (second, _)] = await read_events(wire, 2)
    events = await read_events(wire, 2, headers={"Last-Event-ID": second})
    assert [event["message"]["text"] for _, event in events] == ["two", "three"]


async def test_the_stream_of_one_phone_tells_nothing_of_another(
    wire: Wire, visitor: Visitor
) -> None:
    async with Visitor(wire.phone.url, user_id=5, name="Sam") as guest:
        await guest.send_text("secret")
    await visitor.send_text("mine")
    events = await read_events(wire, 2)
    assert [event["message"]["text"] for _, event in events] == ["/start", "mine"]


async def test_the_end_of_the_phone_ends_the_stream(wire: Wire, visitor: Visitor) -> None:
    url = f"{wire.phone.url}/phone/events"
    async with asyncio.timeout(5), wire.session.get(url) as stream:
        await stream.content.readline()
        stopping = asyncio.create_task(wire.phone.stop())
        try:
            while await stream.content.readline():
                pass
        except aiohttp.ClientError:
            pass  # cut rather than ended; over all the same
        await stopping
