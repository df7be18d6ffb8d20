"""Notes in a row, from the phone to one card or several, and across a restart."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.model import JobKind, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests import sounds
from tests.bot.life import Hands, living, settings_for


@pytest.mark.parametrize("label", ["Join into one", "Keep separate"])
async def test_notes_in_a_row_are_asked_about_and_the_answer_outlives_a_restart(
    store: Store, storage: LocalStorage, phone: Phone, tmp_path: Path, label: str
) -> None:
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    settings, hands = settings_for(phone, tmp_path), Hands(store, storage)
    notes = [
        sounds.write(tmp_path / f"{name}.ogg", sounds.speech(2.0, level=level))
        for name, level in (("one", 0.3), ("two", 0.2))
    ]
    async with Visitor(phone.url) as owner:
        sent = [await owner.send_voice(note) for note in notes]
        async with living(settings, store, storage):
            asked = await owner.wait_for(lambda message: message.key(label) is not None)
            assert asked.text == "2 recordings, 0:04 together."
            assert asked.reply_to == sent[0].id
            assert await owner.reactions(sent[1].id) == ["👀"]
        async with living(settings, store, storage):
            await owner.press_label(asked, label)
            await hands.do(JobKind.INGEST, JobKind.INGEST, JobKind.LOOK)
            replied = sent[0] if label.startswith("Join") else sent[1]
            card = await owner.wait_for(
                lambda message: (
                    message.key("Make video") is not None and message.reply_to == replied.id
                )
            )
            assert (card.id == asked.id) is label.startswith("Join")
