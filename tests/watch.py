"""Looks over every test's shoulder: no planted secret in a log, a file, a chat or a command line.

Every log record is read as the product would have written it down; those of our own rooms also
before anything is masked. What a test leaves below its `tmp_path` is read when it has ended:
databases, the chats of the local phone, logs of whole processes. The command lines of all processes
below ours are looked at twice a second. A test in which a secret appears fails.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.redaction import TALKATIVE, RedactingFormatter
from tests.planted import ALL, found_in

SAMPLE_S = 0.5
_MOST_BYTES = 8_000_000  # no database of a test is larger; media are not read
_MEDIA = frozenset({
    ".mp4", ".mp3", ".m4a", ".ogg", ".wav", ".flac", ".webm", ".png", ".jpg", ".mka", ".bin", ".so",
})  # fmt: skip
# Where the operator, or a test in their place, keeps a secret.
_KEPT_IN = frozenset({"signing.key", ".env", "pocketreel.env", "sqld.address", "key.header"})
_OURS = frozenset({
    "assembly", "backup", "bot", "checking", "conversations", "doctor", "home", "jobs", "making",
    "phone", "pipelines", "settings", "storage", "taking", "worker",
})  # fmt: skip
# Programs of the tests' own that take their keys from the command line.
_PEERS = frozenset({"rclone"})


class Watch(logging.Handler):
    """Collects where secrets were seen since it was last asked."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._written = RedactingFormatter(ALL)
        self._plain = logging.Formatter("%(message)s")
        self._seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        is_ours = record.name.partition(".")[0] in _OURS
        text = (self._plain if is_ours else self._written).format(record)
        self.look_at(text, f"a log record of {record.name}")

    def look_at(self, text: str, where: str, *, api_keys: bool = True) -> None:
        if found := found_in(text, api_keys=api_keys):
            # Not the secret itself: what a test says is printed and kept.
            self._seen.append(f"{where}: {found[:4]}... ({len(found)} characters)")

    def look_below(self, folder: Path) -> None:
        for path in _files(folder):
            text = _content(path).decode("utf-8", "replace")
            is_chat = path.name == "record.jsonl"
            if is_chat:  # also keeps what Telegram was told to say with each update
                text = "\n".join(line for line in text.splitlines() if '"secret":' not in line)
            # A chat is where a key to the API is given to its owner.
            self.look_at(text, f"the file {path.name}", api_keys=not is_chat)

    def look_at_commands(self) -> None:
        for argv in _commands(threading.main_thread().native_id or 0):
            if Path(argv.partition("\0")[0]).name not in _PEERS:
                self.look_at(argv, "a command line")

    def seen(self) -> list[str]:
        seen, self._seen = self._seen, []
        return seen


def _files(folder: Path) -> Iterator[Path]:
    for inside, _, names in os.walk(folder):
        for name in names:
            path = Path(inside, name)
            if path.suffix.lower() not in _MEDIA and name not in _KEPT_IN and path.is_file():
                yield path


def _content(path: Path) -> bytes:
    """Nothing of a link, of what is too large, and of what a thread has deleted since."""
    if path.is_symlink():
        return b""
    with suppress(FileNotFoundError):
        return path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b""
    return b""


def _commands(pid: int) -> Iterator[str]:
    """The command lines of all descendants."""
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        children = [child for one in threads for child in (one / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        try:
            yield Path(f"/proc/{child}/cmdline").read_text(errors="replace")
        except OSError:
            continue
        yield from _commands(int(child))


watch = Watch()
_over = threading.Event()


def _sample() -> None:
    while not _over.wait(SAMPLE_S):
        watch.look_at_commands()


def pytest_sessionstart() -> None:
    root = logging.getLogger()
    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    threading.Thread(target=_sample, daemon=True).start()


def pytest_sessionfinish() -> None:
    _over.set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """After all that the test made has ended, and before anybody tidies up."""
    result = yield
    folder = getattr(item, "funcargs", {}).get("tmp_path")
    if folder is not None:
        watch.look_below(folder)
    seen = watch.seen()
    if seen and not item.get_closest_marker("leaks"):
        pytest.fail("a secret was seen in " + "; ".join(sorted(set(seen))), pytrace=False)
    return result
