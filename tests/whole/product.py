"""The product as its users have it: a process of its own that talks to a phone over HTTP."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from phone.server import Phone

COMMAND = Path(sys.executable).with_name("pocketreel")
STOP_S = 40.0
LEASE_S = "2"
LEFT = """
SELECT 1 FROM jobs WHERE status IN ('pending', 'processing')
UNION ALL
SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending') AND (kind <> 'card' OR wanted > done)
"""


def free_port() -> int:
    """A port nobody listens on, nor on the one above it.

    Below those that the system gives away by itself: a product that was killed finds it again.
    """
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


class Product:
    """`pocketreel run` for one bot; killed and started again as often as a test likes."""

    def __init__(
        self,
        phone: Phone,
        folder: Path,
        *,
        command: Sequence[str | Path] = (COMMAND, "run"),
        **environment: str,
    ) -> None:
        port = free_port()
        self.data_dir = folder / "data"
        self.address = f"http://127.0.0.1:{port}"
        self._log = folder / "product.log"
        self.command = command
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TELEGRAM_BOT_TOKEN": phone.token,
            "TELEGRAM_API_URL": phone.url,
            "TELEGRAM_UPDATES": "polling",
            "PUBLIC_URL": self.address,
            "PORT": str(port),
            "DATA_DIR": str(self.data_dir),
            **environment,
        }
        self.data_dir = Path(self._environment["DATA_DIR"])
        self._process: asyncio.subprocess.Process | None = None
        self._eye: sqlite3.Connection | None = None

    async def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command, env=self._environment, stdout=log, stderr=log
            )

    async def kill(self) -> None:
        """As the power does it: nothing is told, nothing is written."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """As an operator does it; the exit status."""
        return await self._end(signal.SIGTERM)

    @property
    def pid(self) -> int:
        """Of the process; 0 while there is none."""
        return 0 if self._process is None else self._process.pid

    def log(self) -> str:
        return self._log.read_text() if self._log.exists() else ""

    def rows(self, query: str, parameters: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        """What the database holds now; nothing while it is not there or not to be read."""
        path = self.data_dir / "pocketreel.sqlite3"
        if not path.exists():
            return []
        if self._eye is None:
            self._eye = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=1.0)
            self._eye.row_factory = sqlite3.Row
        try:
            return [dict(row) for row in self._eye.execute(query, parameters or {})]
        except sqlite3.OperationalError:
            return []

    async def quiet(self, patience_s: float = 60.0) -> None:
        """Return when nothing is left to do or to say."""
        async with asyncio.timeout(patience_s):
            while self.rows(LEFT):
                await asyncio.sleep(0.1)
        await asyncio.sleep(1.0)

    async def _end(self, number: int) -> int:
        process, self._process = self._process, None
        if self._eye is not None:
            self._eye.close()
            self._eye = None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(number)
        async with asyncio.timeout(STOP_S):
            return await process.wait()
