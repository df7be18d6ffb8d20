"""What a command costs with all that it starts: time by the clock, processor time, memory."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY_S = 0.05
LIMIT_S = 1_800.0


class CommandFailed(Exception):
    """A measured command did not end well; its last words are in the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Of one run, from before it was started until it had ended.

    `cpu_s` is user and system time of the command and of every process it waited for. `peak_mb`
    (10^6 bytes) is the largest sum of the high-water marks of the processes alive at one time:
    pages that two of them share count twice, so it errs upwards only.
    """

    wall_s: float
    cpu_s: float
    peak_mb: float


def run(
    command: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    limit_s: float = LIMIT_S,
) -> tuple[Cost, str]:
    """Run to the end in `folder`; what it cost and what it printed. Raises CommandFailed."""
    output = os.memfd_create("output")
    try:
        began = time.monotonic()
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=None if environment is None else {**os.environ, **environment},
            start_new_session=True,
        )
        with _Watch(child.pid, limit_s) as watch:
            # `Popen.wait` would throw away what only wait4 tells.
            _, status, used = os.wait4(child.pid, 0)
            wall_s = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        said = os.pread(output, os.fstat(output).st_size, 0).decode(errors="replace")
    finally:
        os.close(output)
    if child.returncode != 0:
        raise CommandFailed(f"{' '.join(command)[:200]}: {child.returncode}: {said[-1_000:]}")
    return Cost(wall_s=wall_s, cpu_s=used.ru_utime + used.ru_stime, peak_mb=watch.peak_mb), said


class _Watch:
    """Looks at a process tree from a thread until it is left, and ends it at its limit."""

    def __init__(self, root: int, limit_s: float) -> None:
        self.peak_mb = 0.0
        self._root, self._limit_s = root, limit_s
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        until = time.monotonic() + self._limit_s
        while not self._ended.is_set():
            total = sum(_high_water_mb(process) for process in _tree(self._root))
            self.peak_mb = max(self.peak_mb, total)
            if time.monotonic() > until:
                with suppress(ProcessLookupError):
                    os.killpg(self._root, signal.SIGKILL)
            self._ended.wait(LOOK_EVERY_S)


def _tree(root: int) -> Iterator[int]:
    """The processes below `root` and itself; going through all of /proc would cost 20 times."""
    yield root
    # A process may end between two readings.
    with suppress(OSError):
        for task in Path(f"/proc/{root}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


_OURSELVES = Path("/proc/self/cmdline").read_bytes()


def _high_water_mb(process: int) -> float:
    with suppress(OSError):
        # Between fork and exec a child has all that we have.
        if Path(f"/proc/{process}/cmdline").read_bytes() == _OURSELVES:
            return 0.0
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    return 0.0
