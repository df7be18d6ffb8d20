"""The ways in which children are shut in on this machine."""

from __future__ import annotations

import asyncio

import pytest

from pipelines.sandbox import BY_WARDENS, find_sandbox

# Without bubblewrap, or where it may not make namespaces, the wardens' own way alone is tried;
# `python -m tests.peers` says so by name.
WAYS = tuple(dict.fromkeys((BY_WARDENS, asyncio.run(find_sandbox()))))

both_ways = pytest.mark.parametrize(
    "sandbox", WAYS, ids=["bubblewrap" if way.bwrap else "warden" for way in WAYS]
)
