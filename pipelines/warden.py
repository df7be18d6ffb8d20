"""`warden.py PARENT MEMORY FILE NETWORK PROGRAM...` runs a program; nothing of it is left behind.

A process of its own between a worker and what the worker starts, because only a parent learns of
all the descendants that lost theirs. When the program ends, when we are told to (SIGTERM), or when
the process PARENT dies, every descendant dies, also those that made a session of their own.
MEMORY and FILE are limits in bytes for the program; without NETWORK (0) the kernel gives it and its
descendants no sockets, whatever a hostile file makes of a decoder. Its exit status becomes ours, a
signal too.

Standard library only and started with `-I -S`, which takes 20 ms.
"""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
import struct
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

OVER_MEMORY = 125  # exit status: the program held more memory than it may
CANNOT_START = 127  # as a shell would say it
GRACE_S = 1.0
_LOOK_S = 0.2
_OPEN_FILES = 256
_WATCHED = (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38
_PR_SET_SECCOMP = 22
_SECCOMP_FILTER = 2
# Classic BPF (linux/filter.h): load a word, jump if equal, jump if not less, return. The second
# number of a step is how many steps to leap over.
_LOAD, _JUMP_EQUAL, _JUMP_FROM, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32 = 0x40000000  # the same calls once more, under other numbers
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EACCES
# The architecture's mark (linux/audit.h), then the numbers of socket, io_uring_setup, ptrace,
# process_vm_readv and process_vm_writev.
_SYSCALLS = {
    "x86_64": (0xC000003E, 41, 425, 101, 310, 311),
    "aarch64": (0xC00000B7, 198, 425, 117, 270, 271),
}


def main(arguments: Sequence[str]) -> int:
    """Run the program to its end; the exit status, negative for a signal."""
    parent, memory_bytes, file_bytes, network = (int(argument) for argument in arguments[:4])
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked to be told
        return CANNOT_START
    program = os.fork()
    if program == 0:
        _limit(memory_bytes, file_bytes)
        if not network:
            _cut_off()
        _become(list(arguments[4:]))
    status = _watch(program, memory_bytes)
    _bury_all()
    return status


def _limit(memory_bytes: int, file_bytes: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    # Counts what is writable, resident or not. RLIMIT_AS would also count what numpy only reserves.
    resource.setrlimit(resource.RLIMIT_DATA, (2 * memory_bytes, 2 * memory_bytes))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))


def _cut_off() -> None:
    """No sockets from here on. On other machines than these two nothing is cut off."""
    numbers = _SYSCALLS.get(os.uname().machine)
    if numbers is None:
        return
    architecture, *refused = numbers
    ways_out = len(refused) + 1
    program = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_JUMP_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),  # numbers of another mean other calls
        (_LOAD, 0, 0, 0),  # the call's number
        (_JUMP_FROM, ways_out, 0, _X32),
        *((_JUMP_EQUAL, ways_out - i, 0, number) for i, number in enumerate(refused, start=1)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    filters = b"".join(struct.pack("<HBBI", *step) for step in program)
    buffer = ctypes.create_string_buffer(filters, len(filters))
    header = struct.pack("@HxxxxxxQ", len(program), ctypes.addressof(buffer))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_FILTER, ctypes.c_char_p(header))


def _become(argv: list[str]) -> None:
    # Python ignores these two, and what is ignored stays so in the program.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    try:
        os.execvp(argv[0], argv)  # noqa: S606
    except OSError as problem:
        os.write(2, f"{argv[0]}: {problem.strerror}\n".encode())
    os._exit(CANNOT_START)


def _watch(program: int, memory_bytes: int) -> int:
    kill_at = 0.0
    while True:
        told = signal.sigtimedwait(_WATCHED, _LOOK_S)
        if (status := _reap(program)) is not None:
            return status
        if _resident_bytes(program) > memory_bytes:
            return OVER_MEMORY
        if told is not None and told.si_signo != signal.SIGCHLD and not kill_at:
            os.killpg(0, signal.SIGTERM)  # blocked here, so it is for the others
            kill_at = time.monotonic() + GRACE_S
        if kill_at and time.monotonic() > kill_at:
            return -signal.SIGKILL


def _reap(program: int) -> int | None:
    """Bury all who are dead; the program's exit status once it is among them."""
    while True:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if pid == program:
            return os.waitstatus_to_exitcode(status)
        if pid == 0:
            return None


def _bury_all() -> None:
    """Kill and wait until there are no descendants; who loses a parent becomes our child."""
    while True:
        for pid in _children():
            os.kill(pid, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    try:
        return [
            int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
        ]
    except FileNotFoundError:  # a kernel without that list: all of the group, which is us too
        os.killpg(0, signal.SIGKILL)
        return []


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()
    except (OSError, IndexError):
        return 0


def _prctl(option: int, value: int, extra: Any = 0) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, extra, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _exit(status: int) -> None:
    if status < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
        if -status != signal.SIGKILL:
            signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    sys.exit(status)


if __name__ == "__main__":
    _exit(main(sys.argv[1:]))
