"""A child that a hostile file has taken over: it can spoil its own folder, and nothing else."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import pipelines.child
from assembly import opened, work
from conversations.model import Finding
from doctor import examine
from pipelines.child import (
    FILE_BYTES,
    MEMORY_BYTES,
    MIB,
    ChildOverMemory,
    ChildRef,
    ChildResult,
    kill_at_work,
    run_child,
)
from pipelines.sandbox import BY_WARDENS, Sandbox, find_sandbox
from pipelines.warden import landlock_version
from settings import Settings
from tests.jobs.databases import swift_folder
from tests.pipelines.sandboxes import both_ways
from tests.worker.shop import until

WALL_S = 60.0
SECRET = "7000000001:not-for-children"
# Every attempt is one that succeeds in a process that nobody shuts in, as root here.
ESCAPE = """
import json, os, pathlib, socket, sys
given = json.loads(pathlib.Path("given.json").read_text())
read = lambda path: pathlib.Path(path).read_bytes()
def linked(make):
    make(given["database"], "mine")
    return read("mine")
def others(names):
    if names == ["job-1"]:
        raise OSError("none but its own")
    return names
attempts = {
    "dials": lambda: socket.create_connection(("127.0.0.1", given["port"]), 5).close(),
    "dials with another family": lambda: socket.socket(socket.AF_UNIX).close(),
    "reads the worker's environment": lambda: read(f"/proc/{given['worker']}/environ"),
    "reads the worker's memory": lambda: open(f"/proc/{given['worker']}/mem", "rb").close(),
    "reads the database": lambda: read(given["database"]),
    "reads the database by a link": lambda: linked(os.symlink),
    "takes the database over": lambda: linked(os.link),
    "reads another job's file": lambda: read(given["other"]),
    "sees other jobs": lambda: others(os.listdir(given["jobs"])),
    "writes to another job": lambda: open(given["other"], "a").close(),
    "deletes another job's file": lambda: os.unlink(given["other"]),
    "writes to the program": lambda: open(given["program"], "r+b").close(),
    "writes beside it": lambda: pathlib.Path(given["jobs"], "mark").write_text("here"),
    "leaves something to others": lambda: pathlib.Path("/var/tmp/mark").write_text("here"),
    "reads who else is there": lambda: read("/etc/passwd"),
    "signals the worker": lambda: os.kill(given["worker"], 0),
    "makes a device": lambda: os.mknod("disk", 0o60600, os.makedev(8, 0)),
    "gives a file away": lambda: (open("mine too", "w").close(), os.chown("mine too", 1, 1)),
}
succeeded = {}
for name, attempt in attempts.items():
    try:
        succeeded[name] = repr(attempt())
    except OSError:
        pass
pathlib.Path("own").write_text(read("given.json").decode())
said = {"succeeded": succeeded, "environment": dict(os.environ), "own": len(read("own"))}
print(json.dumps(said))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the child works, beside another job and the database."""
    made = tmp_path / "data" / "scratch" / "job-1"
    made.mkdir(parents=True)
    other = made.with_name("job-2")
    other.mkdir()
    (other / "source").write_text("somebody's voice")
    (tmp_path / "data" / "pocketreel.sqlite3").write_text("everybody's cards")
    return made


async def tried(folder: Path, sandbox: Sandbox, port: int, *, network: bool) -> dict[str, object]:
    """What the child said of its attempts."""
    data = folder.parents[1]
    given = {
        "port": port,
        "worker": os.getpid(),
        "database": str(data / "pocketreel.sqlite3"),
        "other": str(folder.with_name("job-2") / "source"),
        "jobs": str(folder.parent),
        "program": pipelines.child.__file__,
    }
    (folder / "given.json").write_text(json.dumps(given))
    said = await lines_of(ESCAPE, folder, sandbox, network=network)
    assert (folder.with_name("job-2") / "source").read_text() == "somebody's voice"
    assert not (folder.parent / "mark").exists()
    found: dict[str, object] = json.loads(said[-1])
    return found


async def lines_of(text: str, folder: Path, sandbox: Sandbox, *, network: bool) -> list[str]:
    lines: list[str] = []

    def on_line(line: str) -> bool:
        lines.append(line)
        return True

    ended = await run_child(
        script(text),
        child_ref=ChildRef(sandbox),
        cwd=folder,
        wall_s=WALL_S,
        on_line=on_line,
        network=network,
    )
    assert ended.exit_code == 0, ended.stderr
    return lines


def script(text: str) -> list[str]:
    return [sys.executable, "-S", "-c", text]


async def ended(
    text: str,
    folder: Path,
    sandbox: Sandbox,
    *,
    memory_bytes: int = MEMORY_BYTES,
    file_bytes: int = FILE_BYTES,
) -> ChildResult:
    return await run_child(
        script(text),
        child_ref=ChildRef(sandbox),
        cwd=folder,
        wall_s=WALL_S,
        memory_bytes=memory_bytes,
        file_bytes=file_bytes,
    )


def at_work(folder: Path) -> list[int]:
    """Who works below the folder: by whatever number a child knows itself, this one is ours."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            place = str((process / "cwd").readlink())
        except OSError:
            continue
        if f"{place}/".startswith(f"{folder}/"):
            found.append(int(process.name))
    return found


@both_ways
async def test_a_child_taken_over_reaches_nothing_of_ours(
    folder: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", SECRET)
    dialled: list[object] = []
    server = await asyncio.start_server(lambda *ends: dialled.append(ends), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    told = await tried(folder, sandbox, port, network=False)
    succeeded = dict(told["succeeded"])  # type: ignore[call-overload]
    if not sandbox.bwrap and landlock_version() < 6:
        succeeded.pop("signals the worker", None)  # an older kernel cannot keep it from that
    assert succeeded == {}
    assert dialled == []
    assert SECRET not in str(told["environment"])
    assert told["own"]
    server.close()
    await server.wait_closed()


@both_ways
async def test_a_child_with_a_network_reaches_no_files_of_ours_either(
    folder: Path, sandbox: Sandbox
) -> None:
    told = await tried(folder, sandbox, 9, network=True)
    succeeded = dict(told["succeeded"])  # type: ignore[call-overload]
    assert succeeded.keys() <= {"dials with another family", "signals the worker"}


@both_ways
async def test_how_a_child_ended_is_told_through_the_walls(folder: Path, sandbox: Sandbox) -> None:
    assert (await ended("import sys; sys.exit(3)", folder, sandbox)).exit_code == 3
    killed = await ended("import os; os.kill(os.getpid(), 11)", folder, sandbox)
    assert killed.exit_code == -signal.SIGSEGV
    endless = "import itertools\nfile = open('big', 'wb')\nwhile True: file.write(bytes(65536))"
    full = await ended(endless, folder, sandbox, file_bytes=MIB)
    assert full.exit_code == -signal.SIGXFSZ or "File too large" in full.stderr
    assert (folder / "big").stat().st_size <= MIB


@both_ways
async def test_memory_is_counted_through_the_walls(folder: Path, sandbox: Sandbox) -> None:
    greedy = "import time\nheld = bytearray(150_000_000)\ntime.sleep(300)"
    with pytest.raises(ChildOverMemory):
        await ended(greedy, folder, sandbox, memory_bytes=100 * MIB)
    # Each holds less than it may, and all of them more.
    shared = f"import subprocess, sys\nsubprocess.run([sys.executable, '-S', '-c', {greedy!r}])"
    with pytest.raises(ChildOverMemory):
        await ended(f"held = bytearray(70_000_000)\n{shared}", folder, sandbox,
                    memory_bytes=180 * MIB)  # fmt: skip


@both_ways
@pytest.mark.parametrize("way", ["cancelled", "its warden killed", "killed at work"])
async def test_nothing_is_left_of_a_child_and_its_descendants(
    folder: Path, sandbox: Sandbox, way: str
) -> None:
    family = (
        "import subprocess, sys, time\n"
        "sleeper = [sys.executable, '-S', '-c', 'import time; time.sleep(300)']\n"
        "subprocess.Popen(sleeper); subprocess.Popen(sleeper, start_new_session=True)\n"
        "open('there', 'w').close()\ntime.sleep(300)"
    )
    child_ref = ChildRef(sandbox)
    task = asyncio.create_task(
        run_child(script(family), child_ref=child_ref, cwd=folder, wall_s=WALL_S)
    )
    await until((folder / "there").exists)
    assert len(at_work(folder)) >= 4  # the warden among them
    if way == "cancelled":
        task.cancel()
    elif way == "its warden killed":
        (warden,) = [pid for pid in at_work(folder) if os.getsid(pid) == pid and is_ours(pid)]
        os.kill(warden, signal.SIGKILL)
    else:
        assert kill_at_work(folder) >= 1
    await asyncio.wait([task], timeout=WALL_S)
    pipelines.child.sweep_orphans(folder.parent)
    await until(lambda: at_work(folder) == [])


def is_ours(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1]) == os.getpid()


async def test_a_bubblewrap_that_may_not_do_its_work_is_done_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = tmp_path / "bwrap"
    refused.write_text("#!/bin/sh\necho 'No permissions to create new namespace' >&2\nexit 1\n")
    refused.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/nowhere")
    assert await find_sandbox() == BY_WARDENS
    told = await finding(Settings(data_dir=tmp_path))
    assert told.words.endswith("bubblewrap is there, but may not make namespaces here")
    monkeypatch.setenv("PATH", "/nowhere")
    assert await find_sandbox() == BY_WARDENS


async def test_what_children_are_shut_in_by_is_said_once_at_the_start(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = Settings(data_dir=tmp_path)
    stopping = asyncio.Event()
    stopping.set()
    with caplog.at_level(logging.INFO):
        async with opened(settings) as (store, storage):
            await work(settings, store, storage, stopping)
    said = [record for record in caplog.records if "children have no network" in record.message]
    found = await find_sandbox()
    assert [record.message for record in said] == [found.words]
    assert (await finding(settings)).words == found.words


async def finding(settings: Settings) -> Finding:
    """What the doctor says of it."""
    return next(found for found in await examine(settings) if found.name == "sandbox")


def test_a_kernel_that_hides_no_files_is_told_of() -> None:
    bare = replace(BY_WARDENS, has_landlock=False)
    assert not bare.is_whole
    assert "may read what this user may read" in bare.words


async def test_a_folder_below_dev_is_a_folder_and_no_device(tmp_path: Path) -> None:
    with swift_folder() as shared:  # below /dev/shm, wherever there is such a place
        (shared / "module.py").touch()
        code = (
            "import os, pathlib, sys\n"
            "assert os.listdir(sys.argv[1]) == ['module.py']\n"
            "try: pathlib.Path(sys.argv[1], 'module.py').write_text('mine')\n"
            "except OSError: sys.exit(3)"
        )
        ended = await run_child(
            [sys.executable, "-I", "-S", "-c", code, str(shared)],
            child_ref=ChildRef(sandbox=BY_WARDENS),
            cwd=tmp_path,
            wall_s=WALL_S,
            reads=[shared],
        )
    assert (ended.exit_code, ended.stderr) == (3 if BY_WARDENS.has_landlock else 0, "")
