"""What a real worker writes into its log, parsed line by line."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

import cli
from jobs.model import JobKind, JobStatus, NewJob, Source, SourceKind
from jobs.opening import Store, open_store
from jobs.payloads import source_to_json
from settings import Settings
from tests.worker.shop import PATIENCE_S, became

ROOT = Path(__file__).parents[2]
TOKEN = "7000000001:AAH-this-is-the-secret-half"


async def _lines(folder: Path, store: Store, **environment: str) -> list[str]:
    """What `pocketreel worker` writes while one recording that is not there fails."""
    missing = Source(kind=SourceKind.FILE, media="file", url="/nowhere/at-all.ogg")
    job = NewJob(
        id="note1",
        kind=JobKind.INGEST,
        project_id="card1",
        owner_id=1,
        chat_id=7,
        input=source_to_json(missing),
    )
    await store.jobs.create(job)
    worker = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cli", "worker"),
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DATA_DIR": str(folder),
            "TELEGRAM_BOT_TOKEN": TOKEN,
            **environment,
        },
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        await became(store.jobs, JobStatus.FAILED, "note1")
        worker.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE_S):
            _, written = await worker.communicate()
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
    return written.decode().splitlines()


async def test_every_line_of_a_worker_is_one_object(tmp_path: Path) -> None:
    store = await open_store(Settings(data_dir=tmp_path))
    try:
        lines = await _lines(tmp_path, store, LOG_FORMAT="json", LOG_LEVEL="debug")
    finally:
        await store.close()
    told: list[dict[str, Any]] = [json.loads(line) for line in lines]
    for line in told:
        assert line.keys() >= {"time", "level", "logger", "message"}
    about = [line for line in told if line.get("job") == "note1"]
    assert [line["message"].split(",")[0] for line in about if line["logger"] == "worker.run"] == [
        "job note1: claimed",
        "job note1: failed",
    ]
    for line in about:
        assert (line["attempt"], line["project"], line["chat"]) == (1, "card1", 7)
    assert TOKEN.partition(":")[2] not in "\n".join(lines)


def test_what_nobody_foresaw_is_a_line_of_the_log_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    (tmp_path / "pocketreel.sqlite3").touch()
    assert cli.main(["backup", "no folder has such a name: \0"]) == 1
    (line,) = [told for told in caplog.records if told.name != "asyncio"]
    assert (line.levelname, line.message) == ("CRITICAL", "it broke")
    assert line.exc_info is not None
