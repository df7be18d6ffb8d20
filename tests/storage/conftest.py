"""The storages that must keep the same promises; another backend is one more line here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.adapter import StorageAdapter
from storage.bucket import Bucket
from storage.local import LocalStorage
from storage.r2 import R2Storage
from tests.storage.scene import Scene, spoilable
from tests.storage.servers import Server

BACKENDS = ("local", "moto", "rclone")


@pytest.fixture(params=BACKENDS)
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StorageAdapter]:
    adapter = _adapter(request, tmp_path / "storage")
    yield adapter
    await adapter.close()


def _adapter(request: pytest.FixtureRequest, folder: Path) -> StorageAdapter:
    if request.param == "local":
        return LocalStorage(folder, secret=b"s" * 32, link_base="https://reel.example")
    server: Server = request.getfixturevalue(request.param)
    place = server.bucket()
    return R2Storage(place, Bucket(place, page_keys=2))


@pytest.fixture(params=["moto", "rclone"])
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    async with spoilable(request.getfixturevalue(request.param)) as made:
        yield made


@pytest.fixture
async def short(moto: Server) -> AsyncIterator[Scene]:
    """With an adapter that soon loses its patience."""
    async with spoilable(moto, patience_s=0.2) as made:
        yield made
