"""Programs that only tests need: `python -m tests.peers` installs what is missing, if it can.

What could not be installed is said by name, and the tests that need it are skipped. Where CI is
set nothing may be skipped, so there a missing program is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass

INSTALL_S = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A Debian package, the program in it that tests start, and what those tests show.

    Tests that cannot do without it bear `marker`; without one they only show less.
    """

    package: str
    program: str = ""
    marker: str = ""
    shows: str


PEERS = (
    Peer(
        package="chromium", program="chromium", marker="browser",
        shows="the phone's page and the videos in a real browser",
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
)  # fmt: skip


def is_there(peer: Peer) -> bool:
    if peer.program:
        return shutil.which(peer.program) is not None
    query = shutil.which("dpkg-query")
    if query is None:
        return False
    known = subprocess.run(
        [query, "-W", "-f", "${Status}", peer.package], capture_output=True, check=False
    )
    return b"install ok installed" in known.stdout


def install(peers: list[Peer]) -> None:
    """Try; whether it worked is seen by looking again."""
    apt = shutil.which("apt-get")
    if apt is None:
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if sudo and shutil.which("sudo") is None:
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = [peer.package for peer in peers]
    for command in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        subprocess.run(
            [*sudo, apt, "-qq", *command],
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
        print(f"SKIPPED without {peer.package}: {peer.shows} (apt install {peer.package})")
    return 1 if absent and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
