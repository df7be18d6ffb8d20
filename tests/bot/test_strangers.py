"""What people must not be able to do, and odd things that must do nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from conversations.keyboards import Verb
from jobs.model import JobKind, Person, Project, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import PhoneRefused, Visitor
from storage.local import LocalStorage
from tests.bot.life import Hands, living, settings_for
from tests.worker.shop import until

GUEST = 7_001_002
STRANGER = 7_001_003
ODD = (
    "<b>bold</i> & <script>alert(1)</script>",
    "\u202egnirts lacituan",
    "a\u0000b",
    "\ufeff\u200b\u2060",
    "%s %n {0} {player} ${x} $(x) `x`",
    "'; DROP TABLE jobs; --",
    "../../../etc/passwd",
    "0:10" * 500,
    "9" * 400 + ":" + "9" * 400,
    "-1:-1 to -5",
    "title: " + "\u0301" * 300,
    "👨‍👩‍👧‍👦" * 50,
    "https://[::1]:0/\u202e.mp3",
    "http://user:pass@localhost/x.mp3",
    "/start claim_'" + "x" * 40,
    "/forget\n/people\n/start",
    "\u0625\u0644\u0649 \u0660:\u0661\u0660-\u0661:\u0663\u0660",
)
ODD_DATA = (
    "",
    ":",
    "mk",
    "mk:",
    "mk:\u00e4",
    "iv:x:y",
    "iv:99999999999999999999:y",
    "no",
    "x" * 64,
)


@pytest.fixture
async def owner(
    phone: Phone, store: Store, storage: LocalStorage, tmp_path: Path
) -> AsyncIterator[Visitor]:
    for user_id, name, role in (
        (PAGE_USER_ID, PAGE_USER_NAME, Role.OWNER),
        (GUEST, "Kim", Role.GUEST),
    ):
        await store.people.put(Person(id=user_id, name=name, language="en", role=role))
    async with (
        living(settings_for(phone, tmp_path), store, storage),
        Visitor(phone.url) as visitor,
    ):
        yield visitor


@pytest.fixture
async def card(owner: Visitor, store: Store, storage: LocalStorage) -> Project:
    """The owner's card, ready to be made into a video."""
    await owner.send_sample("speech")
    await Hands(store, storage).do(JobKind.INGEST, JobKind.LOOK)
    await owner.wait_for(
        lambda message: message.kind == "photo" and message.key("Make video") is not None
    )
    project = await store.projects.newest_open(PAGE_USER_ID, PAGE_USER_ID)
    assert project is not None
    return project


@pytest.mark.parametrize("user_id", [GUEST, STRANGER])
async def test_somebody_else_s_buttons_do_nothing(
    phone: Phone, store: Store, card: Project, user_id: int
) -> None:
    async with Visitor(phone.url, user_id=user_id, name="Kim") as other:
        await other.start()
        said = await other.wait_for(lambda message: message.from_bot)
        for verb in Verb:
            for argument in ("", ":home", ":s", ":5", f":{PAGE_USER_ID}:n"):
                query = await other.press(said.id, f"{verb}:{card.id}{argument}")
                await other.wait_for_toast(query)
    assert await store.projects.get(card.id) == card
    assert len(await store.jobs.of_project(card.id)) == 2
    people = {person.id: person.role for person in await store.people.all()}
    assert people[PAGE_USER_ID] is Role.OWNER


async def test_a_guest_lets_nobody_in(phone: Phone, store: Store, owner: Visitor) -> None:
    async with Visitor(phone.url, user_id=STRANGER, name="Mo") as stranger:
        await stranger.start()
        await stranger.wait_for(lambda message: "private" in message.text)
        await until(lambda: told(store, STRANGER))
    async with Visitor(phone.url, user_id=GUEST, name="Kim") as guest:
        await guest.start()
        said = await guest.wait_for(lambda message: message.from_bot)
        query = await guest.press(said.id, f"iv:{STRANGER}:y")
        assert "owner" in await guest.wait_for_toast(query)
    stranger_now = await store.people.get(STRANGER)
    assert stranger_now is None or stranger_now.role is Role.STRANGER


async def test_odd_words_break_nothing(
    owner: Visitor, card: Project, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    for words in ODD:
        try:
            await owner.send_text(words)
        except PhoneRefused:
            continue  # a phone does not send these
    for data in ODD_DATA:
        try:
            query = await owner.press(card.message_id, data)
        except PhoneRefused:
            continue
        await owner.wait_for_toast(query)
    last = await owner.send_text("this is the last of it")
    await owner.wait_for(lambda message: message.reply_to == last.id)
    rows = await store.database.execute("SELECT count(*) AS n FROM updates WHERE tries > 0")
    assert rows[0]["n"] == 0
    assert "broke" not in caplog.text
    assert [call for call in await owner.journal() if call["code"] == 400] == []


async def told(store: Store, chat_id: int) -> bool:
    rows = await store.database.execute(
        "SELECT 1 FROM outbox WHERE chat_id = :chat AND state = 'sent'", {"chat": chat_id}
    )
    return bool(rows)
