"""What the bot writes of people leaves alone what others write of them meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.gate import person_of
from bot.updates import Incoming, Typed
from conversations.model import View, view_to_json
from jobs import sql
from jobs.database import Parameters, Row
from jobs.model import Changes, Notice, Person, Role
from jobs.opening import Store
from jobs.sqlite import SqliteDatabase
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.life import living, settings_for
from tests.worker.shop import Watched, until

KIM = Person(id=2, name="Kim", language="en", role=Role.ASKING, blocked=True)


class Meanwhile(Watched):
    """Right after a person was looked at, somebody else changes what is known of them."""

    def __init__(self, path: Path) -> None:
        super().__init__(SqliteDatabase(path))
        self.changes = 0

    async def execute(self, text: str, parameters: Parameters | None = None) -> list[Row]:
        rows = await super().execute(text, parameters)
        if text == sql.GET_PERSON:
            self.changes += 1
            await super().execute("UPDATE people SET attested = 1 - attested")
        return rows


@pytest.fixture
def database(tmp_path: Path) -> Meanwhile:
    return Meanwhile(tmp_path / "jobs.sqlite3")


async def test_a_new_name_overwrites_nothing_else(store: Store, database: Meanwhile) -> None:
    await store.people.put(KIM)
    incoming = Incoming(
        update_id=1,
        user_id=KIM.id,
        name="Kim B.",
        language="de",
        chat_id=KIM.id,
        message_id=1,
        event=Typed(text="hello", reply_to=0),
    )
    await person_of(store.people, incoming)
    (kim,) = await store.people.all()
    assert (kim.name, kim.language, kim.blocked) == ("Kim B.", "de", False)
    assert kim.attested


async def test_a_chat_that_blocks_us_overwrites_nothing_else(
    store: Store, database: Meanwhile, storage: LocalStorage, phone: Phone, tmp_path: Path
) -> None:
    owner = Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    await store.people.put(owner)
    async with Visitor(phone.url) as visitor:
        await visitor.add_fault(
            "sendMessage", "refuse", code=403, description="Forbidden: bot was blocked by the user"
        )
    told = Notice(chat_id=PAGE_USER_ID, view=view_to_json(View(text="hello?")))
    await store.projects.accept(None, Changes(notices=(told,)))
    async with living(settings_for(phone, tmp_path), store, storage):
        await until(lambda: is_blocked(store))
    (known,) = await store.people.all()
    assert known.attested == bool(database.changes % 2)


async def is_blocked(store: Store) -> bool:
    (known,) = await store.people.all()
    return known.blocked
