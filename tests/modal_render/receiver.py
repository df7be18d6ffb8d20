"""Somebody who takes what a renderer elsewhere reports, and serves files, over real HTTP."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Reported:
    """One request: its method, path, credential and body."""

    method: str
    path: str
    authorization: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to one request. With `promised_bytes` that many are announced.

    Each byte of the body is said `drip_s` after the one before it.
    """

    status: int = 200
    body: bytes = b'{"outcome": "recorded"}'
    headers: Mapping[str, str] = field(default_factory=dict)
    promised_bytes: int | None = None
    drip_s: float = 0.0


class Receiver:
    """Keeps what is reported. `answers` are for the next requests of a method, then all is well.

    `files` are served by their path.
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.files: dict[str, bytes] = {}
        self.answers: dict[str, list[Answer]] = {}
        self._all: list[Reported] = []
        self._changed = threading.Condition()

    def said(self, method: str) -> list[Reported]:
        """What was reported that way until now."""
        with self._changed:
            return [one for one in self._all if one.method == method]

    def wait_for(self, method: str, count: int) -> list[Reported]:
        """The first `count` reports of that method."""
        with self._changed:
            is_so = self._changed.wait_for(
                lambda: sum(one.method == method for one in self._all) >= count, PATIENCE_S
            )
        assert is_so, f"no {count} times {method}"
        return self.said(method)[:count]

    def take(self, one: Reported) -> Answer:
        with self._changed:
            self._all.append(one)
            self._changed.notify_all()
            waiting = self.answers.get(one.method, [])
            if waiting:
                return waiting.pop(0)
        if one.method != "GET":
            return Answer()
        content = self.files.get(one.path)
        return Answer(404, b"") if content is None else Answer(200, content)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a port of its own, for as long as the block lasts."""
    server = _Server(("127.0.0.1", 0), _Handler)
    receiver = server.receiver = Receiver(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def _answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        one = Reported(
            self.command,
            self.path.partition("?")[0],
            self.headers.get("Authorization", ""),
            json.loads(raw) if raw else {},
        )
        said = self.server.receiver.take(one)
        self.send_response(said.status)
        for name, value in said.headers.items():
            self.send_header(name, value)
        promised = len(said.body) if said.promised_bytes is None else said.promised_bytes
        self.send_header("Content-Length", str(promised))
        self.end_headers()
        if not said.drip_s:
            self.wfile.write(said.body)
            return
        with suppress(OSError):  # the other side had enough
            for byte in said.body:
                time.sleep(said.drip_s)
                self.wfile.write(bytes([byte]))

    do_GET = do_POST = do_PATCH = _answer

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing."""
