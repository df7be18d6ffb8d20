"""What a child sees of this machine: the system's programs, ours, and the folder it works in.

Where bubblewrap is installed, and the kernel lets it, a child has namespaces of its own: no other
process, no network, an empty file system but for what is bound into it. Elsewhere its warden keeps
it from the same files with Landlock, and seccomp keeps it from sockets in either case.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from pipelines.warden import landlock_version

TRIAL_S = 10.0
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
# Not all of /usr or /etc: the one may hold a checkout with its data, the other holds secrets.
_SYSTEM = (
    *("/bin", "/lib", "/lib64", "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/share", "/nix/store"),
    *("/usr/local/bin", "/usr/local/lib", "/etc/alternatives", "/etc/ld.so.cache"),
    *("/etc/localtime", "/etc/mime.types", "/etc/ssl/openssl.cnf", "/sys/devices/system/cpu"),
)
# Names into addresses, and whose certificates are good.
_NETWORK = (
    *("/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf"),
    *("/etc/services", "/etc/ssl/certs", "/etc/pki", "/etc/ca-certificates"),
)
_OF_PREFIX = ("bin", "lib", "lib64", "share", "pyvenv.cfg")


@dataclass(frozen=True, slots=True)
class Sandbox:
    """How children are shut in: by the bubblewrap at `bwrap`, or without one by their wardens."""

    bwrap: str
    has_landlock: bool

    def shut_in(
        self, argv: Sequence[str], cwd: Path, reads: Sequence[Path], *, network: bool
    ) -> tuple[str, ...]:
        """What the warden is told: the paths it shows itself, a line each, and what to start.

        Only `cwd` can be written to; `reads` can be read beside the system.
        """
        seen = [*_system(), *(_NETWORK if network else ())]
        # Once only: bubblewrap cannot bind a file over the link that it is reached by.
        seen += [str(path) for path in (Path(argv[0]), *reads) if _is_new(path, [*seen, str(cwd)])]
        if not self.bwrap:
            return ("\n".join([*_DEVICES, *seen]), *argv)
        return ("", *self._wrapped(seen, str(cwd.absolute()), network=network), *argv)

    @property
    def is_whole(self) -> bool:
        """Whether it also keeps a child from the files of others."""
        return bool(self.bwrap) or self.has_landlock

    @property
    def words(self) -> str:
        """What to tell an operator."""
        if self.bwrap:
            return "bubblewrap: children have no network and see no files but their own"
        if self.is_whole:
            return "Landlock and seccomp: children have no network and see no files but their own"
        return "seccomp: children have no network, but may read what this user may read"

    def _wrapped(self, seen: Sequence[str], folder: str, *, network: bool) -> list[str]:
        argv = [self.bwrap, "--unshare-all", "--die-with-parent", "--proc", "/proc"]
        if network:
            argv.append("--share-net")
        for device in _DEVICES:
            argv += ["--dev-bind-try", device, device]
        for path in seen:
            argv += ["--ro-bind-try", path, path]
        return [*argv, "--bind", folder, folder, "--chdir", folder, "--remount-ro", "/", "--"]


BY_WARDENS = Sandbox(bwrap="", has_landlock=landlock_version() > 0)


async def find_sandbox() -> Sandbox:
    """Bubblewrap's where it is installed and works here, tried once; else the wardens' own."""
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        return BY_WARDENS
    found = replace(BY_WARDENS, bwrap=bwrap)
    return found if await _works(found) else BY_WARDENS


async def _works(sandbox: Sandbox) -> bool:
    """Whether a child that does nothing ends well: a container may forbid new namespaces."""
    with tempfile.TemporaryDirectory(prefix="pocketreel-") as folder:
        nothing = (sys.executable, "-I", "-S", "-c", "")
        _, *argv = sandbox.shut_in(nothing, Path(folder), (), network=False)
        child = await asyncio.create_subprocess_exec(
            *argv,
            cwd=folder,
            env={},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            async with asyncio.timeout(TRIAL_S):
                return await child.wait() == 0
        except TimeoutError:
            child.kill()
            await child.wait()
            return False


def _is_new(path: Path, seen: Sequence[str]) -> bool:
    return path.is_absolute() and not any(path.is_relative_to(place) for place in seen)


@cache
def _system() -> tuple[str, ...]:
    """What every child may read: libraries, programs, Python and our own modules."""
    prefixes = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.base_exec_prefix)}
    pythons = {str(prefix / name) for prefix in prefixes for name in _OF_PREFIX}
    known = [*_SYSTEM, *sorted(pythons)]
    home = Path(__file__).parents[1]
    if not any(home.is_relative_to(path) for path in known):
        # A checkout: its rooms, and nothing that lies beside them.
        known += sorted(str(init.parent) for init in home.glob("*/__init__.py"))
        known += sorted(str(module) for module in home.glob("*.py"))
    return tuple(known)
