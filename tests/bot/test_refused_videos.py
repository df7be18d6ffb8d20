"""Videos that cannot be made: what the card then says and offers, after the real thing."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from conversations import words
from conversations.keyboards import Verb, encode
from jobs.model import JobKind
from modal_render.dispatch import Assignment, Ending
from phone.visitor import ShownMessage
from pipelines import Pipeline
from pipelines.elsewhere import CallGone, NotBegun
from pipelines.ingest import ingest
from pipelines.render import render
from pipelines.render_elsewhere import render_elsewhere
from pipelines.save import save
from tests import sounds
from tests.bot.conftest import LINK_BASE
from tests.bot.life import Hands
from tests.bot.refusing import (
    ANSWER_S,
    Ground,
    at_work,
    bench,
    by_hand,
    ground,
    labels,
    press_first,
    told,
)
from tests.outages.disk import small_disk
from tests.worker.faraway import Faraway, made
from tests.worker.shop import failing
from worker.reconcile import Abroad

pytestmark = pytest.mark.asyncio(loop_scope="module")
ROOT = Path(__file__).parents[2]

Trouble = Callable[[Path], AbstractContextManager[None]]
Ways = Mapping[JobKind, Pipeline]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def on(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with ground(tmp_path_factory.mktemp("videos")) as made_:
        yield made_


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def card(on: Ground) -> ShownMessage:
    """A guest's recording that was listened to: two seconds of talk, three of silence, talk."""
    talk = sounds.speech(2.0)
    sound = sounds.joined(talk, sounds.silence(3.0), talk)
    note = await asyncio.to_thread(sounds.write, on.folder / "note.ogg", sound)
    async with at_work(on, {**by_hand(on), JobKind.INGEST: partial(ingest, bench(on))}):
        asked = await on.noor.send_voice(note)
        return await on.noor.wait_for(
            lambda m: m.reply_to == asked.id and m.key("Make video") is not None
        )


@contextmanager
def cut_off(original: Path) -> Iterator[None]:
    """What was kept of the recording is damaged."""
    whole = original.read_bytes()
    original.write_bytes(whole[: len(whole) // 2])
    yield
    original.write_bytes(whole)


@contextmanager
def taken_away(original: Path) -> Iterator[None]:
    aside = original.rename(original.with_suffix(".aside"))
    yield
    aside.rename(original)


@contextmanager
def pulled_out(original: Path) -> Iterator[None]:
    """As a disk that is gone does it, a socket answers that there is no such device."""
    folder = os.open(original.parent, os.O_RDONLY)
    with taken_away(original), socket.socket(socket.AF_UNIX) as pulled:
        # The whole path would be too long for a socket's name.
        pulled.bind(f"/proc/self/fd/{folder}/{original.name}")
        yield
        original.unlink()
    os.close(folder)


@contextmanager
def full(original: Path) -> Iterator[None]:
    """There is no room where what is written waits to be whole."""
    storage = original.parents[3]
    incoming, disk_folder = storage / "incoming", storage / "disk"
    disk_folder.mkdir()
    with small_disk(disk_folder) as disk:
        disk.fill()
        aside = incoming.rename(storage / "aside")
        incoming.symlink_to(disk.folder)
        yield
        incoming.unlink()
        aside.rename(incoming)


@contextmanager
def untouched(original: Path) -> Iterator[None]:
    """It is fine."""
    yield


async def refused(
    on: Ground, card: ShownMessage, code: str, ways: Ways, **worker: Any
) -> ShownMessage:
    """Make the video: it fails with that code, and the first button begins anew."""
    async with at_work(on, {**by_hand(on), **ways}, **worker):
        await on.noor.press(card.id, data_of(card, Verb.MAKE))
        message = await told(on.noor, card, code)
    assert "Tell the owner" in labels(message)
    if labels(message)[0] != words.buttons.TRIM.en:
        await begun_anew(on, card, message)
    return message


async def begun_anew(on: Ground, card: ShownMessage, message: ShownMessage) -> None:
    """Nobody works on it, so that it can be stopped for the next test."""
    await press_first(on.noor, message)
    await on.noor.wait_for(lambda m: m.id == card.id and labels(m) == [words.buttons.STOP.en])
    await on.noor.press(card.id, data_of(card, Verb.STOP))
    await on.noor.wait_for(lambda m: m.id == card.id and words.cards.STOPPED.en in m.text)


def data_of(card: ShownMessage, verb: Verb) -> str:
    return encode(verb, card.keys[0][0].data.split(":")[1])


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (cut_off, "edit_failed"),
        (taken_away, "source_gone"),
        (pulled_out, "storage_away"),
        (full, "disk_full"),
    ],
)
async def test_sound_that_cannot_be_cut_is_told_with_its_buttons(
    on: Ground, card: ShownMessage, trouble: Trouble, code: str
) -> None:
    [original] = (on.folder / "storage" / "objects" / "assets").glob("*/original.ogg")
    with trouble(original):
        await refused(on, card, code, {JobKind.SAVE: partial(save, bench(on))})


async def test_silence_that_was_kept_is_told_with_its_buttons(
    on: Ground, card: ShownMessage
) -> None:
    await on.noor.send_text("0:03-0:04")
    trimmed = await on.noor.wait_for(lambda m: m.key("Undo") is not None)
    message = await refused(on, card, "edit_silent", {JobKind.SAVE: partial(save, bench(on))})
    after = await on.noor.now()
    await on.noor.press_label(message, "Trim")
    await on.noor.wait_for(lambda m: m.id == card.id and m.key("Start") is not None, after=after)
    await on.noor.press_label(trimmed, "Undo")
    await on.noor.wait_for(lambda m: m.id == card.id and "all of it" in m.text)


def broken_drawing(on: Ground) -> Ways:
    """What was saved as sound is none, which the renderer finds out."""
    return {JobKind.RENDER: partial(render, bench(on))}


def standing_still(on: Ground) -> Ways:
    """The renderer is given up before it can say a word."""
    return {JobKind.RENDER: partial(render, bench(on, quiet_s=0.01))}


def our_mistake(on: Ground) -> Ways:
    return {JobKind.RENDER: failing(ZeroDivisionError("ours"))}


@pytest.mark.parametrize(
    ("ways", "code"),
    [
        (broken_drawing, "render_failed"),
        (standing_still, "took_too_long"),
        (our_mistake, "internal"),
    ],
)
async def test_drawing_that_breaks_is_told_with_its_buttons(
    on: Ground, card: ShownMessage, ways: Callable[[Ground], Ways], code: str
) -> None:
    await refused(on, card, code, ways(on))


class Closed(Faraway):
    """Nothing is begun there."""

    async def spawn(self, assignment: Assignment) -> str:
        raise NotBegun("nothing is deployed")


class Forgetful(Faraway):
    """It begins, and then knows of nothing."""

    async def look(self, call_id: str) -> Ending | None:
        raise CallGone


class Careless(Faraway):
    """It says that it has made what is nowhere to be found."""

    async def look(self, call_id: str) -> Ending | None:
        asked = self._call(call_id).assignment
        return made(asked.job, asked.attempt)


@pytest.mark.parametrize(
    ("faraway", "code"),
    [(Closed, "renderer_away"), (Forgetful, "render_lost"), (Careless, "video_missing")],
)
async def test_what_is_not_made_elsewhere_is_told_with_its_buttons(
    on: Ground, card: ShownMessage, faraway: type[Faraway], code: str
) -> None:
    there = faraway()
    abroad = Abroad(
        jobs=on.store.jobs,
        storage=on.storage,
        elsewhere=there,
        silent_s=0.2,
        every_s=0.05,
    )
    ways: Ways = {JobKind.RENDER: partial(render_elsewhere, bench(on), there)}
    await refused(on, card, code, ways, abroad=abroad)


async def test_a_video_over_which_three_workers_died_is_told_with_its_buttons(
    on: Ground, card: ShownMessage
) -> None:
    prepared: Ways = {kind: way for kind, way in by_hand(on).items() if kind is not JobKind.RENDER}
    async with at_work(on, prepared):
        await on.noor.press(card.id, data_of(card, Verb.MAKE))
        for number in range(3):
            assert await _worked_to_death(on, f"victim{number}") == -signal.SIGKILL
            await on.store.database.execute("UPDATE jobs SET lease_until = 0 WHERE lease_until > 0")
        message = await told(on.noor, card, "worker_lost")
    await begun_anew(on, card, message)


async def _worked_to_death(on: Ground, name: str) -> int:
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.worker.process"),
        *(str(on.folder / "jobs.sqlite3"), str(on.folder), "die", name),
        cwd=ROOT,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(ANSWER_S):
            return await worker.wait()
    finally:
        if worker.returncode is None:
            worker.kill()


@pytest.mark.parametrize(
    ("link_base", "what"),
    [("", "cards.VIDEO_REFUSED"), (LINK_BASE, "cards.LINK_INSTEAD")],
)
async def test_a_video_that_telegram_does_not_take_is_told_with_its_buttons(
    tmp_path: Path, link_base: str, what: str
) -> None:
    async with ground(tmp_path, link_base=link_base, public_url=link_base) as on:
        hands = Hands(on.store, on.storage)
        asked = await on.noor.send_text("https://example.com/talk.mp3")
        await hands.do(JobKind.INGEST, JobKind.LOOK)
        card = await on.noor.wait_for(
            lambda m: m.reply_to == asked.id and m.key("Make video") is not None
        )
        await on.noor.press_label(card, "Make video")
        too_large = "Request Entity Too Large"
        await on.noor.add_fault("editMessageMedia", "refuse", code=413, description=too_large)
        await hands.do(JobKind.SAVE, JobKind.RENDER)
        message = await told(on.noor, card, what)
        await on.noor.press_label(message, "Change")
        await on.noor.wait_for(lambda m: m.reply_to == card.id and m.key("Make video") is not None)
