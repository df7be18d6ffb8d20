"""Names that lead to a public place when they are asked first, and inside when asked again.

What stands for the public place is one address of this machine, which is allowed; the canary
listens on another, at the same port, so that nothing but the address tells them apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jobs import errors
from tests import rebinding
from tests.pipelines.test_youtube import Site
from tests.pipelines.test_youtube import fetched as played
from tests.rebinding import PUBLIC
from tests.whole.test_fetch import Canary, Server

HERE, INSIDE = "127.0.0.1", "127.0.0.2"
PROGRAM = Path(rebinding.__file__)
PAGE = Path(__file__).parents[1] / "pipelines" / "page_child.py"
NAMES: Mapping[str, Sequence[Sequence[str]]] = {
    "again.test": [[HERE], [INSIDE]],
    "later.test": [[HERE], [HERE], [HERE], [INSIDE]],
    "back.test": [[HERE], [INSIDE], [HERE]],
    "mapped.test": [[HERE], [f"::ffff:{INSIDE}"]],
    "away.test": [[PUBLIC], [INSIDE]],
    "both.test": [[PUBLIC, INSIDE]],
    "first.test": [[INSIDE, HERE]],
}
NOWHERE = {"link_not_public", "link_failed", "link_missing", "link_refused"}


@dataclass(frozen=True, slots=True)
class Places:
    """Two servers at one port of two addresses."""

    public: Server
    inside: Server

    @property
    def port(self) -> int:
        return self.public.port


@pytest.fixture
def places() -> Iterator[Places]:
    with Server((HERE, 0), Canary) as public, Server((INSIDE, public.port), Canary) as inside:
        threads = [
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            for server in (public, inside)
        ]
        for thread in threads:
            thread.start()
        yield Places(public, inside)
        for server in (public, inside):
            server.shutdown()
        for thread in threads:
            thread.join()


def fetched(folder: Path, port: int, urls: Sequence[str]) -> tuple[list[dict[str, Any]], list[str]]:
    """The verdicts of `pocketreel fetch`, and the names it looked up."""
    command = [sys.executable, "-I", str(PROGRAM), json.dumps(NAMES), "cli", "fetch", *urls]
    done = subprocess.run(
        [*command, "--json", "--allow", f"{HERE}:{port}"],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.split()


def test_no_second_answer_of_a_name_leads_inside(tmp_path: Path, places: Places) -> None:
    def to(name: str, path: str = "/a") -> str:
        return f"http://{name}:{places.port}{path}"

    once = "/a?to="
    last = to("later.test")
    thrice = f"{last}%3Fto={last}%253Fto={last}"
    urls = [
        to("again.test", once + to("again.test")),
        to("later.test", once + thrice),
        to("back.test", once + to("back.test")),
        to("mapped.test", once + to("mapped.test")),
        to("away.test"),
        to("away.test"),
        to("both.test"),
        to("first.test"),
    ]
    verdicts, looked_up = fetched(tmp_path, places.port, urls)
    assert places.inside.dialled == 0
    assert places.public.dialled >= 6
    # One of two addresses may be public and answer.
    assert [verdict["code"] for verdict in verdicts[:-1] if verdict["code"] not in NOWHERE] == []
    for name, asked in {"again.test": 2, "later.test": 4, "mapped.test": 2, "away.test": 2}.items():
        assert looked_up.count(name) == asked


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
async def canary(site: Site) -> AsyncIterator[list[str]]:
    """What was asked of the server inside, at the site's port."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=bytes(1000))

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    server = TestServer(app, host=INSIDE, port=site.server.port)
    await server.start_server()
    yield asked
    await server.close()


@pytest.mark.parametrize("name", ["again.test", "mapped.test", "both.test"])
async def test_yt_dlp_is_not_led_inside_by_a_second_answer(
    site: Site, canary: list[str], tmp_path: Path, name: str
) -> None:
    page = site.offer("a", formats=site.format_at(f"http://{name}:{site.server.port}/sound"))
    command = (sys.executable, "-I", str(PROGRAM), json.dumps(NAMES), str(PAGE))
    with pytest.raises((errors.LinkNotPublic, errors.LinkFailed)):
        await played(site, page.replace(HERE, name), tmp_path, command=command)
    assert canary == []
    assert site.asked == []
