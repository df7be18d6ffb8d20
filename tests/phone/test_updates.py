"""How updates reach the bot: polls that confirm and wait, one poller at a time, or a webhook."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from phone.people import PAGE_USER_ID
from phone.refusals import OTHER_POLLER, WEBHOOK_ACTIVE
from phone.updates import SECRET_HEADER
from phone.visitor import Visitor
from tests.phone.wire import Wire

CHAT = PAGE_USER_ID


async def poll(wire: Wire, **params: Any) -> list[dict[str, Any]]:
    return list((await wire.call("getUpdates", **params)).result)


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_an_update_comes_again_until_it_is_confirmed(wire: Wire, visitor: Visitor) -> None:
    await visitor.send_text("one")
    first = await poll(wire)
    assert texts(first) == ["/start", "one"]
    assert await poll(wire) == first
    assert await poll(wire, offset=first[1]["update_id"]) == first[1:]
    assert await poll(wire) == first[1:]
    assert await poll(wire, offset=first[1]["update_id"] + 1) == []


async def test_update_ids_rise_by_one(wire: Wire, visitor: Visitor) -> None:
    for text in ("one", "two", "three"):
        await visitor.send_text(text)
    ids = [update["update_id"] for update in await poll(wire)]
    assert ids == list(range(ids[0], ids[0] + 4))


async def test_a_negative_offset_keeps_the_last_ones(wire: Wire, visitor: Visitor) -> None:
    for text in ("one", "two", "three"):
        await visitor.send_text(text)
    assert texts(await poll(wire, offset=-2)) == ["two", "three"]
    assert texts(await poll(wire)) == ["two", "three"]


async def test_a_limit_takes_the_oldest(wire: Wire, visitor: Visitor) -> None:
    await visitor.send_text("one")
    assert texts(await poll(wire, limit=1)) == ["/start"]


@pytest.mark.alone
async def test_a_long_poll_returns_as_soon_as_something_happens(
    wire: Wire, visitor: Visitor
) -> None:
    newest = (await poll(wire))[-1]["update_id"]
    waiting = asyncio.create_task(poll(wire, offset=newest + 1, timeout=30))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    started = time.monotonic()
    await visitor.send_text("at last")
    assert texts(await waiting) == ["at last"]
    assert time.monotonic() - started < 1.0


async def test_a_long_poll_ends_empty_when_nothing_happens(wire: Wire) -> None:
    started = time.monotonic()
    assert await poll(wire, timeout=1) == []
    assert 0.9 < time.monotonic() - started < 3.0


async def test_a_second_poller_ends_the_first(wire: Wire) -> None:
    first = asyncio.create_task(wire.call("getUpdates", timeout=30))
    async with asyncio.timeout(5):
        while not first.done():
            assert await poll(wire) == []
    assert (await first).refusal == (409, f"Conflict: {OTHER_POLLER}")


async def test_only_wanted_kinds_of_update_arrive(wire: Wire, visitor: Visitor) -> None:
    await poll(wire, offset=2**40, allowed_updates=["callback_query"])
    sent = await wire.call(
        "sendMessage",
        chat_id=CHAT,
        text="card",
        reply_markup={"inline_keyboard": [[{"text": "Make", "callback_data": "mk:p"}]]},
    )
    await visitor.send_text("unheard")
    await visitor.press(sent.result["message_id"], "mk:p")
    [update] = await poll(wire)
    assert update["callback_query"]["data"] == "mk:p"


async def test_blocking_and_coming_back_are_updates(wire: Wire, visitor: Visitor) -> None:
    await visitor.block()
    await visitor.start()
    _, blocked, back, start = await poll(wire)
    assert blocked["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert back["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert start["message"]["text"] == "/start"


async def test_in_a_group_the_bot_hears_what_is_said_to_it(wire: Wire, visitor: Visitor) -> None:
    group = Visitor(wire.phone.url, chat_id=-100)
    async with group:
        await group.send_text("private talk")
        await group.send_text("/video now")
        await group.send_text("hey @Pocketreel_bot")
        sent = await wire.call("sendMessage", chat_id=-100, text="yes?")
        await group.send_text("do it", reply_to=sent.result["message_id"])
    heard = [update for update in await poll(wire) if update["message"]["chat"]["id"] == -100]
    assert texts(heard) == ["/video now", "hey @Pocketreel_bot", "do it"]


@dataclass(slots=True)
class Hook:
    """A bot's own server: what it was posted, and how it answers next (unsaid: 200)."""

    url: str = ""
    posted: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        self.secrets.append(request.headers.get(SECRET_HEADER, ""))
        self.posted.append(await request.json())
        self.came.set()
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def wait_for(self, count: int) -> None:
        async with asyncio.timeout(10):
            while len(self.posted) < count:
                self.came.clear()
                await self.came.wait()


@asynccontextmanager
async def running_hook(*answers: int) -> AsyncIterator[Hook]:
    hook = Hook(answers=list(answers))
    app = web.Application()
    app.add_routes([web.post("/hook", hook.take)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield hook
    finally:
        await runner.cleanup()


async def test_a_webhook_gets_each_update_once_with_its_secret(
    wire: Wire, visitor: Visitor
) -> None:
    async with running_hook() as hook:
        await wire.call("setWebhook", url=hook.url, secret_token="s3cret_token")
        await visitor.send_text("one")
        await hook.wait_for(2)
        assert texts(hook.posted) == ["/start", "one"]
        assert set(hook.secrets) == {"s3cret_token"}
        answer = await wire.call("getUpdates")
        assert answer.refusal == (409, f"Conflict: {WEBHOOK_ACTIVE}")
        await wire.call("deleteWebhook")
    await visitor.send_text("two")
    assert texts(await poll(wire)) == ["two"]


async def test_a_webhook_that_fails_gets_the_update_again(wire: Wire, visitor: Visitor) -> None:
    async with running_hook(500) as hook:
        await wire.call("setWebhook", url=hook.url)
        await hook.wait_for(1)
        info = (await wire.call("getWebhookInfo")).result
        assert info["url"] == hook.url
        await hook.wait_for(2)
        assert hook.posted[0] == hook.posted[1]
        info = (await wire.call("getWebhookInfo")).result
        assert info["last_error_message"].startswith("Wrong response from the webhook: 500")
        await wire.call("deleteWebhook")


async def test_a_new_webhook_ends_a_poll(wire: Wire, visitor: Visitor) -> None:
    await poll(wire, offset=2**40)
    waiting = asyncio.create_task(wire.call("getUpdates", timeout=30))
    await asyncio.sleep(0.05)
    await wire.call("setWebhook", url="https://example.org/hook", drop_pending_updates=True)
    assert (await waiting).status == 409
    await wire.call("deleteWebhook")


async def test_a_wrong_secret_is_refused(wire: Wire) -> None:
    answer = await wire.call("setWebhook", url="https://example.org/h", secret_token="no spaces")
    assert answer.refusal == (400, "Bad Request: secret token contains unallowed characters")
