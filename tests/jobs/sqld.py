"""A real libSQL server on a port of its own, which lets in who shows a token."""

from __future__ import annotations

import base64
import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from Cryptodome.PublicKey import ECC
from Cryptodome.Signature import eddsa

from tests.peers import SQLD

START_S = 20.0
STOP_S = 10.0
_ADDRESS = "server"


class Sqld:
    """Keeps its database in `folder`, and its port and token for as long as it lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = _free_port()
        self.token = self._make_token()

    def start(self) -> None:
        """Returns once it answers."""
        argv = [str(SQLD), "--no-welcome", "--disable-metrics", "-d", str(self._folder / "data")]
        argv += ["--http-listen-addr", f"127.0.0.1:{self.port}"]
        argv += ["--auth-jwt-key-file", str(self._key)]
        # Without it sqld 0.24 checkpoints after any commit, and under several writers hands its
        # lock to one that has left: everybody then waits for five seconds.
        argv += ["--checkpoint-interval-s", "60"]
        with (self._folder / "log").open("ab") as said:
            self._process = subprocess.Popen(
                argv, stdout=said, stderr=said, stdin=subprocess.DEVNULL, start_new_session=True
            )
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < deadline, "sqld does not answer"
            time.sleep(0.01)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def tell_address(self, folder: Path) -> None:
        """So that `address` finds it, in other processes too."""
        (folder / _ADDRESS).write_text(f"{self.port} {self.token}")

    def _end(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=1):
                return True
        except (OSError, urllib.error.URLError):
            return False

    @property
    def _key(self) -> Path:
        return self._folder / "public.pem"

    def _make_token(self) -> str:
        key = ECC.generate(curve="ed25519")
        self._key.write_text(key.public_key().export_key(format="PEM"))
        parts = [
            _encoded(json.dumps(part)) for part in ({"alg": "EdDSA", "typ": "JWT"}, {"a": "rw"})
        ]
        signature = eddsa.new(key, "rfc8032").sign(".".join(parts).encode())
        return ".".join([*parts, _encoded(signature)])


def address(folder: Path, scheme: str) -> tuple[str, str]:
    """Where the server is that `tell_address` told of there, and the token it wants."""
    port, token = (folder / _ADDRESS).read_text().split()
    return f"{scheme}://127.0.0.1:{port}", token


def _encoded(part: str | bytes) -> str:
    whole = part.encode() if isinstance(part, str) else part
    return base64.urlsafe_b64encode(whole).decode().rstrip("=")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
