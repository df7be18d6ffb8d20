"""One person and their notes: how soon the bot answers, how soon the card is there, how many taps
and edits a video takes."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.chats.scene import (
    PATIENCE_S,
    Plan,
    Scene,
    at_work,
    is_making_possible,
    is_message,
    is_video,
)
from benchmarks.figures import Figure, Target
from benchmarks.kept import Answer
from phone.demo import is_ready
from phone.record import Event, Happened
from tests import sounds
from tests.bot.crowd import busiest, high

APART_S = 3.0  # notes that come closer together are asked about
CARD_S = {10.0: 1.5, 120.0: 4.0, 1_795.0: 12.0}


async def answers(plan: Plan) -> Answer:
    """From a note, or a press, to the first sign that the bot has heard."""
    folder = plan.new_folder("answers")
    times = plan.much(12, 3)
    async with at_work(folder) as scene:
        idle = []
        for seed in range(times):
            idle.append(await _answered_ms(scene, folder, seed))
            await scene.quiet(PATIENCE_S)
        await _begin_video(scene, folder, float(plan.much(300, 120)))
        busy, presses = [], []
        for seed in range(100, 100 + times):
            busy.append(await _answered_ms(scene, folder, seed))
            presses.append(await _pressed_ms(scene))
    signs = "from a note to 👀 or a card (p95, ms)"
    figures = [
        Figure(f"{signs}, nothing else to do", (high(idle),), Target(300)),
        Figure(f"{signs}, while a video is made", (high(busy),), Target(300)),
        Figure(
            "from a press to its answer (p95, ms), while a video is made",
            (high(presses),),
            Target(300),
        ),
    ]
    return Answer(figures, {"idle_ms": idle, "busy_ms": busy, "presses_ms": presses})


async def cards(plan: Plan) -> Answer:
    """From a note to its card with *Make video*."""
    folder, took_s = plan.new_folder("cards"), {}
    async with at_work(folder) as scene:
        for length_s in CARD_S:
            seeds = range(plan.much(3, 1))
            took_s[length_s] = [await _card_s(scene, folder, length_s, seed) for seed in seeds]
    figures = [
        Figure(f"from a note of {_length(s)} to its card (s)", tuple(took_s[s]), Target(bound))
        for s, bound in CARD_S.items()
    ]
    return Answer(figures, {f"{s:g}": took for s, took in took_s.items()})


async def video(plan: Plan) -> Answer:
    """A video of a long note: the taps to it, and how often its message is edited meanwhile."""
    folder = plan.new_folder("video")
    length_s = float(plan.much(60, 30))
    async with at_work(folder, RENDER_PATH="whole") as scene:
        since = scene.now
        note = sounds.write(folder / "note.ogg", sounds.speech(length_s))
        sent = await scene.visitor.send_voice(note)
        card = await scene.visitor.wait_for(is_ready, PATIENCE_S)
        pressed = await scene.visitor.press_label(card, "Make video")
        await scene.visitor.wait_for_toast(pressed)
        made = await _become_video(scene, card.id, since)
        past = scene.phone.desk.chats.events[since:]
    taps = [event for event in past if _is_by_person(event)]
    edits = [event.at for event in past if _is_edit(event, card.id) and event.number < made.number]
    asked_at = taps[-1].at
    unasked = [at for at in edits if at > asked_at][1:]  # the first is the answer to the press
    figures = [
        Figure("taps from the microphone to a video", (float(len(taps)),), Target(2)),
        Figure("edits in a minute that nobody asked for", (float(busiest(unasked)),), Target(15)),
        Figure(
            f"from the press to a video of {_length(length_s)} in whole frames (s)",
            (made.at - asked_at,),
        ),
    ]
    return Answer(figures, {"unasked": len(unasked), "first_message": sent.id})


async def _answered_ms(scene: Scene, folder: Path, seed: int) -> float:
    note = sounds.write(folder / f"{seed}.ogg", sounds.speech(2.0, seed=seed))
    since = scene.now
    sent = await scene.visitor.send_voice(note)
    came = await scene.happened(lambda event: is_message(event, sent.id), since)
    sign = await scene.happened(lambda event: _is_sign(event, sent.id), since)
    await asyncio.sleep(APART_S)
    return (sign.at - came.at) * 1000


async def _begin_video(scene: Scene, folder: Path, length_s: float) -> None:
    """One that takes longer than all that is measured beside it."""
    note = sounds.write(folder / "long.ogg", sounds.speech(length_s, seed=99))
    since = scene.now
    sent = await scene.visitor.send_voice(note)
    ready = await scene.happened(lambda event: is_making_possible(event, sent.id), since)
    message = ready.body["message"]
    rows = message["reply_markup"]["inline_keyboard"]
    data = next(
        key["callback_data"]
        for row in rows
        for key in row
        if key.get("callback_data", "").startswith("mk:")
    )
    await scene.visitor.press(message["message_id"], data)
    await asyncio.sleep(APART_S)


async def _pressed_ms(scene: Scene) -> float:
    """*Trim* on the newest card, and back."""
    card = [message for message in await scene.visitor.messages() if is_ready(message)][-1]
    since = scene.now
    query = await scene.visitor.press_label(card, "Trim")
    asked = await scene.happened(lambda event: event.kind is Happened.PRESS, since)
    told = await scene.happened(
        lambda event: event.kind is Happened.ANSWER and event.body["query_id"] == query, since
    )
    return (told.at - asked.at) * 1000


async def _card_s(scene: Scene, folder: Path, length_s: float, seed: int) -> float:
    path = folder / f"{length_s:g}-{seed}.ogg"
    note = sounds.write(path, sounds.speech(length_s, seed=seed + 1))
    since = scene.now
    sent = await scene.visitor.send_voice(note)
    came = await scene.happened(lambda event: is_message(event, sent.id), since)
    card = await scene.happened(lambda event: is_making_possible(event, sent.id), since)
    await asyncio.sleep(APART_S)
    return card.at - came.at


async def _become_video(scene: Scene, card_id: int, since: int) -> Event:
    return await scene.happened(lambda event: is_video(event, card_id), since)


def _is_sign(event: Event, note_id: int) -> bool:
    """👀 on the note, or a message that answers it."""
    if event.kind is Happened.REACTION:
        return bool(event.body["message_id"] == note_id)
    if event.kind is not Happened.MESSAGE:
        return False
    answers = event.body["message"].get("reply_to_message", {})
    return bool(answers.get("message_id") == note_id)


def _is_by_person(event: Event) -> bool:
    if event.kind is Happened.PRESS:
        return True
    return event.kind is Happened.MESSAGE and not event.body["message"]["from"]["is_bot"]


def _is_edit(event: Event, message_id: int) -> bool:
    return event.kind is Happened.EDIT and event.body["message"]["message_id"] == message_id


def _length(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 60 else f"{seconds / 60:.0f} min"
