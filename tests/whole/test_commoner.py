"""Everything run by a common user, as it should be: tests alone are run by root."""

from __future__ import annotations

import json
import os
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from phone.demo import is_ready
from phone.limits import Limits
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from pipelines.sandbox import BY_WARDENS
from tests import sounds
from tests.commoner import COMMONER, as_commoner, home
from tests.pipelines.test_sandbox import at_work
from tests.planted import BOT_TOKEN
from tests.programs import output_of
from tests.whole.conftest import claim
from tests.whole.product import COMMAND, LEASE_S, Product
from tests.worker.shop import until

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

PATIENCE_S = 60.0
HOSTILE = b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
ROOT = Path(__file__).parents[2]
DRAWING = "SELECT 1 FROM jobs WHERE kind = 'render' AND progress > 5"
ONCE_MORE = (
    *("tests/pipelines/test_sandbox.py", "tests/jobs/test_turnstile.py", "-k"),
    "reaches_nothing_of_ours or (left_of_a_child and its and killed) or whoever_dies_inside",
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Open to everybody, as pytest's own is not."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        yield Path(made)


@pytest.fixture
async def phone(folder: Path) -> AsyncIterator[Phone]:
    running = await start_phone(folder / "phone", token=BOT_TOKEN, limits=Limits())
    yield running
    await running.stop()


def command(folder: Path, *argv: str | Path, namespaces: bool) -> list[str]:
    (folder / "meanwhile").mkdir()
    return as_commoner(argv, folder / "meanwhile", namespaces=namespaces)


@pytest.mark.parametrize("namespaces", [True, False], ids=["as it is", "without namespaces"])
async def test_hostile_files_are_looked_into_by_a_common_user(
    folder: Path, *, namespaces: bool
) -> None:
    whose = home(folder)
    good = sounds.write(whose / "note.ogg", sounds.speech(1.5))
    (whose / "list.m3u8").write_bytes(HOSTILE)
    probe = command(
        folder, COMMAND, "probe", "--json", good, whose / "list.m3u8", namespaces=namespaces
    )
    environment = {"PATH": os.environ["PATH"], "HOME": str(whose)}
    status, said, complaints = await output_of(
        probe, folder=whose, environment=environment, limit_s=PATIENCE_S
    )
    assert status == 0, complaints
    assert "see no files but their own" in complaints
    assert namespaces or BY_WARDENS.words in complaints
    assert [json.loads(line)["accepted"] for line in said.splitlines()] == [True, False]


async def test_a_killed_bot_of_a_common_user_makes_the_video_all_the_same(
    phone: Phone, folder: Path
) -> None:
    """Without namespaces, which is what most containers leave."""
    whose = home(folder)
    data = whose / "data"
    data.mkdir(mode=0o755)  # by somebody who thought nothing of it
    os.chown(data, COMMONER, COMMONER)
    run = command(folder, COMMAND, "run", namespaces=False)
    product = Product(
        phone, folder, command=run, HOME=str(whose), DATA_DIR=str(data), LEASE_S=LEASE_S
    )
    await product.start()
    try:
        await _walk(phone, product, folder)
        assert await product.stop() == 0
    finally:
        await product.kill()
        print(product.log()[-6000:])  # pytest shows it when the test failed
    assert BY_WARDENS.words in product.log()
    for wrong in ("Traceback", "ERROR"):
        assert wrong not in product.log()
    assert {path.name: oct(_mode(path)) for path in data.iterdir() if _mode(path) & 0o077} == {}
    assert {path.stat().st_uid for path in data.rglob("*")} == {COMMONER}


async def _walk(phone: Phone, product: Product, folder: Path) -> None:
    """To the video of one note; the bot is killed while it draws, and its children die with it."""
    async with Visitor(phone.url) as visitor:
        await visitor.start(await claim(product))
        await visitor.send_voice(sounds.write(folder / "note.ogg", sounds.speech(1.5)))
        card = await visitor.wait_for(is_ready, PATIENCE_S)
        await visitor.press_label(card, "Make video")
        await until(lambda: bool(product.rows(DRAWING)) and at_work(product.data_dir) != [])
        await product.kill()
        await until(lambda: at_work(product.data_dir) == [])
        await product.start()
        await visitor.wait_for(lambda message: message.kind == "video", PATIENCE_S)


async def test_a_common_users_children_are_shut_in_and_its_processes_take_turns(
    folder: Path,
) -> None:
    """The tests that show it for root, once more."""
    whose = home(folder)
    pytest_of_theirs = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "--basetemp", whose / "t")
    status, said, complaints = await output_of(
        command(folder, sys.executable, *pytest_of_theirs, *ONCE_MORE, namespaces=True),
        folder=ROOT,
        environment={
            **{"PATH": os.environ["PATH"], "HOME": str(whose), "TMPDIR": str(whose)},
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        limit_s=2 * PATIENCE_S,
    )
    assert status == 0, said + complaints
    assert "skipped" not in said


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
