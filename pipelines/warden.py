"""`warden.py PARENT MEMORY FILE NETWORK SEEN PROGRAM...` runs a program; nothing of it is left.

A process of its own between a worker and what the worker starts, because only a parent learns of
all the descendants that lost theirs. When the program ends, when we are told to (SIGTERM), or when
the process PARENT dies, every descendant dies, also those that made a session of their own.
MEMORY and FILE are limits in bytes for the program; without NETWORK (0) the kernel gives it and its
descendants no sockets, whatever a hostile file makes of a decoder. SEEN are the paths, a line each,
that it may read beside its working folder; without any the program is bubblewrap, which sees to
that itself. Its exit status becomes ours, a signal too.

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
_CAPABILITIES = 0x20080522  # version 3 of linux/capability.h
# linux/landlock.h: the calls have one number on every machine; rights are bits.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RIGHTS_OF_VERSION = (0, 13, 14, 15, 15, 16)  # bits known since; later versions added none
_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_DEVICES = 1 << 6 | 1 << 11
_NO_TCP, _NO_SIGNALS = 3, 3  # neither bind nor connect; to nobody outside
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
    seen, argv = arguments[4].splitlines(), list(arguments[5:])
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked to be told
        return CANNOT_START
    program = os.fork()
    if program == 0:
        _limit(memory_bytes, file_bytes)
        filters = b"" if network else _no_sockets()
        if seen:
            _shut_in(seen, has_network=bool(network))
            _cut_off(filters)
        elif filters:
            argv[1:1] = ["--seccomp", _handed_on(filters)]
        _become(argv)
    status = _watch(program, memory_bytes)
    _bury_all()
    return status if seen else _unwrapped(status)


def landlock_version() -> int:
    """Of what this kernel can keep from a process without anybody's leave; 0 for nothing."""
    return max(0, _call(_CREATE_RULESET, None, 0, 1))


def _limit(memory_bytes: int, file_bytes: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, file_bytes)
    # Counts what is writable, resident or not. RLIMIT_AS would also count what numpy only reserves.
    _lower(resource.RLIMIT_DATA, 2 * memory_bytes)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)


def _lower(which: int, limit: int) -> None:
    # What somebody set lower stays so: only root may raise it again.
    _, most = resource.getrlimit(which)
    limit = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(which, (limit, limit))


def _shut_in(seen: Sequence[str], *, has_network: bool) -> None:
    """From here on: SEEN to read, the working folder to work in, and nobody else to signal.

    A kernel without Landlock shuts nothing in; whoever starts us has said so.
    """
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _drop_capabilities()
    version = landlock_version()
    if not version:
        return
    rights = (1 << _RIGHTS_OF_VERSION[min(version, 5)]) - 1
    tcp = 0 if has_network or version < 4 else _NO_TCP
    asked = struct.pack("=QQQ", rights, tcp, _NO_SIGNALS if version >= 6 else 0)
    rules = _call(_CREATE_RULESET, asked, len(asked), 0)
    for path in seen:
        # A device is there to be written to as well, and nothing can be made in it.
        is_device = Path(path).is_char_device()
        _let(rules, path, _READ | _WRITE if is_device else _READ | _EXECUTE | _LIST)
    _let(rules, ".", rights & ~_MAKE_DEVICES)
    if _call(_RESTRICT_SELF, rules, 0) != 0:
        raise OSError(ctypes.get_errno(), "landlock_restrict_self")
    os.close(rules)


def _let(rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not on this machine
    if not Path(path).is_dir():
        rights &= _READ | _WRITE | _EXECUTE
    allowed = struct.pack("=Qi", rights, place)
    if _call(_ADD_RULE, rules, 1, allowed, 0) != 0:
        raise OSError(ctypes.get_errno(), f"landlock_add_rule: {path}")
    os.close(place)


def _drop_capabilities() -> None:
    """What root may beyond others; with no new privileges it does not come back."""
    if os.geteuid() != 0:
        return
    header = ctypes.create_string_buffer(struct.pack("=Ii", _CAPABILITIES, 0))
    if ctypes.CDLL(None, use_errno=True).capset(header, bytes(24)) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def _no_sockets() -> bytes:
    """The filter that refuses them. On other machines than these two there is none."""
    numbers = _SYSCALLS.get(os.uname().machine)
    if numbers is None:
        return b""
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
    return b"".join(struct.pack("<HBBI", *step) for step in program)


def _cut_off(filters: bytes) -> None:
    if not filters:
        return
    buffer = ctypes.create_string_buffer(filters, len(filters))
    header = struct.pack("@HxxxxxxQ", len(filters) // 8, ctypes.addressof(buffer))
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_FILTER, ctypes.c_char_p(header))


def _handed_on(filters: bytes) -> str:
    """The number of an open file that holds the filter, for bubblewrap to set."""
    place = os.memfd_create("filter", 0)
    os.write(place, filters)
    os.lseek(place, 0, os.SEEK_SET)
    return str(place)


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


def _unwrapped(status: int) -> int:
    """What bubblewrap's own status says of the program's: of a signal, 128 more than its number."""
    return 128 - status if 128 < status < 160 else status


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
        try:
            for pid in _children(os.getpid()):
                os.kill(pid, signal.SIGKILL)
        except FileNotFoundError:  # a kernel without that list: all of the group, which is us too
            os.killpg(0, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children(pid: int) -> list[int]:
    """Of all its threads. Raises OSError when it is gone."""
    return [
        int(child)
        for thread in Path(f"/proc/{pid}/task").iterdir()
        for child in (thread / "children").read_text().split()
    ]


def _resident_bytes(pid: int) -> int:
    """Of the process and all its descendants; nothing of those that have just ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0
    try:
        children = _children(pid)
    except OSError:
        children = []
    return pages * resource.getpagesize() + sum(map(_resident_bytes, children))


def _prctl(option: int, value: int, extra: Any = 0) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, extra, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


def _call(number: int, *values: Any) -> int:
    """A system call that the C library has no name for; -1 when it is refused."""
    wide = (ctypes.c_long(value) if isinstance(value, int) else value for value in values)
    return int(ctypes.CDLL(None, use_errno=True).syscall(ctypes.c_long(number), *wide))


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
