"""What a real worker reports to Sentry when something breaks, as a server receives it."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import brotli
import pytest

import doctor
from bot import sentry
from bot.redaction import MASK
from conversations.model import Finding
from jobs.model import JobKind, NewJob
from jobs.opening import open_store
from settings import SENTRY_SDK, Settings, SettingsError
from tests.worker.shop import PATIENCE_S, until

ROOT = Path(__file__).parents[2]
TOKEN = "7000000001:AAH-this-is-the-secret-half"
CHAT = 700_123_456


@dataclass(slots=True)
class Received:
    """What came, as it was on the wire and unpacked; `url` takes it."""

    bodies: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def events(self) -> list[dict[str, Any]]:
        """An envelope is lines of JSON; the third is the event."""
        return [json.loads(body.splitlines()[2]) for body in self.bodies]


@contextmanager
def receiving() -> Iterator[Received]:
    received = Received()

    class Sink(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            # The package takes brotli where it finds it, as yt-dlp's dependencies bring it.
            packed = self.headers.get("Content-Encoding")
            unpack = {"br": brotli.decompress, "gzip": gzip.decompress}.get(packed or "", bytes)
            received.bodies.append(unpack(body).decode())
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *arguments: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    received.url = f"http://key@127.0.0.1:{server.server_address[1]}/42"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


async def _work_on(folder: Path, given: dict[str, Any], received: Received) -> str:
    """A worker breaks on such a job and reports it; what it writes into its log."""
    store = await open_store(Settings(data_dir=folder))
    new = NewJob(
        id="note1",
        kind=JobKind.INGEST,
        project_id="card1",
        owner_id=CHAT,
        chat_id=CHAT,
        input=given,
    )
    await store.jobs.create(new)
    await store.close()
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "worker"),
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "SENTRY_DSN": received.url,
        },
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await until(lambda: bool(received.bodies))
        worker.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_S):
            _, written = await worker.communicate()
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    return written.decode()


async def test_what_breaks_is_reported_without_a_secret_or_a_person(tmp_path: Path) -> None:
    # The kind is no kind of source, and the error says so with all that it was given.
    given = {"kind": f"{TOKEN} of {CHAT}", "media": "voice", "title": "a private title"}
    with receiving() as received:
        log = await _work_on(tmp_path, given, received)
    (body, event) = (received.bodies[0], received.events[0])
    (problem, *_) = event["exception"]["values"][::-1]
    assert problem["type"] == "ValueError"
    assert problem["value"].startswith(f"'{MASK} of {MASK}' is not a valid")
    assert {frame["function"] for frame in problem["stacktrace"]["frames"]} >= {"ingest"}
    assert event["logentry"]["message"] == "job %s: broke"
    assert event["tags"] == {"job": "note1", "attempt": "1", "project": "card1"}
    assert event["release"]
    for hidden in (TOKEN, TOKEN.partition(":")[2], str(CHAT), "a private title", '"vars"'):
        assert hidden not in body
    assert TOKEN not in log
    assert not event.keys() & {"user", "request", "extra", "breadcrumbs", "modules", "contexts"}


def test_without_an_address_nothing_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    sentry.report(Settings())


async def test_an_address_without_the_package_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(sentry_dsn="https://key@sentry.example/42", data_dir=tmp_path)
    with_it = await _found(settings)
    assert (with_it.is_well, "sentry.example" in with_it.words) == (True, True)
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(SettingsError, match="SENTRY_DSN"):
        sentry.report(settings)
    without = await _found(settings)
    assert not without.is_well
    assert SENTRY_SDK in without.words


async def _found(settings: Settings) -> Finding:
    findings = await doctor.examine(settings)
    return next(finding for finding in findings if finding.name == "Sentry")


def test_the_package_that_is_asked_for_is_the_one_that_is_tried() -> None:
    assert SENTRY_SDK in (ROOT / "requirements-dev.txt").read_text().splitlines()
    assert f'sentry = ["{SENTRY_SDK}"]' in (ROOT / "pyproject.toml").read_text()
