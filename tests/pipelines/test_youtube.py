"""The real yt-dlp in its own process, with a local server and an extractor named for it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jobs import errors
from pipelines.child import ChildRef
from pipelines.link import Download, Limits
from pipelines.youtube import Page, fetch_youtube
from pipelines.youtube_child import Lead, _meaning

COMMAND = (sys.executable, "-I", str(Path(__file__).with_name("page_child.py")))
SOUND = bytes(range(256)) * 2000


class Site:
    """Pages by name, files, and what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        app = web.Application()
        app.router.add_get("/page/{name}", self._page)
        app.router.add_get("/sound", self._sound)
        app.router.add_get("/endless", self._endless)
        app.router.add_get("/hang", self._hang)
        app.router.add_get("/to", self._to)
        self.server = TestServer(app)

    @property
    def allow(self) -> frozenset[tuple[str, int]]:
        assert self.server.port is not None
        return frozenset({("127.0.0.1", self.server.port)})

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    def offer(self, name: str, **page: Any) -> str:
        """A page that plays /sound unless told otherwise; its address."""
        sound = {"formats": [{"format_id": "a", "url": self.url("/sound"), "vcodec": "none"}]}
        self.pages[name] = {"title": "A talk", "uploader": "Ada", **sound, **page}
        return self.url(f"/page/{name}")

    def format_at(self, url: str) -> list[dict[str, str]]:
        return [{"format_id": "a", "url": url, "vcodec": "none", "ext": "mp3"}]

    async def _page(self, request: web.Request) -> web.StreamResponse:
        response = web.json_response(self.pages[request.match_info["name"]])
        response.force_close()  # so that the sound's place is looked up anew
        return response

    async def _sound(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        return web.Response(body=SOUND)

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(bytes(65536))

    async def _hang(self, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(60)
        return web.Response()

    async def _to(self, request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": request.query["url"]})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    made = Site()
    await made.server.start_server()
    yield made
    await made.server.close()


async def fetched(site: Site, url: str, folder: Path, **more: Any) -> tuple[Page, bytes]:
    download = Download(
        path=folder / "source",
        limits=Limits(max_bytes=more.pop("max_bytes", 2_000_000)),
        on_bytes=more.pop("on_bytes", lambda so_far, of: None),
    )
    page = await fetch_youtube(
        url,
        download,
        max_s=more.pop("max_s", 60.0),
        child_ref=ChildRef(),
        allow=site.allow,
        command=more.pop("command", COMMAND),
        **more,
    )
    return page, download.path.read_bytes()


async def test_the_sound_of_a_video_is_fetched(site: Site, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    url = site.offer("a", thumbnail="https://i.example/a.webp")
    page, sound = await fetched(
        site, url, tmp_path, on_bytes=lambda so_far, of: told.append((so_far, of))
    )
    assert sound == SOUND
    assert page == Page(title="A talk", artist="Ada", thumbnail="https://i.example/a.webp")
    assert told[-1] == (len(SOUND), len(SOUND))
    assert not (tmp_path / "youtube").exists()


@pytest.mark.parametrize(
    ("page", "refusal"),
    [
        ({"_type": "playlist", "entries": []}, errors.LinkPlaylist),
        ({"is_live": True}, errors.LinkLive),
        ({"live_status": "is_upcoming"}, errors.LinkLive),
        ({"duration": 7200}, errors.SourceTooLong),
        ({"formats": []}, errors.LinkNotMedia),
        ({"says": "Private video. Sign in if you've been granted access"}, errors.LinkNeedsLogin),
        ({"says": "Sign in to confirm you\u2019re not a bot"}, errors.LinkRefused),
        ({"says": "Video unavailable"}, errors.LinkMissing),
    ],
)
async def test_what_cannot_be_fetched_is_refused_by_name(
    site: Site, tmp_path: Path, page: dict[str, Any], refusal: type[errors.JobError]
) -> None:
    with pytest.raises(refusal):
        await fetched(site, site.offer("a", **page), tmp_path)
    assert site.asked == []


@pytest.mark.parametrize(("item", "title"), [(1, "One"), (2, "Two"), (9, "One")])
async def test_of_a_list_the_wanted_one_is_fetched(
    site: Site, tmp_path: Path, item: int, title: str
) -> None:
    entries = [
        {"_type": "url", "url": site.offer(name, title=title), "ie_key": "Page"}
        for name, title in (("a", "One"), ("b", "Two"))
    ]
    found = site.offer("all", _type="playlist", entries=entries)
    page, sound = await fetched(site, found, tmp_path, item=item)
    assert (page.title, page.listed, sound) == (title, 2, SOUND)


async def test_a_site_without_an_extractor_of_ours_is_refused(site: Site, tmp_path: Path) -> None:
    with pytest.raises(errors.LinkNotMedia):
        await fetched(site, site.url("/other"), tmp_path)


async def test_a_page_cannot_hand_over_to_an_extractor_that_is_not_allowed(
    site: Site, tmp_path: Path
) -> None:
    url = site.offer("a", _type="url", url=site.url("/sound"), ie_key="Generic", formats=None)
    with pytest.raises((errors.LinkNotMedia, errors.LinkMissing)):
        await fetched(site, url, tmp_path)
    assert site.asked == []


async def test_no_more_than_allowed_is_taken_although_nothing_said_how_much_comes(
    site: Site, tmp_path: Path
) -> None:
    url = site.offer("a", formats=site.format_at(site.url("/endless")))
    with pytest.raises(errors.SourceTooLarge):
        await fetched(site, url, tmp_path, max_bytes=300_000)


async def test_a_download_that_hangs_ends_when_its_time_is_up(site: Site, tmp_path: Path) -> None:
    url = site.offer("a", formats=site.format_at(site.url("/hang")))
    with pytest.raises(errors.LinkTimedOut):
        await fetched(site, url, tmp_path, wall_s=2.0)


@pytest.mark.parametrize("way", ["format", "redirect", "page", "spelling"])
async def test_this_machine_is_not_dialled_by_any_way(site: Site, tmp_path: Path, way: str) -> None:
    canary = Site()
    await canary.server.start_server()
    inside = canary.url("/sound")
    if way == "format":
        url = site.offer("a", formats=site.format_at(inside))
    elif way == "redirect":
        url = site.offer("a", formats=site.format_at(site.url(f"/to?url={inside}")))
    elif way == "page":
        url = site.offer("a", _type="url", url=canary.offer("b"))
    else:
        url = site.offer("a", formats=site.format_at(inside.replace("127.0.0.1", "0x7f000001")))
    with pytest.raises((errors.LinkNotPublic, errors.LinkMissing, errors.LinkFailed)):
        await fetched(site, url, tmp_path)
    assert canary.asked == []
    await canary.server.close()


async def test_no_other_program_is_started(site: Site, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    with pytest.raises(errors.LinkFailed):
        await fetched(site, site.offer("a", starts=["touch", str(mark)]), tmp_path)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("HTTP Error 429: Too Many Requests", errors.LinkFailed),
        ("HTTP Error 503: Service Unavailable", errors.LinkFailed),
        ("HTTP Error 404: Not Found", errors.LinkMissing),
        ("HTTP Error 403: Forbidden", errors.LinkRefused),
        ("Sign in to confirm your age. This video may be inappropriate", errors.LinkLive),
        ("This video is DRM protected", errors.LinkLive),
        ("This live event will begin in 3 hours", errors.LinkLive),
        ("Join this channel to get access to members-only content", errors.LinkNeedsLogin),
        ("Video unavailable. This video has been removed by the uploader", errors.LinkMissing),
        ("The uploader has not made this video available in your country", errors.LinkMissing),
        ("something quite new", errors.LinkFailed),
    ],
)
def test_what_yt_dlp_says_is_understood(text: str, refusal: type[errors.JobError]) -> None:
    assert type(_meaning(text, Lead(frozenset()))) is refusal
