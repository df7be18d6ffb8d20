"""The storages that must keep the same promises; another backend is one more line here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from storage.adapter import StorageAdapter
from storage.local import LocalStorage


def _local(folder: Path) -> StorageAdapter:
    return LocalStorage(folder, secret=b"s" * 32, link_base="https://reel.example")


BACKENDS: dict[str, Callable[[Path], StorageAdapter]] = {"local": _local}


@pytest.fixture(params=list(BACKENDS.values()), ids=list(BACKENDS))
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StorageAdapter]:
    adapter: StorageAdapter = request.param(tmp_path / "storage")
    yield adapter
    await adapter.close()
