"""axe-core in a page: what about it would shut somebody out."""

from __future__ import annotations

from functools import cache
from typing import Any

from playwright.async_api import Page

from tests.peers import AXE

GRAVE = frozenset(("serious", "critical"))


async def faults(page: Page) -> list[str]:
    """The serious and critical faults of the page and its frames, a line each; none is well."""
    for frame in page.frames:
        await frame.evaluate(_source())  # past the page's own policy, which allows no such script
    found: dict[str, Any] = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


@cache
def _source() -> str:
    return AXE.read_text()
