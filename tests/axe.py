"""axe-core in a page: what about it would shut somebody out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from playwright.async_api import Page

from tests.peers import AXE

GRAVE = frozenset(("serious", "critical"))
# In the dark a page has other colours and nothing else: all else is asked about in the light.
RULES: Mapping[str, Sequence[str]] = {
    "light": (),
    "dark": ("color-contrast", "link-in-text-block"),
}


async def faults(page: Page, *rules: str) -> list[str]:
    """The serious and critical faults of the page and its frames, a line each; none is well.

    Looked for by all rules, or by these alone.
    """
    for frame in page.frames:
        if not await frame.evaluate("'axe' in window"):
            await frame.evaluate(_source())  # past the page's policy, which allows no such script
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found: dict[str, Any] = await page.evaluate("(it) => axe.run(document, it)", options)
    return [
        f"{violation['id']}: {node['target']}: {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


@cache
def _source() -> str:
    return AXE.read_text()
