"""The watch over secrets sees what it should: leaks planted on purpose, in a run of their own."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.web.telegram import webhook_secret
from tests.planted import (
    ALL,
    BOT_TOKEN,
    SIGNING_SECRET,
    WEBHOOK_SECRET,
    found_in,
    spellings,
)

ROOT = Path(__file__).parents[1]
LEAKS = """
import base64, logging, sqlite3, subprocess, time
from urllib.parse import quote
from tests.planted import BOT_TOKEN, METRICS_TOKEN, R2_SECRET
from tests.watch import SAMPLE_S

log = logging.getLogger("worker.somewhere")

def test_logs_it(): log.debug("calling %s", R2_SECRET)
def test_logs_half_of_it(): log.debug("calling %s", BOT_TOKEN[: len(BOT_TOKEN) // 2])
def test_logs_it_for_an_address(): log.debug("calling %s", quote(METRICS_TOKEN, safe=""))
def test_logs_it_in_base64():
    log.debug("Basic %s", base64.b64encode(f"reel:{R2_SECRET}".encode()).decode())
def test_logs_a_traceback():
    try:
        raise ValueError(BOT_TOKEN)
    except ValueError:
        log.debug("broke", exc_info=True)
def test_stores_it(tmp_path):
    with sqlite3.connect(tmp_path / "jobs.sqlite3") as database:
        database.execute("CREATE TABLE jobs AS SELECT ? AS input", (f"https://x/bot{BOT_TOKEN}/a",))
    database.close()
def test_says_it(tmp_path):
    (tmp_path / "record.jsonl").write_text('{"text": "' + R2_SECRET + '"}')
def test_keeps_a_key(tmp_path):
    (tmp_path / "rows.sqlite3").write_text("pr_" + "a" * 52)
def test_runs_with_it():
    subprocess.run(["sh", "-c", f"sleep {3 * SAMPLE_S}", R2_SECRET], check=True)
def test_does_nothing_of_the_kind(tmp_path):
    log.debug("all is well")
    (tmp_path / "record.jsonl").write_text("your key: pr_" + "a" * 52)
    (tmp_path / "signing.key").write_text(R2_SECRET)
"""


@pytest.mark.leaks
def test_every_kind_of_leak_fails_the_test_it_is_in(tmp_path: Path) -> None:
    (tmp_path / "test_leaks.py").write_text(LEAKS)
    options = ("-p", "tests.watch", "-p", "no:schemathesis", "-c", "/dev/null", "-q", "-rE")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "--show-capture=no", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    leaks = set(re.findall(r"def (test_\w+)", LEAKS)) - {"test_does_nothing_of_the_kind"}
    assert set(re.findall(r"ERROR \S+::(test_\w+)", done.stdout)) == leaks, done.stdout
    for secret in ALL:
        assert secret not in done.stdout


@pytest.mark.parametrize("secret", ALL)
def test_a_secret_is_found_however_it_is_spelt(secret: str) -> None:
    for text in (
        f"x{secret}x",
        quote(f"a={secret}&b", safe=""),
        *(base64.b64encode(f"{'u' * n}{secret}:{'p' * n}".encode()).decode() for n in range(4)),
        base64.urlsafe_b64encode(f"user:{secret}".encode()).decode(),
    ):
        assert found_in(text), text
    assert not found_in(secret[:5])


def test_the_secret_of_the_webhook_is_the_bots_own() -> None:
    assert webhook_secret(SIGNING_SECRET.encode()) == WEBHOOK_SECRET


def test_half_of_a_token_is_found() -> None:
    middle = len(BOT_TOKEN) // 2
    assert all(found_in(half) for half in (BOT_TOKEN[:middle], BOT_TOKEN[middle:]))
    assert not found_in(BOT_TOKEN.partition(":")[0]), "the bot's number is public"
    assert min(map(len, spellings(BOT_TOKEN))) > 15
