"""Children are real processes here, and so are theirs."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs.model import Stage
from pipelines import warden
from pipelines.child import (
    MIB,
    STDERR_BYTES,
    ChildOverMemory,
    ChildRef,
    ChildResult,
    ChildTookTooLong,
    ChildWentQuiet,
    kill_at_work,
    python,
    run_child,
    sweep_orphans,
)

ENOUGH_S = 20.0
# Two generations below the child: one that stays in its session and one that leaves it.
FAMILY = """
import os, subprocess, sys, time
sleeper = [sys.executable, "-S", "-c", "import time; time.sleep(300)"]
children = [subprocess.Popen(sleeper), subprocess.Popen(sleeper, start_new_session=True)]
print(os.getpid(), *(child.pid for child in children), flush=True)
time.sleep(300)
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + FAMILY


def script(text: str) -> list[str]:
    return [sys.executable, "-S", "-c", text]


async def begin(
    text: str, child_ref: ChildRef, folder: Path
) -> tuple[asyncio.Task[object], list[int]]:
    """Start a script that prints process ids; the task that waits for it, and those ids."""
    told: asyncio.Future[list[int]] = asyncio.get_running_loop().create_future()

    def on_line(line: str) -> bool:
        told.set_result([int(pid) for pid in line.split()])
        return True

    async def run() -> object:
        return await run_child(
            script(text), child_ref=child_ref, cwd=folder, wall_s=ENOUGH_S, on_line=on_line
        )

    task = asyncio.create_task(run())
    return task, await asyncio.wait_for(told, ENOUGH_S)


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


async def until_dead(pids: list[int], within_s: float = 3.0) -> None:
    async with asyncio.timeout(within_s):
        while any(is_alive(pid) for pid in pids):  # noqa: ASYNC110
            await asyncio.sleep(0.02)  # a death elsewhere rings no bell


async def test_a_child_that_ends_well_tells_its_status_and_lines(tmp_path: Path) -> None:
    lines: list[str] = []

    def on_line(line: str) -> bool:
        lines.append(line)
        return True

    result = await run_child(
        script("import sys; print('one'); print('two'); sys.stderr.write('odd'); sys.exit(3)"),
        child_ref=ChildRef(),
        cwd=tmp_path,
        wall_s=ENOUGH_S,
        on_line=on_line,
    )
    assert (result.exit_code, result.stderr, lines) == (3, "odd", ["one", "two"])


async def test_a_child_killed_by_a_signal_says_which(tmp_path: Path) -> None:
    result = await run_child(
        script("import os; os.kill(os.getpid(), 11)"),
        child_ref=ChildRef(),
        cwd=tmp_path,
        wall_s=ENOUGH_S,
    )
    assert result.exit_code == -signal.SIGSEGV


async def test_a_program_that_is_not_there_is_an_exit_status(tmp_path: Path) -> None:
    result = await run_child(
        ["/nowhere/ffmpeg"], child_ref=ChildRef(), cwd=tmp_path, wall_s=ENOUGH_S
    )
    assert result.exit_code == 127
    assert "No such file" in result.stderr


async def test_nothing_outlives_its_child(tmp_path: Path) -> None:
    leaves_at_once = FAMILY.rpartition("time.sleep(300)")[0]
    task, pids = await begin(leaves_at_once, ChildRef(), tmp_path)
    await task
    assert [pid for pid in pids if is_alive(pid)] == []


@pytest.mark.alone
@pytest.mark.parametrize("text", [FAMILY, STUBBORN], ids=["gentle", "stubborn"])
async def test_cancelling_the_wait_kills_all_descendants_within_two_seconds(
    tmp_path: Path, text: str
) -> None:
    task, pids = await begin(text, ChildRef(), tmp_path)
    began = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - began < 2.0
    assert [pid for pid in pids if is_alive(pid)] == []


async def test_stopping_a_job_ends_what_runs_for_it(tmp_path: Path) -> None:
    child_ref = ChildRef()
    task, pids = await begin(FAMILY, child_ref, tmp_path)
    await child_ref.stop()
    assert [pid for pid in pids if is_alive(pid)] == []
    await task


async def test_a_flood_on_stderr_is_drained_and_only_its_end_is_kept(tmp_path: Path) -> None:
    flood = "import sys\nfor _ in range(500): sys.stderr.write('x' * 100_000)\nsys.exit('the end')"
    result = await run_child(script(flood), child_ref=ChildRef(), cwd=tmp_path, wall_s=ENOUGH_S)
    assert len(result.stderr) == STDERR_BYTES
    assert result.stderr.endswith("the end\n")


async def test_a_line_without_end_is_not_kept(tmp_path: Path) -> None:
    lines: list[str] = []

    def on_line(line: str) -> bool:
        lines.append(line)
        return True

    endless = "import sys\nfor _ in range(50): sys.stdout.write('x' * 100_000)\nprint('\\nlast')"
    await run_child(
        script(endless), child_ref=ChildRef(), cwd=tmp_path, wall_s=ENOUGH_S, on_line=on_line
    )
    assert lines[-1] == "last"
    assert sum(map(len, lines)) < MIB


async def test_a_quiet_child_is_killed(tmp_path: Path) -> None:
    with pytest.raises(ChildWentQuiet):
        await run_child(
            script("import time; time.sleep(300)"),
            child_ref=ChildRef(),
            cwd=tmp_path,
            wall_s=ENOUGH_S,
            quiet_s=0.3,
        )


async def test_chatter_that_is_no_progress_does_not_keep_a_child_alive(tmp_path: Path) -> None:
    chatter = "import time\nwhile True: print('still here', flush=True); time.sleep(0.02)"
    with pytest.raises(ChildWentQuiet):
        await run_child(
            script(chatter),
            child_ref=ChildRef(),
            cwd=tmp_path,
            wall_s=ENOUGH_S,
            quiet_s=0.5,
            on_line=lambda line: False,
        )


async def test_progress_does_not_prolong_the_whole(tmp_path: Path) -> None:
    chatter = "import time\nwhile True: print('still here', flush=True); time.sleep(0.02)"
    with pytest.raises(ChildTookTooLong):
        await run_child(
            script(chatter), child_ref=ChildRef(), cwd=tmp_path, wall_s=0.6, quiet_s=0.5
        )


async def test_a_child_that_holds_too_much_memory_is_killed(tmp_path: Path) -> None:
    greedy = "import time\nheld = bytearray(150_000_000)\ntime.sleep(300)"
    with pytest.raises(ChildOverMemory):
        await run_child(
            script(greedy),
            child_ref=ChildRef(),
            cwd=tmp_path,
            wall_s=ENOUGH_S,
            memory_bytes=100 * MIB,
        )


async def test_a_child_that_asks_for_far_too_much_memory_is_refused_it(tmp_path: Path) -> None:
    result = await run_child(
        script("bytearray(1_000_000_000)"),
        child_ref=ChildRef(),
        cwd=tmp_path,
        wall_s=ENOUGH_S,
        memory_bytes=100 * MIB,
    )
    assert "MemoryError" in result.stderr


async def test_a_file_cannot_grow_past_its_limit(tmp_path: Path) -> None:
    result = await run_child(
        ["dd", "if=/dev/zero", "of=big", "bs=64k"],
        child_ref=ChildRef(),
        cwd=tmp_path,
        wall_s=ENOUGH_S,
        file_bytes=MIB,
    )
    assert result.exit_code == -signal.SIGXFSZ
    assert (tmp_path / "big").stat().st_size <= MIB


def test_lower_limits_of_somebody_else_are_kept(tmp_path: Path) -> None:
    told = (
        "import resource as r\n"
        "for each in (r.RLIMIT_NOFILE, r.RLIMIT_FSIZE, r.RLIMIT_DATA): print(*r.getrlimit(each))"
    )
    theirs = ["prlimit", "--nofile=100", f"--fsize={MIB}", f"--data={500 * MIB}"]
    started = [sys.executable, "-I", "-S", warden.__file__, str(os.getpid())]
    ours = [str(400 * MIB), str(2 * MIB), "1", "/"]
    done = subprocess.run(
        [*theirs, *started, *ours, *script(told)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=ENOUGH_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    kept = (100, MIB, 500 * MIB)
    assert done.stdout.splitlines() == [f"{limit} {limit}" for limit in kept]


async def test_nothing_of_our_environment_reaches_a_child(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:secret")
    lines: list[str] = []

    def on_line(line: str) -> bool:
        lines.append(line)
        return True

    await run_child(
        script("import os; print(dict(os.environ))"),
        child_ref=ChildRef(),
        cwd=tmp_path,
        wall_s=ENOUGH_S,
        on_line=on_line,
        env={"GIVEN": "by name"},
    )
    assert "by name" in lines[0]
    assert "secret" not in lines[0]
    assert "TELEGRAM" not in lines[0]


async def test_a_module_beside_the_media_is_not_taken_for_ours(tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('taken')")
    result = await run_child(
        python("json.tool", "--help"), child_ref=ChildRef(), cwd=tmp_path, wall_s=ENOUGH_S
    )
    assert result.exit_code == 0


DIAL = """
import socket, subprocess, sys
def dial():
    try:
        socket.socket().close()
        return "free"
    except PermissionError:
        return "cut off"
print(dial(), flush=True)
if len(sys.argv) == 1:
    subprocess.run([sys.executable, "-S", "-c", open("dial.py").read(), "again"])
"""


@pytest.mark.parametrize(("network", "answer"), [(False, "cut off"), (True, "free")])
async def test_no_child_and_no_grandchild_has_sockets_unless_it_needs_them(
    tmp_path: Path, network: bool, answer: str
) -> None:
    (tmp_path / "dial.py").write_text(DIAL)
    lines: list[str] = []

    def on_line(line: str) -> bool:
        lines.append(line)
        return True

    await run_child(
        script(DIAL),
        child_ref=ChildRef(),
        cwd=tmp_path,
        wall_s=ENOUGH_S,
        on_line=on_line,
        network=network,
    )
    assert lines == [answer, answer]


async def test_a_killed_worker_leaves_no_process_behind(tmp_path: Path) -> None:
    worker = (
        "import asyncio, sys\nfrom pathlib import Path\n"
        "from pipelines.child import ChildRef, run_child\n"
        f"family = {STUBBORN!r}\n"
        "def say(line):\n    print(line, flush=True)\n    return True\n"
        "asyncio.run(run_child([sys.executable, '-S', '-c', family], child_ref=ChildRef(),"
        " cwd=Path(sys.argv[1]), wall_s=60, on_line=say))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", worker, str(tmp_path), stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), ENOUGH_S)
    process.kill()
    await process.wait()
    await until_dead([int(pid) for pid in line.split()])


async def test_orphans_of_a_killed_warden_are_swept(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    folder = scratch / "job-1"
    folder.mkdir(parents=True)
    task, pids = await begin(FAMILY, ChildRef(), folder)
    warden = parent_of(pids[0])
    assert sweep_orphans(scratch) == 0  # while it has its warden it is nobody's orphan
    os.kill(warden, signal.SIGKILL)
    await asyncio.gather(task, return_exceptions=True)
    sweep_orphans(scratch)
    await until_dead(pids)  # the one in a session of its own, too


def test_progress_never_falls() -> None:
    child_ref = ChildRef()
    child_ref.say(Stage.FETCHING, 40.9)
    child_ref.say(Stage.LISTENING, 12)
    assert (child_ref.stage, child_ref.progress) == (Stage.LISTENING, 40)
    child_ref.say(Stage.LISTENING, 250)
    assert child_ref.progress == 100


async def test_what_works_in_a_folder_can_be_killed_and_its_warden_tells(tmp_path: Path) -> None:
    here, there = tmp_path / "job-1", tmp_path / "job-11"
    for folder in (here, there):
        folder.mkdir()
    killed, pids = await begin(FAMILY, ChildRef(), here)
    other_ref = ChildRef()
    other, others = await begin(FAMILY, other_ref, there)
    # The one in a session of its own is left to the warden, who may be quicker with the rest too.
    assert kill_at_work(here) >= 1
    ended = await asyncio.wait_for(killed, ENOUGH_S)
    assert isinstance(ended, ChildResult)
    assert ended.exit_code == -signal.SIGKILL
    await until_dead(pids)
    assert all(is_alive(pid) for pid in others)
    assert kill_at_work(here) == 0
    await other_ref.stop()
    await asyncio.wait_for(other, ENOUGH_S)
