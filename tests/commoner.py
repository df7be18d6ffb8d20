"""Programs run as a common user: one who is in no list of users and may do nothing special.

Needs root, who alone can become somebody else. Where our Python or the checkout lie in a folder
that is root's alone, the program sees that folder anew, with nothing else in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

COMMONER = 54_321
_CHECKOUT = Path(__file__).parents[1]
_BECOME = ("setpriv", "--reuid", str(COMMONER), "--regid", str(COMMONER), "--clear-groups")
# As root, in a mount namespace of its own: MEANWHILE CLOSED OPEN... -- PROGRAM...
_OPEN = """
set -e
meanwhile=$1 closed=$2; shift 2
mount -t tmpfs none "$meanwhile"
number=0; places=
while [ "$1" != -- ]; do
    number=$((number + 1)); mkdir "$meanwhile/$number"
    mount --bind "$1" "$meanwhile/$number"
    places="$places $1"; shift
done
shift
mount -t tmpfs -o mode=755 none "$closed"
number=0
for place in $places; do
    number=$((number + 1)); mkdir -p "$place"
    mount --bind "$meanwhile/$number" "$place"
done
umount -R "$meanwhile"
exec "$@"
"""
# The kernel refuses it namespaces, as those of many containers do.
_CRAMPED = (
    *("unshare", "--user", "--map-current-user", "--keep-caps", "sh", "-c"),
    "echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --inh-caps=-all"
    ' --ambient-caps=-all --bounding-set=-all "$@"',
    "sh",
)


def home(folder: Path) -> Path:
    """A fresh folder of that user's."""
    made = folder / "home"
    made.mkdir(mode=0o755)
    os.chown(made, COMMONER, COMMONER)
    return made


def as_commoner(
    argv: Sequence[str | Path], meanwhile: Path, *, namespaces: bool = True
) -> list[str]:
    """The command that runs `argv` so; `meanwhile` is an empty folder.

    Without `namespaces` it can make none, so bubblewrap does not work.
    """
    cramped = () if namespaces or not _may_make_namespaces() else _CRAMPED
    command = [*_BECOME, *cramped, *map(str, argv)]
    needed = [path for path in (Path(sys.base_prefix), _CHECKOUT) if _closed_above(path)]
    closed = {_closed_above(path) for path in needed}
    if not closed:
        return command
    (place,) = closed  # one home of root's
    opened = ("unshare", "--mount", "sh", "-c", _OPEN, "sh", str(meanwhile), str(place))
    return [*opened, *map(str, needed), "--", *command]


@cache
def _may_make_namespaces() -> bool:
    tried = subprocess.run([*_BECOME, "unshare", "--user", "true"], check=False, timeout=10.0)
    return tried.returncode == 0


def _closed_above(path: Path) -> Path | None:
    """The topmost folder on the way to it that is not everybody's to enter."""
    ways = (folder for folder in reversed(path.parents) if not folder.stat().st_mode & 0o001)
    return next(ways, None)
