"""What all rooms' tests share: servers that speak S3, and who is left out.

Tests whose peer is missing are skipped by name; with CI set they run and fail instead.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.peers import PEERS, is_there

if TYPE_CHECKING:
    from tests.storage.servers import Server


@pytest.fixture(scope="session")
def moto() -> Iterator[Server]:
    from tests.storage import servers  # with boto3, which few tests need

    with servers.moto() as server:
        yield server


@pytest.fixture(scope="session")
def rclone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    from tests.storage import servers

    with servers.rclone(tmp_path_factory.mktemp("rclone")) as server:
        yield server


def pytest_runtest_setup(item: pytest.Item) -> None:
    if os.environ.get("CI"):
        return
    for peer in PEERS:
        if peer.marker and item.get_closest_marker(peer.marker) and not _known(peer):
            pytest.skip(f"without {peer.package}: {peer.shows}")


_known = cache(is_there)
