"""What all rooms' tests share: servers that speak S3, and who is left out.

Tests whose peer is missing are skipped by name; with CI set they run, and whatever is skipped
all the same has failed.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests.peers import PEERS, is_there

pytest_plugins = ["tests.watch"]

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


# Given out first where several processes share the tests: small ones fill what is left at the end.
LONGEST = ("tests/jobs/test_state_machine.py", "tests/test_image.py", "tests/whole", "tests/chaos")


def pytest_configure() -> None:
    """A machine that is busy with something else is no fault of what hypothesis tries."""
    settings.register_profile("patient", settings(), deadline=None)
    settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


def pytest_runtest_setup(item: pytest.Item) -> None:
    if os.environ.get("CI"):
        return
    for peer in PEERS:
        if peer.marker and item.get_closest_marker(peer.marker) and not _known(peer):
            pytest.skip(f"without {peer.package}: {peer.shows}")


_known = cache(is_there)
