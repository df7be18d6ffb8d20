"""`pocketreel doctor --cloud`: every account is tried once, and a wrong key to one is named."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from doctor import examine
from phone.server import Phone, start_phone
from pipelines.modal_calls import RENDER, SEGMENT
from settings import Settings, read_settings
from tests.jobs.databases import swift_folder
from tests.jobs.sqld import Sqld
from tests.modal_server import ModalServer, modal_server
from tests.storage.servers import Server
from tests.whole.product import COMMAND

PATIENCE_S = 60
WRONG = "7000000002:wrong-and-nobody-may-read-it"


class Outside:
    """What stands before the bot on PUBLIC_URL: `status` and `answer` are what it says."""

    def __init__(self) -> None:
        self.status = 200
        self.answer: object = {"status": "ok"}
        app = web.Application()
        app.router.add_get("/health", self._health)
        self.server = TestServer(app)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response(self.answer, status=self.status)


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    running = await start_phone(tmp_path / "phone")
    yield running
    await running.stop()


@pytest.fixture
async def outside() -> AsyncIterator[Outside]:
    made = Outside()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture(scope="module")
def sqld() -> Iterator[Sqld]:
    with swift_folder() as folder:
        server = Sqld(folder)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def modal(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModalServer]:
    """An app that is deployed there, behind one token."""
    with modal_server(dict.fromkeys((RENDER, SEGMENT), lambda _: None)) as running:
        running.servicer.tokens = {"ak-1": "as-that-nobody-may-read"}
        monkeypatch.setenv("MODAL_SERVER_URL", running.url)
        yield running


@pytest.fixture
def accounts(
    phone: Phone, outside: Outside, rclone: Server, sqld: Sqld, modal: ModalServer, tmp_path: Path
) -> dict[str, str]:
    """Keys to everything, and no backend chosen yet: one tries before one switches."""
    place = rclone.bucket()
    return {
        "DATA_DIR": str(tmp_path / "data"),
        "TELEGRAM_BOT_TOKEN": phone.token,
        "TELEGRAM_API_URL": phone.url,
        "PUBLIC_URL": outside.url,
        "TURSO_DATABASE_URL": f"http://127.0.0.1:{sqld.port}",
        "TURSO_AUTH_TOKEN": sqld.token,
        "R2_ENDPOINT_URL": place.endpoint_url,
        "R2_BUCKET": place.bucket,
        "R2_ACCESS_KEY_ID": place.access_key_id,
        "R2_SECRET_ACCESS_KEY": place.secret_access_key,
        "MODAL_TOKEN_ID": "ak-1",
        "MODAL_TOKEN_SECRET": modal.servicer.tokens["ak-1"],
        "MODAL_SERVER_URL": modal.url,
    }


async def told(environment: Mapping[str, str], *options: str) -> tuple[int, list[str]]:
    """The exit status and the lines of the command, typed where it knows nothing else."""

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(COMMAND), "doctor", *options],
            env={"PATH": "/usr/bin:/bin", **environment},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    done = await asyncio.to_thread(run)
    return done.returncode, (done.stdout + done.stderr).splitlines()


@pytest.mark.sqld
async def test_all_that_is_well_is_said_to_be(accounts: Mapping[str, str]) -> None:
    status, lines = await told(accounts, "--cloud")
    assert status == 0, lines
    for line in (
        f"ok    job store: turso at {accounts['TURSO_DATABASE_URL'].partition('//')[2]}",
        f"ok    storage: r2, bucket {accounts['R2_BUCKET']}",
        "ok    Telegram: @pocketreel_bot",
        f"ok    public address: {accounts['PUBLIC_URL']}",
        "ok    renderer: modal, app pocketreel",
    ):
        assert line in lines
    assert not any(accounts[name] in "".join(lines) for name in SECRETS)


@pytest.mark.sqld
async def test_without_the_word_only_what_was_chosen_is_looked_at(
    accounts: Mapping[str, str],
) -> None:
    status, lines = await told(accounts)
    assert status == 0, lines
    chosen = {"ok    job store: sqlite", "ok    storage: local", "ok    renderer: here"}
    assert chosen <= set(lines)


SECRETS = ("TELEGRAM_BOT_TOKEN", "TURSO_AUTH_TOKEN", "R2_SECRET_ACCESS_KEY", "MODAL_TOKEN_SECRET")
MISTAKES = [
    ("TELEGRAM_BOT_TOKEN", WRONG, "Telegram: TELEGRAM_BOT_TOKEN is refused"),
    ("TELEGRAM_BOT_TOKEN", "", "Telegram: TELEGRAM_BOT_TOKEN is not set"),
    ("TELEGRAM_API_URL", "http://127.0.0.1:9", "see TELEGRAM_API_URL"),
    ("TURSO_AUTH_TOKEN", WRONG, "refuses the token: renew TURSO_AUTH_TOKEN"),
    ("TURSO_DATABASE_URL", "", "job store: TURSO_DATABASE_URL: is needed"),
    ("R2_SECRET_ACCESS_KEY", WRONG, "R2_SECRET_ACCESS_KEY is wrong"),
    ("R2_SECRET_ACCESS_KEY", "", "storage: R2_SECRET_ACCESS_KEY: is needed"),
    ("R2_ACCESS_KEY_ID", WRONG, "R2_ACCESS_KEY_ID is not known"),
    ("R2_BUCKET", "no-such-bucket", "make it, or set R2_BUCKET"),
    ("MODAL_TOKEN_SECRET", WRONG, "MODAL_TOKEN_ID and MODAL_TOKEN_SECRET are refused"),
    ("MODAL_TOKEN_SECRET", "", "renderer: MODAL_TOKEN_SECRET: is needed"),
    ("MODAL_APP", "another", "modal, app another: it is not deployed"),
    ("PUBLIC_URL", "http://127.0.0.1:9", "does what stands before it pass PUBLIC_URL on to PORT?"),
]


@pytest.mark.sqld
@pytest.mark.parametrize(("variable", "value", "sentence"), MISTAKES)
async def test_each_mistake_has_one_sentence_that_names_the_variable(
    accounts: Mapping[str, str], variable: str, value: str, sentence: str
) -> None:
    settings = read_settings({**accounts, variable: value})
    mends = await mended(settings)
    assert len(mends) == 1
    assert sentence in mends[0]
    assert not any(secret in mends[0] for secret in (WRONG, *(accounts[n] for n in SECRETS)))


@pytest.mark.sqld
async def test_several_mistakes_are_told_at_once_and_the_exit_status_says_so(
    accounts: Mapping[str, str],
) -> None:
    wrong = dict.fromkeys(SECRETS, WRONG)
    status, lines = await told({**accounts, **wrong}, "--cloud")
    assert status == 1
    mends = [line for line in lines if line.startswith("MEND") and "YouTube" not in line]
    assert len(mends) == len(SECRETS)
    assert WRONG not in "".join(lines)


@pytest.mark.sqld
async def test_another_server_at_the_public_address_is_no_bot(
    accounts: Mapping[str, str], outside: Outside
) -> None:
    for status, answer in ((200, {"status": "welcome to nginx"}), (502, {}), (200, [])):
        outside.status, outside.answer = status, answer
        (mend,) = await mended(read_settings(accounts))
        assert f"/health answered {status}" in mend
        assert "PUBLIC_URL" in mend


async def mended(settings: Settings) -> list[str]:
    """What has to be mended before one can rely on the clouds."""
    findings = await examine(settings, cloud=True, patience_s=5.0)
    return [f"{f.name}: {f.words}" for f in findings if not f.is_well and not f.is_optional]
