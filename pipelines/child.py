"""The one way to start a process, and the handle by which it is stopped.

Every child runs under a warden (warden.py) in a session of its own, in a sandbox (sandbox.py), with
limits, with nothing of our environment, and with both its pipes drained. Whatever ends the wait for
it - its own end, a time limit, cancellation, the death of this process - it and all its descendants
die.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobs.model import Stage
from pipelines.sandbox import BY_WARDENS, Sandbox
from pipelines.warden import GRACE_S, OVER_MEMORY

MIB = 1024 * 1024
QUIET_S = 60.0
MEMORY_BYTES = 1024 * MIB
FILE_BYTES = 2048 * MIB
STDERR_BYTES = 8 * 1024
_LINE_BYTES = 64 * 1024
_LINES_KEPT = 1000
_LATE_S = 1.0  # how much later than its own grace the warden may be, before it is killed too
_WARDEN = Path(__file__).with_name("warden.py")

OnLine = Callable[[str], bool]


class ChildError(Exception):
    """A child did not come to an end of its own; it is dead now."""


class ChildTookTooLong(ChildError):
    """It ran longer than it may."""


class ChildWentQuiet(ChildError):
    """It showed no progress for too long."""


class ChildOverMemory(ChildError):
    """It held more memory than it may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildResult:
    """How a child ended: `exit_code` is negative for a signal, `stderr` its last 8 kB."""

    exit_code: int
    stderr: str


class ChildRef:
    """What runs for one job now, in which sandbox, and how far the job is (percent)."""

    def __init__(self, sandbox: Sandbox = BY_WARDENS) -> None:
        self.sandbox = sandbox
        self.stage = Stage.WAITING
        self.progress = 0
        self._running: set[_Child] = set()

    def say(self, stage: Stage, progress: float) -> None:
        """Tell who watches the job; progress never falls."""
        self.stage = stage
        self.progress = max(self.progress, min(100, int(progress)))

    async def stop(self) -> None:
        """End what runs: TERM, KILL a second later. Returns when all of it is dead."""
        await asyncio.gather(*(child.stop() for child in tuple(self._running)))


async def run_child(
    argv: Sequence[str],
    *,
    child_ref: ChildRef,
    cwd: Path,
    wall_s: float,
    quiet_s: float = QUIET_S,
    on_line: OnLine | None = None,
    memory_bytes: int = MEMORY_BYTES,
    file_bytes: int = FILE_BYTES,
    network: bool = False,
    env: Mapping[str, str] | None = None,
    reads: Sequence[Path] = (),
) -> ChildResult:
    """Run `argv` in `cwd` to its end. It may read `reads`, and write nowhere but in `cwd`.

    `on_line` gets each line of stdout and says whether it is progress; without it every line is.
    `memory_bytes` limits what the process holds, `file_bytes` each file it writes (SIGXFSZ);
    without `network` it cannot make a socket.
    Raises ChildTookTooLong, ChildWentQuiet, ChildOverMemory. To be called from the main thread:
    Linux takes the end of a thread for the death of the parent.
    """
    command = child_ref.sandbox.shut_in(argv, cwd, reads, network=network)
    child = await _start(command, cwd, (memory_bytes, file_bytes, int(network)), env or {})
    child_ref._running.add(child)
    try:
        await child.follow(wall_s, quiet_s, on_line)
    finally:
        try:
            await child.stop()
        finally:
            child_ref._running.discard(child)
    result = child.result()
    if result.exit_code == OVER_MEMORY:
        raise ChildOverMemory(argv[0])
    return result


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs one of our modules.

    Isolated (-I): files that a stranger named lie in its working directory, and none of them may
    be taken for a module.
    """
    return [sys.executable, "-I", "-m", module, *arguments]


def sweep_orphans(scratch_dir: Path) -> int:
    """Kill what is left of children whose warden was killed too; how many those were.

    Ours are the processes that work below `scratch_dir`. An orphan has no warden among those it
    descends from: who loses a parent is handed on to the first process of the machine.
    """
    root = str(scratch_dir.resolve())
    parents = {pid: parent for pid, parent, _ in _processes()}
    swept = 0
    for pid in parents:
        if _works_below(pid, root) and not _has_warden(pid, parents):
            _signal(os.kill, pid, signal.SIGKILL)
            swept += 1
    return swept


def kill_at_work(folder: Path) -> int:
    """Kill what works in `folder`, and leave its warden to tell of it; how many those were."""
    root = str(folder.resolve())
    killed = 0
    for pid, _, session in _processes():
        # The leader of a child's session is its warden.
        if pid != session and _works_below(pid, root):
            _signal(os.kill, pid, signal.SIGKILL)
            killed += 1
    return killed


class _Child(asyncio.SubprocessProtocol):
    """One running child. Its output is taken as it comes, whoever is waiting or not."""

    _transport: asyncio.SubprocessTransport

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._line = bytearray()
        self._stderr = bytearray()
        self._stirred = asyncio.Event()
        self._ended = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.SubprocessTransport)
        self._transport = transport

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        if fd == 1:
            self._take_lines(data)
            self._stirred.set()
        else:
            self._stderr += data
            del self._stderr[:-STDERR_BYTES]

    def process_exited(self) -> None:
        # A descendant that got away may hold the pipes; nobody waits for that one.
        self._loop.call_later(_LATE_S, self._transport.close)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        self._take_lines(b"\n")
        self._ended.set()
        self._stirred.set()

    async def follow(self, wall_s: float, quiet_s: float, on_line: OnLine | None) -> None:
        """Wait for its end. Raises ChildTookTooLong, ChildWentQuiet."""
        started = news_at = self._loop.time()
        while not self._ended.is_set():
            if self._loop.time() >= started + wall_s:
                raise ChildTookTooLong(f"{wall_s:g} s")
            try:
                async with asyncio.timeout_at(min(started + wall_s, news_at + quiet_s)):
                    await self._stirred.wait()
            except TimeoutError:
                if self._loop.time() >= started + wall_s:
                    continue
                raise ChildWentQuiet(f"{quiet_s:g} s") from None
            self._stirred.clear()
            if self._hand_over(on_line):
                news_at = self._loop.time()
        self._hand_over(on_line)  # it may have ended before anybody waited

    async def stop(self) -> None:
        """Make an end of it and of all its descendants, if that has not come yet."""
        try:
            if not self._ended.is_set():
                _signal(os.killpg, self._transport.get_pid(), signal.SIGTERM)
                async with asyncio.timeout(GRACE_S + _LATE_S):
                    await self._ended.wait()
        except TimeoutError:
            _signal(os.killpg, self._transport.get_pid(), signal.SIGKILL)
            await self._ended.wait()
        finally:
            if not self._ended.is_set():  # cancelled: there is no time left to be gentle
                _signal(os.killpg, self._transport.get_pid(), signal.SIGKILL)
            self._transport.close()

    def result(self) -> ChildResult:
        exit_code = self._transport.get_returncode()
        assert exit_code is not None
        return ChildResult(exit_code=exit_code, stderr=self._stderr.decode(errors="replace"))

    def _hand_over(self, on_line: OnLine | None) -> bool:
        is_news = False
        while self._lines:
            line = self._lines.popleft()
            is_news |= on_line is None or on_line(line)
        return is_news

    def _take_lines(self, data: bytes) -> None:
        self._line += data
        if b"\n" in data:
            *lines, rest = self._line.split(b"\n")
            self._line = rest
            self._lines.extend(line.decode(errors="replace") for line in lines if line)
        if len(self._line) > _LINE_BYTES:
            self._line.clear()


async def _start(
    argv: Sequence[str], cwd: Path, limits: tuple[int, int, int], env: Mapping[str, str]
) -> _Child:
    numbers = (str(number) for number in (os.getpid(), *limits))
    _, child = await asyncio.get_running_loop().subprocess_exec(
        _Child,
        *(sys.executable, "-I", "-S", str(_WARDEN), *numbers, *argv),
        stdin=asyncio.subprocess.DEVNULL,
        cwd=cwd,
        env={**_environment(cwd), **env},
        start_new_session=True,
    )
    return child


def _environment(cwd: Path) -> Mapping[str, str]:
    """All a child is told. Ours holds secrets; what it needs beside this, it is given by name."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(cwd),
        "TMPDIR": str(cwd),
        "LANG": "C.UTF-8",
        # Each of its threads would reserve memory that counts against the limit.
        "OPENBLAS_NUM_THREADS": "1",
    }


def _processes() -> Iterator[tuple[int, int, int]]:
    """Process, parent and session ids of all who live."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue
        _, parent, _, session = stat.rpartition(")")[2].split()[:4]
        yield int(folder.name), int(parent), int(session)


def _has_warden(pid: int, parents: Mapping[int, int]) -> bool:
    """Whether it is one, or descends from one."""
    while pid in parents:
        if _is_warden(pid):
            return True
        pid = parents[pid]
    return False


def _is_warden(pid: int) -> bool:
    try:
        return str(_WARDEN).encode() in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False


def _works_below(pid: int, root: str) -> bool:
    try:
        folder = str(Path(f"/proc/{pid}/cwd").readlink())
    except OSError:
        return False
    return f"{folder}/".startswith(root + "/")


def _signal(send: Callable[[int, int], None], target: int, number: int) -> None:
    try:
        send(target, number)
    except ProcessLookupError:
        return  # it was quicker
