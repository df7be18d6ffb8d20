"""The token and the signing secret stay where they are, whatever goes wrong."""

from __future__ import annotations

import asyncio
import base64
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.redaction import configure_logging, secrets_of
from jobs.api_keys import PATTERN
from jobs.model import JobKind
from jobs.opening import Store
from phone.server import Phone
from phone.visitor import Visitor
from settings import Settings
from storage.local import LocalStorage
from tests.bot.life import Hands, claim_parameter, living, settings_for
from tests.worker.shop import Watched, until


@pytest.fixture
def settings(phone: Phone, tmp_path: Path) -> Settings:
    return settings_for(phone, tmp_path)


@pytest.fixture
def loudly(settings: Settings, capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Everything is logged, as the whole program logs it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logging("DEBUG", secrets_of(settings))
    yield
    for handler in root.handlers[:]:
        root.removeHandler(handler)
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)


def spellings(settings: Settings) -> set[str]:
    """Every way in which a secret could be written down."""
    token = settings.telegram_bot_token
    secrets = {token, token.partition(":")[2], settings.signing_secret}
    encoded = {base64.b64encode(secret.encode()).decode() for secret in secrets}
    return secrets | encoded | {quote(secret, safe="") for secret in secrets}


async def test_no_secret_is_logged_said_or_stored(
    settings: Settings,
    phone: Phone,
    store: Store,
    database: Watched,
    storage: LocalStorage,
    loudly: None,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    asyncio.get_running_loop().set_debug(True)
    hands = Hands(store, storage)
    async with living(settings, store, storage) as announced, Visitor(phone.url) as visitor:
        await until(lambda: any("start=" in line for line in announced))
        await visitor.start(claim_parameter(announced))
        await visitor.add_fault("sendMessage", "drop")
        await visitor.add_fault("sendMessage", "500")
        await visitor.send_fields(voice={"nothing": "of a voice note"})
        await visitor.send_sample("speech")
        await hands.do(JobKind.INGEST, JobKind.LOOK)
        await visitor.wait_for(lambda message: message.key("Make video") is not None)
        database.is_away = True
        await visitor.send_text("0:02-0:05")
        await asyncio.sleep(0.2)
        database.is_away = False
        unauthorized = {"code": 401, "description": "Unauthorized"}
        await visitor.add_fault("*", "refuse", times=20, **unauthorized)
        await visitor.send_text("0:02-0:06")
        await asyncio.sleep(1.5)
        said = str(await visitor.messages())
    logged = capfd.readouterr()
    stored = (tmp_path / "jobs.sqlite3").read_bytes().decode(errors="replace")
    assert "refuses the token" in logged.err
    for secret in spellings(settings):
        for place in (logged.err, logged.out, said, stored, str(announced)):
            assert secret not in place


async def test_a_key_to_the_api_is_not_logged(
    settings: Settings,
    phone: Phone,
    store: Store,
    storage: LocalStorage,
    loudly: None,
    capfd: pytest.CaptureFixture[str],
) -> None:
    asyncio.get_running_loop().set_debug(True)
    async with living(settings, store, storage) as announced, Visitor(phone.url) as visitor:
        await until(lambda: any("start=" in line for line in announced))
        await visitor.start(claim_parameter(announced))
        await visitor.add_fault("sendMessage", "429", retry_after=1)
        await visitor.send_text("/apikey")
        shown = await visitor.wait_for(lambda message: "pr_" in message.text)
        await visitor.send_text("/apikey")
        await visitor.wait_for(lambda message: "Your keys" in message.text)
    found = re.search(PATTERN, shown.text)
    assert found is not None
    logged = capfd.readouterr()
    assert found[0][11:] not in logged.err + logged.out


async def test_a_refused_token_is_not_tried_again_and_again(
    settings: Settings, phone: Phone, store: Store, storage: LocalStorage
) -> None:
    wrong = settings_for(
        phone, settings.data_dir, telegram_bot_token="7000000001:" + "another-token-" * 3
    )
    async with living(wrong, store, storage) as announced:
        await until(lambda: bool(announced))
        await asyncio.sleep(0.5)
    assert announced == ["Telegram refuses TELEGRAM_BOT_TOKEN. Ask BotFather for a new one."]
    assert len(phone.api.journal.after(0)) == 1
