"""A whole bot tells its owner who uses how much."""

from __future__ import annotations

from pathlib import Path

from jobs.model import JobKind, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for


async def test_the_owner_sees_what_was_used(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> None:
    for user_id, name, role in (
        (PAGE_USER_ID, PAGE_USER_NAME, Role.OWNER),
        (8, "Kim", Role.GUEST),
        (9, "Eve", Role.REFUSED),
    ):
        await store.people.put(Person(id=user_id, name=name, language="en", role=role))
    hands = Hands(store, storage)
    async with living(settings_for(phone, tmp_path), store, storage), Visitor(phone.url) as owner:
        await owner.send_sample("speech")
        await hands.do(JobKind.INGEST, JobKind.LOOK)
        card = await owner.wait_for(lambda message: message.key("Make video") is not None)
        await owner.press_label(card, "Make video")
        await hands.do(JobKind.SAVE, JobKind.RENDER)
        await owner.wait_for(lambda message: message.kind == "video")
        await owner.send_text("/usage")
        told = await owner.wait_for(lambda message: message.text.startswith("Usage today"))
    assert "A minute of video takes" in told.text
    assert "Free on the disk:" in told.text
    first, second = told.text.splitlines()[-2:]
    assert first.startswith(f"{PAGE_USER_NAME}: 1 of 20 videos, ")
    assert first.endswith("; 1 in all")
    assert second == "Kim: 0 of 20 videos, 0 MB of 2.0 GB; 0 in all"
