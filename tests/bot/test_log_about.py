"""What a bot writes into its log says what it is about."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.redaction import JsonFormatter
from conversations.model import View, view_to_json
from jobs.model import Changes, Notice, Person, Role
from jobs.opening import Store
from phone.people import PAGE_USER_ID, PAGE_USER_NAME
from phone.server import Phone
from phone.visitor import Visitor
from storage.local import LocalStorage
from tests.bot.life import living, settings_for
from tests.worker.shop import Watched, until


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as LOG_FORMAT=json writes it."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonFormatter([]))
    logging.getLogger().addHandler(handler)
    yield text
    logging.getLogger().removeHandler(handler)


def _line(log: io.StringIO, words: str) -> dict[str, Any]:
    """The line that says so; empty while there is none."""
    lines = (json.loads(line) for line in log.getvalue().splitlines())
    return next((line for line in lines if words in line["message"]), {})


async def test_a_line_about_a_message_or_an_update_names_it_and_its_chat(
    phone: Phone,
    database: Watched,
    store: Store,
    storage: LocalStorage,
    tmp_path: Path,
    log: io.StringIO,
) -> None:
    await store.people.put(
        Person(id=PAGE_USER_ID, name=PAGE_USER_NAME, language="en", role=Role.OWNER)
    )
    async with Visitor(phone.url) as owner:
        await owner.start()
        await owner.add_fault("sendMessage", "refuse", times=9, description="Bad Request: no")
        refused = Notice(chat_id=PAGE_USER_ID, view=view_to_json(View(text="hello?")))
        await store.projects.accept(None, Changes(notices=(refused,)))
        await database.execute("DROP TABLE habits")  # every decision asks for them
        async with living(settings_for(phone, tmp_path), store, storage):
            await until(lambda: bool(_line(log, "will never take this message")))
            await until(lambda: bool(_line(log, "could not be dealt with")))
    sent, dealt = _line(log, "will never take this message"), _line(log, "could not be dealt with")
    assert (sent["outbox"], sent["chat"]) == (1, PAGE_USER_ID)
    assert dealt["update"] > 0
    assert dealt["chat"] == PAGE_USER_ID
    assert sent["level"] == dealt["level"] == "ERROR"
    assert "Traceback" in dealt["exception"]
