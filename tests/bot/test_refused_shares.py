"""Shares that are used up, times that are none, cards that are gone: what the chat then says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from conversations import texts, words
from conversations.keyboards import Verb
from conversations.words.text import Language
from jobs.errors import QuotaExceeded
from jobs.model import JobKind, NewJob
from phone.people import PAGE_USER_NAME
from phone.visitor import ShownMessage
from tests.bot.refusing import NOOR, Ground, at_work, by_hand, ground, labels
from tests.sounds import silence, write

pytestmark = pytest.mark.asyncio(loop_scope="module")
MIB = 1024**2
DAY_S = 86_400.0
WAY = f"ask {PAGE_USER_NAME}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    folder = tmp_path_factory.mktemp("shares")
    shares: dict[str, Any] = {
        **{"active_renders": 1, "videos_per_day": 2},
        **{"queued_ingests": 2, "bytes_per_day": MIB},
    }
    async with ground(folder, **shares) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def card(on: Ground) -> ShownMessage:
    """A guest's card, ready to be made."""
    async with at_work(on, by_hand(on)):
        return await new_card(on, "https://example.com/first.mp3")


async def new_card(on: Ground, url: str) -> ShownMessage:
    asked = await on.noor.send_text(url)
    return await on.noor.wait_for(
        lambda m: m.reply_to == asked.id and m.key("Make video") is not None
    )


def quota(name: str, **values: object) -> str:
    return words.errors.QUOTAS[name].en.format(way=WAY, **values)


async def use_up(on: Ground, kind: JobKind, **work: object) -> None:
    """Ask for so many that the next one is refused; none of them is begun."""
    with pytest.raises(QuotaExceeded):
        await _ask_for_many(on, kind, work)


async def _ask_for_many(on: Ground, kind: JobKind, work: dict[str, object]) -> None:
    for number in range(100):
        name = f"{kind}{number}"
        job = NewJob(id=name, kind=kind, project_id=name, owner_id=NOOR, chat_id=NOOR, input=work)
        await on.store.jobs.create(job)


async def pressed(on: Ground, card: ShownMessage, label: str) -> str:
    return await on.noor.wait_for_toast(await on.noor.press_label(card, label))


async def test_five_second_looks_that_wait_are_counted_in_the_answer(
    on: Ground, card: ShownMessage
) -> None:
    await use_up(on, JobKind.PREVIEW, part="glimpse")
    told = await pressed(on, card, "5-second look")
    assert told == quota("waiting_glimpses", waiting_glimpses=3)
    await on.store.database.execute("DELETE FROM jobs WHERE kind = 'preview'")


async def test_a_second_video_at_once_is_told_how_many_there_are(
    on: Ground, card: ShownMessage
) -> None:
    async with at_work(on, by_hand(on)):
        other = await new_card(on, "https://example.com/second.mp3")
    assert await pressed(on, card, "Make video") == words.answers.STARTING.en
    assert await pressed(on, other, "Make video") == quota("active_renders", active_renders=1)
    # The same button again, although it is not there any more.
    again = await on.noor.press(card.id, card.keys[0][0].data)
    assert await on.noor.wait_for_toast(again) == words.answers.ALREADY.en
    async with at_work(on, by_hand(on)):
        video = await on.noor.wait_for(lambda m: m.id == card.id and m.kind == "video")
        await on.noor.press_label(video, "Square too")
        await on.noor.wait_for(lambda m: m.reply_to == card.id and m.kind == "video")
    told = await pressed(on, video, "Wide too")
    assert told == quota("videos_per_day", videos_per_day=2)


async def test_previews_of_a_day_are_counted_in_the_answer(on: Ground) -> None:
    async with at_work(on, by_hand(on)):
        card = await new_card(on, "https://example.com/third.mp3")
    await use_up(on, JobKind.PREVIEW)
    assert await pressed(on, card, "Hear it") == quota("edits_per_day", edits_per_day=20)
    await on.store.database.execute("DELETE FROM jobs WHERE kind = 'preview'")


async def test_recordings_that_wait_are_counted_in_the_answer(on: Ground) -> None:
    for number in range(2):
        await on.noor.send_text(f"https://example.com/waits{number}.mp3")
    asked = await on.noor.send_text("https://example.com/too-many.mp3")
    told = await on.noor.wait_for(lambda m: m.from_bot and m.reply_to == asked.id)
    assert (told.text, told.keys) == (quota("queued_ingests", queued_ingests=2), ())
    async with at_work(on, by_hand(on)):
        after = await new_card(on, "https://example.com/later.mp3")
    assert "Make video" in labels(after)[0]


async def test_bytes_of_a_day_are_told_in_megabytes(on: Ground, tmp_path: Path) -> None:
    path = await asyncio.to_thread(write, tmp_path / "long.wav", silence(15.0))
    asked = await on.noor.send_document(path)
    told = await on.noor.wait_for(lambda m: m.from_bot and m.reply_to == asked.id)
    assert (told.text, told.keys) == (quota("bytes_per_day", bytes_per_day="1.0 MB"), ())


async def test_times_that_are_none_or_too_late_are_told_with_their_buttons(on: Ground) -> None:
    async with at_work(on, by_hand(on)):
        card = await new_card(on, "https://example.com/times.mp3")
        asked = await on.noor.send_text("1:90", reply_to=card.id)
        told = await on.noor.wait_for(lambda m: m.reply_to == asked.id)
        assert told.text.startswith(words.answers.TIMES.en)
        assert labels(told) == [words.buttons.KEEP_ALL.en]
        assert await pressed(on, told, "Keep all") != ""
        asked = await on.noor.send_text("0:02-9:00", reply_to=card.id)
        late = await on.noor.wait_for(lambda m: m.reply_to == asked.id)
        assert words.trim.STOPPED_AT.en.format(end="0:12") in late.text
        assert labels(late) == [words.buttons.UNDO.en]
        assert (await pressed(on, late, "Undo")).startswith("Undone.")


async def test_a_fourth_key_is_refused_with_what_to_do(on: Ground) -> None:
    for number in range(3):
        await on.noor.send_text("/apikey")
        if number:
            listed = await on.noor.wait_for(lambda m: m.key("New key") is not None)
            await on.noor.press_label(listed, "New key")
        await on.noor.wait_for(lambda m: m.text.count("pr_") == 1 and m.key("Revoke") is not None)
    stale = await on.noor.press(listed.id, Verb.NEW_KEY)
    assert await on.noor.wait_for_toast(stale) == quota("api_keys", api_keys=3)
    await on.noor.send_text("/apikey")
    full = await on.noor.wait_for(lambda m: words.keys.FULL.en in m.text)
    assert [label.partition(" ")[0] for label in labels(full)] == ["Revoke"] * 3


async def test_a_card_that_was_tidied_away_says_so_itself_and_to_who_presses(on: Ground) -> None:
    async with at_work(on, by_hand(on)):
        card = await new_card(on, "https://example.com/quiet.mp3")
    three_days, week = 3 * DAY_S, 7 * DAY_S
    await on.store.database.execute("UPDATE projects SET touched_at = touched_at - 300000")
    assert await on.store.projects.expire(week, three_days) > 0
    on.store.bells.outbox.ring()
    said = texts.expired(Language.ENGLISH, three_days, week)
    gone = await on.noor.wait_for(lambda m: m.id == card.id and said in m.text)
    assert gone.keys == ()
    query = await on.noor.press(card.id, card.keys[0][0].data)
    assert await on.noor.wait_for_toast(query) == said
