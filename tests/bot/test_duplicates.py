"""A whole bot makes no video twice."""

from __future__ import annotations

from pathlib import Path

from jobs.model import JobKind, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import ShownMessage, Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for


async def test_the_same_recording_again_shows_the_video_there_is(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    hands = Hands(store, storage)
    async with living(settings_for(phone, tmp_path), store, storage), Visitor(phone.url) as owner:

        async def card() -> ShownMessage:
            note = await owner.send_sample("speech")
            await hands.do(JobKind.INGEST, JobKind.LOOK)
            return await owner.wait_for(
                lambda message: (
                    message.reply_to == note.id and message.key("Make video") is not None
                )
            )

        first = await card()
        await owner.press_label(first, "Make video")
        await hands.do(JobKind.SAVE, JobKind.RENDER)
        await owner.wait_for(lambda message: message.id == first.id and message.kind == "video")
        again = await card()
        query = await owner.press_label(again, "Make video")
        assert "already" in await owner.wait_for_toast(query)
        video = await owner.wait_for(
            lambda message: message.id == again.id and message.kind == "video"
        )
        assert video.key("Full quality") is not None
    made = await store.database.execute("SELECT count(*) AS made FROM jobs WHERE kind = 'render'")
    assert made[0]["made"] == 1
