"""docs/operations.md: what it lists is what there is, and what it says to type works."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from bot.redaction import JsonFormatter
from bot.web.health import Condition
from bot.web.metrics import Metrics
from jobs.alerts import Cause
from jobs.model import JobKind
from jobs.opening import open_store
from settings import SENTRY_SDK, Settings, signing_key
from tests.jobs.samples import new_job
from worker.run import MIN_FREE_BYTES

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operations.md").read_text()


def _section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _first_column(title: str) -> set[str]:
    return set(re.findall(r"^\| `(\w+)` \|", _section(title), re.MULTILINE))


def test_every_alert_says_what_to_do() -> None:
    assert _first_column("Alerts") == set(Cause)
    assert f"less than {MIN_FREE_BYTES // 1024**2} MB free" in PAGE


async def test_every_metric_is_told_of(tmp_path: Path) -> None:
    store = await open_store(Settings(data_dir=tmp_path))
    try:
        served = [line async for line in Metrics(store, Condition(), "x" * 16).lines()]
    finally:
        await store.close()
    names = {line.split()[2] for line in served if line.startswith("# TYPE")}
    assert _first_column("Metrics") == names


def test_every_field_of_the_log_is_told_of() -> None:
    told = _first_column("The log")
    formatter = (ROOT / "bot" / "redaction.py").read_text()
    assert JsonFormatter.__name__ in formatter
    always = {"time", "level", "logger", "message", "exception"}
    assert all(f'"{name}"' in formatter for name in always)
    sources = "".join(path.read_text() for room in ("bot", "jobs", "worker")
                      for path in (ROOT / room).rglob("*.py"))  # fmt: skip
    about = re.findall(r"\babout\(([^)]*)\)", sources)
    fields = {name for call in about for name in re.findall(r"(\w+)=", call)}
    assert told == always | fields


def test_what_it_installs_for_sentry_is_what_is_tried() -> None:
    assert set(re.findall(r"sentry-sdk==[\d.]+", PAGE)) == {SENTRY_SDK}


async def test_what_it_says_to_type_brings_a_bot_back(tmp_path: Path) -> None:
    live, copies = tmp_path / "live", tmp_path / "root"
    copies.mkdir()
    settings = Settings(data_dir=live)
    key = signing_key(settings)
    (live / "storage" / "objects").mkdir(parents=True)
    (live / "storage" / "objects" / "video").write_bytes(b"video")
    store = await open_store(settings)
    await store.jobs.create(new_job("before", JobKind.LOOK))
    backup, restore = re.findall(r"```\n(.*?)```", _section("Backup and restore"), re.DOTALL)
    _type(backup, live, copies)
    await store.jobs.create(new_job("after", JobKind.LOOK))
    await store.close()
    (live / "storage" / "objects" / "video").unlink()
    (live / "signing.key").write_text("another")

    _type(restore, live, copies)
    again = await open_store(settings)
    try:
        assert (await again.jobs.many(["before", "after"])).keys() == {"before"}
    finally:
        await again.close()
    assert signing_key(settings) == key
    assert (live / "storage" / "objects" / "video").read_bytes() == b"video"


def _type(script: str, live: Path, copies: Path) -> None:
    """What is typed, in a place of its own; what is the system's is left out."""
    lines = [line for line in script.splitlines() if not line.startswith(("systemctl", "chown"))]
    typed = "\n".join(["set -e", *lines])
    typed = typed.replace("/opt/pocketreel/bin/pocketreel", f"{sys.executable} -m cli")
    typed = typed.replace("/var/lib/pocketreel", str(live)).replace("/root/", f"{copies}/")
    subprocess.run(["bash", "-c", typed], check=True, timeout=60, cwd=ROOT)
