"""The whole product killed with -9, again and again: does any card stay behind?"""

from __future__ import annotations

import asyncio
import random

from benchmarks.chats.scene import Plan, Scene, at_work
from benchmarks.figures import Figure, Target
from benchmarks.kept import Answer
from tests import sounds
from tests.bot.crowd import Presser

UP_S = (3.0, 8.0)  # for how long it lives
PATIENCE_S = 300.0
NOTE_S = 2.0
# What a second or so of life may leave behind is to be looked for by others at once.
_SETTINGS = {"LEASE_S": "2", "ACTIVE_RENDERS": "100", "VIDEOS_PER_DAY": "100"}


async def restarts(plan: Plan) -> Answer:
    """A note in each life; afterwards every card is to be a video.

    What loses three workers in a row is taken for the cause and told so; its person tries again.
    """
    lives = plan.much(20, 2)
    folder = plan.new_folder("restarts")
    chance = random.Random(7)
    async with at_work(folder, **_SETTINGS) as scene:
        presser = Presser(scene.phone)
        async with asyncio.TaskGroup() as group:
            pressing = group.create_task(presser.run(lives))
            for number in range(lives):
                note = sounds.write(
                    folder / f"note-{number}.mp3", sounds.speech(NOTE_S, seed=number)
                )
                await scene.visitor.send_document(note)
                await asyncio.sleep(chance.uniform(*UP_S))
                await scene.product.kill()
                await scene.product.start()
            await asyncio.wait([pressing], timeout=PATIENCE_S)
            pressing.cancel()
        stranded = lives - len(presser.videos)
        figures = [
            Figure(
                f"cards that stay behind when the product is killed {lives} times",
                (float(stranded),),
                Target(0),
            ),
        ]
        left = await _left(scene) if stranded else []
        return Answer(figures, {"left": left, "pressed_try_again": presser.again})


async def _left(scene: Scene) -> list[str]:
    """What the chat shows in place of videos."""
    messages = await scene.visitor.messages()
    return [
        message.text[:200]
        for message in messages
        if message.from_bot and message.kind != "video" and message.keys
    ]
