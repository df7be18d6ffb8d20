"""The time left on a card, as a person reads it while a video is made."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from conversations.remaining import next_step_s
from jobs.model import Job, JobKind, Person, Role, Stage
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for
from tests.worker.shop import until

SPEED = 3.0  # seconds of work for a second of video, so far; the sample's video is 10 s long
HEAVY = "Still going - a heavy part."


@pytest.fixture
async def owner(store: Store, phone: Phone) -> AsyncIterator[Visitor]:
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    async with Visitor(phone.url) as visitor:
        yield visitor


async def test_the_time_left_rises_step_by_step_also_over_a_restart(
    owner: Visitor, phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    settings, hands = settings_for(phone, tmp_path), Hands(store, storage)
    await remember_a_video(store)

    async def shown(text: str) -> ShownMessage:
        return await owner.wait_for(lambda message: text in message.text)

    async with living(settings, store, storage):
        await owner.send_sample("speech")
        await hands.do(JobKind.INGEST, JobKind.LOOK)
        card = await owner.wait_for(
            lambda message: message.key("Make video · about 30 s") is not None
        )
        await owner.press_label(card, "Make video")
        save = await hands.claim(JobKind.SAVE)
        await hands.tell(save, Stage.CUTTING, 30)
        assert "left" not in (await shown(" 9%")).text, "too early to know"
        await hands.finish(save)
        render = await hands.claim(JobKind.RENDER)
        await work_for(store, hands, render, worked_s=3.0, percent=10)
        assert " left" in (await shown(" 37%")).text
        await work_for(store, hands, render, worked_s=300.0, percent=20)
        await shown(" 44%")
    async with living(settings, store, storage):
        await until(lambda: is_heavy(store, owner))
        assert "left" not in (await shown(HEAVY)).text
        await work_for(store, hands, render, worked_s=300.0, percent=31)
        await shown(" 51%")
        await work_for(store, hands, render, worked_s=10.0, percent=90)
        await shown(" 93%")
        await hands.finish(render)
        await owner.wait_for(lambda message: message.kind == "video")
    said = await told(owner)
    assert said[0] == 30, "as long as the last video took here"
    assert max(said) > 40
    assert all(after <= next_step_s(before) for before, after in pairwise(said)), said
    assert said[-1] == 10, "less is said as it is"


async def told(owner: Visitor) -> list[int]:
    """The time left in each edit that told one, in seconds."""
    edits = [str(entry.get("text", "")) for entry in await owner.transcript()]
    found = [re.search(r"about (?:(\d+) min)? ?(?:(\d+) s)? ?left", edit) for edit in edits]
    return [60 * int(one[1] or 0) + int(one[2] or 0) for one in found if one]


async def remember_a_video(store: Store) -> None:
    """A video of ten seconds that this machine made before."""
    await store.database.execute(
        "INSERT INTO jobs (id, kind, status, project_id, owner_id, chat_id, input, result,"
        " run_after, turn, created_at, updated_at, started_at)"
        """ VALUES ('old', 'render', 'complete', 'p', 3, 3, '{}', '{"duration_s": 10}',"""
        " 0, 0, 0, 100 + :took_s, 100)",
        {"took_s": 10.0 * SPEED},
    )


async def work_for(
    store: Store, hands: Hands, render: Job, *, worked_s: float, percent: int
) -> None:
    """As if it had worked on it for so long."""
    await store.database.execute(
        "UPDATE jobs SET started_at = (SELECT t FROM clock) - :worked_s WHERE id = :id",
        {"worked_s": worked_s, "id": render.id},
    )
    await hands.tell(render, Stage.DRAWING, percent)


async def is_heavy(store: Store, owner: Visitor) -> bool:
    """Whether the card says so now that nothing was heard for long."""
    await store.database.execute(
        "UPDATE outbox SET look_at = look_at - 20 WHERE look_at > (SELECT t FROM clock)"
    )
    return any(HEAVY in message.text for message in await owner.messages())
