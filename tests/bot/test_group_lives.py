"""What happens to a group itself: it moves, puts the bot out, and is spoken to in measure."""

from __future__ import annotations

from pathlib import Path

import pytest
from telegram import Bot

from bot.pace import Occasion, Pace, Spacing
from jobs.model import JobKind, JobStatus
from jobs.opening import Store
from phone.floods import Floods
from phone.limits import Limits
from phone.people import PAGE_USER_ID
from phone.refusals import Refusal
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.band import BOT, GROUP, NOOR, answers, playing
from tests.worker.shop import row, until


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def test_quotas_count_for_each_person_in_a_group(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    await store.database.execute("UPDATE limits SET value = 1 WHERE name = 'videos_per_day'")
    async with playing(phone, store, storage, tmp_path) as band:
        videos = [
            await band.video(sender, await band.card(sender)) for sender in (band.noor, band.robin)
        ]
        query = await band.noor.press_label(videos[0], "Square too")
        assert (await band.noor.wait_for_toast(query)).startswith("That's today's ")


async def test_progress_is_told_seldom_in_a_group(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    """A group's eight seconds between edits, shortened to one."""
    spacing = Spacing(progress_s=0.0, group_progress_s=1.0, answer_s=0.0, send_s=0.0)
    async with playing(phone, store, storage, tmp_path, spacing=spacing) as band:
        card = await band.card(band.noor)
        await band.noor.press_label(card, "Make video")
        await band.hands.do(JobKind.SAVE)
        render = await band.hands.claim(JobKind.RENDER)
        for percent in (20, 40, 60, 80):
            now = await band.noor.now()
            await band.hands.tell(render, render.stage, percent)
            await band.noor.wait_for(lambda m: m.id == card.id, after=now)
        calls = await band.noor.journal()
    *_, second, third, fourth = (
        call["at"] for call in calls if call["method"].startswith("editMessage")
    )
    assert third - second > 0.9
    assert fourth - third > 0.9


def test_a_busy_group_is_never_flooded() -> None:
    """Ten minutes of more than there is room for: what Telegram counts, against what we send."""
    clock = Clock()
    floods, pace = Floods(Limits(), clock), Pace(clock=clock)
    sent = dict.fromkeys(Occasion, 0)
    wishes = [Occasion.PROGRESS] * 4 + [Occasion.ANSWER, Occasion.SEND]
    until_s = clock.now + 600
    while clock.now < until_s:
        for occasion in wishes:
            if pace.wait_s(GROUP, occasion) == 0:
                pace.spend(GROUP, occasion)
                floods.spend(GROUP)
                sent[occasion] += 1
        clock.now += 0.5
    assert 180 <= sum(sent.values()) <= 200
    assert sent[Occasion.ANSWER] + sent[Occasion.SEND] > 100


def test_progress_in_a_group_comes_every_eight_seconds_at_most() -> None:
    clock = Clock()
    pace = Pace(clock=clock)
    pace.spend(GROUP, Occasion.PROGRESS)
    assert pace.wait_s(GROUP, Occasion.PROGRESS) == pytest.approx(8.0)
    pace.spend(NOOR, Occasion.PROGRESS)
    assert pace.wait_s(NOOR, Occasion.PROGRESS) == pytest.approx(4.0)


def test_the_twenty_first_message_of_a_minute_waits() -> None:
    clock = Clock()
    pace, floods = Pace(Spacing(send_s=0.0, overall_per_s=1e6), clock), Floods(Limits(), clock)
    for _ in range(20):
        assert pace.wait_s(GROUP, Occasion.SEND) == 0
        pace.spend(GROUP, Occasion.SEND)
        clock.now += 1.0
        floods.spend(GROUP)
    wait_s = pace.wait_s(GROUP, Occasion.SEND)
    with pytest.raises(Refusal):
        floods.spend(GROUP)
    assert wait_s == pytest.approx(41.0)


async def test_a_group_that_becomes_a_supergroup_takes_its_cards_along(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    async with playing(phone, store, storage, tmp_path) as band:
        made = await band.card(band.robin)
        await band.robin.press_label(made, "Make video")
        await band.hands.do(JobKind.LOOK, JobKind.SAVE)
        render = await band.hands.claim(JobKind.RENDER)
        await band.card(band.noor)
        moved_to = await band.robin.upgrade()
        async with (
            Visitor(phone.url, user_id=NOOR, name="Noor", chat_id=moved_to) as noor,
            Visitor(phone.url, chat_id=moved_to) as robin,
        ):
            card = await noor.wait_for(lambda m: m.from_bot and m.key("Make video") is not None)
            await noor.press_label(card, "Trim")
            await noor.wait_for(lambda m: m.id == card.id and m.key("Done") is not None)
            await band.hands.finish(render)
            await robin.wait_for(lambda m: m.from_bot and m.kind == "video")
            ping = await robin.wait_for(lambda m: m.from_bot and "ready" in m.text)
            assert ping.reply_to


async def test_a_move_that_nobody_told_of_is_learned_from_telegram(
    phone: Phone, bot: Bot, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    async with playing(phone, store, storage, tmp_path) as band:
        await band.card(band.noor)
    async with Visitor(phone.url, chat_id=GROUP) as robin:
        moved_to = await robin.upgrade()
    await bot.delete_webhook(drop_pending_updates=True)
    # Something about the card is news, so that the bot wants to edit it.
    await store.database.execute("UPDATE outbox SET wanted = wanted + 1, shown = ''")
    async with (
        playing(phone, store, storage, tmp_path),
        Visitor(phone.url, chat_id=moved_to) as noor,
    ):
        await noor.wait_for(lambda m: m.from_bot and m.key("Make video") is not None)
    project = await store.projects.newest_open(NOOR, moved_to)
    assert project is not None


async def test_a_group_that_puts_the_bot_out_is_left_alone(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    async with playing(phone, store, storage, tmp_path) as band:
        card = await band.card(band.noor)
        await band.noor.press_label(card, "Make video")
        await band.hands.do(JobKind.SAVE)
        render = await band.hands.claim(JobKind.RENDER)
        await band.robin.block()
        await until(lambda: store.groups.is_left(GROUP))
        assert (await row(store.jobs, render.id)).status is JobStatus.CANCELLED
        await until(lambda: nothing_due(store))  # a turn that had begun may still have been refused
        before = len(await band.noor.journal())
        async with Visitor(phone.url) as alone:
            asked = await alone.send_text("/help")
            await alone.wait_for(answers(asked))
        calls = (await band.noor.journal())[before:]
        assert [call for call in calls if call["chat_id"] == str(GROUP)] == []
        await band.robin.block(blocked=False)
        asked = await band.noor.send_text(BOT)
        await band.noor.wait_for(answers(asked))
        assert not await store.groups.is_left(GROUP)


async def nothing_due(store: Store) -> bool:
    return await store.outbox.due() == []


async def test_who_blocks_the_bot_alone_is_answered_in_the_group(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    async with playing(phone, store, storage, tmp_path) as band, Visitor(phone.url) as alone:
        await alone.start()
        await alone.block()
        await until(lambda: is_blocked(store))
        asked = await band.robin.send_text(BOT)
        await band.robin.wait_for(answers(asked))
        assert await is_blocked(store)


async def is_blocked(store: Store) -> bool:
    person = await store.people.get(PAGE_USER_ID)
    return person is not None and person.blocked
