"""Links, from a real server on this machine; hostile ones never get as far as a connection."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from jobs import errors
from jobs.errors import JobError
from pipelines.addresses import is_public, may_dial
from pipelines.link import Download, Limits, checked, fetch_link

BODY = bytes(range(256)) * 400
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """A server, and what was asked of it."""

    def __init__(self, server: TestServer, asked: list[web.Request]) -> None:
        self.server = server
        self.asked = asked

    @property
    def allow(self) -> frozenset[tuple[str, int]]:
        assert self.server.port is not None
        return frozenset({("127.0.0.1", self.server.port)})

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server.port}{path}"


async def _file(request: web.Request) -> web.StreamResponse:
    return web.Response(body=BODY, content_type="audio/mpeg")


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "audio/mpeg"})
    await response.prepare(request)
    while True:
        await response.write(bytes(65536))


async def _drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "audio/mpeg"})
    await response.prepare(request)
    while True:
        await response.write(b"x")
        await asyncio.sleep(0.02)


async def _hang(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(30)
    return web.Response()


async def _breaks(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"Content-Type": "audio/mpeg", "Content-Length": "100000"}
    )
    await response.prepare(request)
    await response.write(bytes(1000))
    assert request.transport is not None
    request.transport.close()
    return response


async def _page(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>", content_type="text/html")


async def _squeezed(request: web.Request) -> web.StreamResponse:
    headers = {"Content-Encoding": "gzip", "Content-Type": "audio/mpeg"}
    return web.Response(body=gzip.compress(bytes(10_000_000)), headers=headers)


async def _status(request: web.Request) -> web.StreamResponse:
    return web.Response(status=int(request.match_info["status"]))


async def _hop(request: web.Request) -> web.StreamResponse:
    left = int(request.match_info["left"])
    location = f"/hop/{left - 1}" if left else "/file"
    return web.Response(status=302, headers={"Location": location, "Set-Cookie": "a=b"})


async def _to(request: web.Request) -> web.StreamResponse:
    return web.Response(status=307, headers={"Location": request.query["url"]})


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    asked: list[web.Request] = []

    @web.middleware
    async def remember(request: web.Request, handler: Handler) -> web.StreamResponse:
        asked.append(request)
        return await handler(request)

    app = web.Application(middlewares=[remember])
    for path, handler in {
        "/file": _file,
        "/endless": _endless,
        "/drip": _drip,
        "/hang": _hang,
        "/breaks": _breaks,
        "/page": _page,
        "/squeezed": _squeezed,
        "/status/{status}": _status,
        "/hop/{left}": _hop,
        "/to": _to,
    }.items():
        app.router.add_get(path, handler)
    server = TestServer(app)
    await server.start_server()
    yield Site(server, asked)
    await server.close()


def download(folder: Path, **limits: float) -> Download:
    return Download(
        path=folder / "source",
        limits=Limits(**{"max_bytes": 1_000_000, "total_s": 10.0, **limits}),  # type: ignore[arg-type]
        on_bytes=lambda so_far, of: None,
    )


async def fetched(site: Site, path: str, folder: Path, **limits: float) -> bytes:
    wanted = download(folder, **limits)
    await fetch_link(site.url(path), wanted, allow=site.allow)
    return wanted.path.read_bytes()


async def test_a_file_is_fetched_whole_and_uncompressed(site: Site, tmp_path: Path) -> None:
    assert await fetched(site, "/file", tmp_path) == BODY
    asked = site.asked[0]
    assert asked.headers["Accept-Encoding"] == "identity"
    assert "Cookie" not in asked.headers


async def test_how_much_has_come_is_told(site: Site, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    wanted = Download(
        path=tmp_path / "source",
        limits=Limits(max_bytes=1_000_000),
        on_bytes=lambda so_far, of: told.append((so_far, of)),
    )
    await fetch_link(site.url("/file"), wanted, allow=site.allow)
    assert told[-1] == (len(BODY), len(BODY))


async def test_five_redirects_are_followed_without_cookies(site: Site, tmp_path: Path) -> None:
    assert await fetched(site, "/hop/4", tmp_path) == BODY
    assert all("Cookie" not in request.headers for request in site.asked)


REFUSED: list[tuple[str, type[JobError]]] = [
    ("/hop/5", errors.LinkRefused),
    ("/status/401", errors.LinkNeedsLogin),
    ("/status/403", errors.LinkNeedsLogin),
    ("/status/404", errors.LinkMissing),
    ("/status/410", errors.LinkMissing),
    ("/status/429", errors.LinkFailed),
    ("/status/451", errors.LinkRefused),
    ("/status/503", errors.LinkFailed),
    ("/status/204", errors.LinkRefused),
    ("/page", errors.LinkNotMedia),
    ("/squeezed", errors.LinkRefused),
    ("/breaks", errors.LinkFailed),
    ("/endless", errors.SourceTooLarge),
]


@pytest.mark.parametrize(("path", "refusal"), REFUSED)
async def test_what_cannot_be_fetched_is_refused_by_name(
    site: Site, tmp_path: Path, path: str, refusal: type[JobError]
) -> None:
    with pytest.raises(refusal):
        await fetched(site, path, tmp_path)


async def test_a_full_disk_is_not_the_links_fault(site: Site) -> None:
    full = Download(
        path=Path("/dev/full"),
        limits=Limits(max_bytes=1_000_000),
        on_bytes=lambda so_far, of: None,
    )
    with pytest.raises(errors.DiskFull):
        await fetch_link(site.url("/file"), full, allow=site.allow)


async def test_a_file_that_says_it_is_too_large_is_not_begun(site: Site, tmp_path: Path) -> None:
    with pytest.raises(errors.SourceTooLarge) as refused:
        await fetched(site, "/file", tmp_path, max_bytes=1000)
    assert refused.value.params == {"size_bytes": len(BODY), "limit_bytes": 1000}
    assert not (tmp_path / "source").exists()


@pytest.mark.parametrize("path", ["/hang", "/drip"])
async def test_a_fetch_ends_when_its_time_is_up(site: Site, tmp_path: Path, path: str) -> None:
    with pytest.raises(errors.LinkTimedOut):
        await fetched(site, path, tmp_path, total_s=0.4)


async def test_a_silent_server_is_left(site: Site, tmp_path: Path) -> None:
    with pytest.raises(errors.LinkTimedOut):
        await fetched(site, "/hang", tmp_path, read_s=0.3)


async def test_a_server_that_only_drips_is_left(site: Site, tmp_path: Path) -> None:
    with pytest.raises(errors.LinkTimedOut):
        await fetched(site, "/drip", tmp_path, patience_s=0.3)


HERE = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "0x7f.0.0.1",
    "017700000001", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:0:0:1]",
    "[::]", "0.0.0.0", "0", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "%6c%6fcalhost",
    "127。0。0。1", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[::127.0.0.1]",
]  # fmt: skip


@pytest.mark.parametrize("host", HERE)
async def test_no_spelling_of_this_machine_is_dialled(
    site: Site, tmp_path: Path, host: str
) -> None:
    # The port is let through for another address, so that what stops these is the address alone.
    allow = frozenset({("192.0.2.1", port) for _, port in site.allow})
    with pytest.raises((errors.LinkNotPublic, errors.LinkNotAllowed, errors.LinkMissing)):
        await fetch_link(site.url("/file", host), download(tmp_path), allow=allow)
    assert site.asked == []


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
async def test_a_redirect_to_this_machine_is_not_followed(
    site: Site, tmp_path: Path, host: str
) -> None:
    other = TestServer(web.Application())
    await other.start_server()
    target = f"http://{host}:{other.port}/secret"
    with pytest.raises((errors.LinkNotPublic, errors.LinkNotAllowed)):
        await fetched(site, f"/to?url={target}", tmp_path)
    with pytest.raises((errors.LinkNotPublic, errors.LinkNotAllowed, errors.LinkMissing)):
        await fetched(site, f"/to?url=https://{host}/secret", tmp_path)
    await other.close()


NOT_ALLOWED = [
    "http://example.com/a.mp3", "https://example.com:8443/a.mp3", "ftp://example.com/a.mp3",
    "file:///etc/passwd", "https://me:pw@example.com/", "https://me@example.com/", "https://@a.com/",
    "gopher://example.com/", "data:audio/mpeg;base64,AAAA", "https:///a.mp3", "https://", "",
    "example.com", "https://example.com/a b", "https://exa\nmple.com/", "https://example.com:22/",
    "https://[::1", "https://example.com:99999/", "javascript:alert(1)", "https://" + "a" * 3000,
]  # fmt: skip


@pytest.mark.parametrize("url", NOT_ALLOWED)
async def test_only_plain_https_is_asked(tmp_path: Path, url: str) -> None:
    with pytest.raises(errors.LinkNotAllowed):
        await fetch_link(url, download(tmp_path))


@pytest.mark.parametrize(
    "url", ["https://example.com/a.mp3", "https://example.com:443/?q=1#x", "https://bücher.de/ä"]
)
def test_ordinary_links_pass(url: str) -> None:
    assert checked(url, frozenset()).scheme == "https"


PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "255.255.255.255", "224.0.0.1", "240.0.0.1", "192.0.2.1", "198.18.0.1",
    "192.0.0.8", "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
    "64:ff9b:1::1", "2002:7f00:1::", "2002:a00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:0:7f00:1::", "fe80::1", "fe80::1%eth0", "fec0::1", "fc00::1", "fd00::1", "ff02::1",
    "2001:db8::1", "::7f00:1", "localhost", "example.com", "", "1", "fd00:ec2::254",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "1.1.1.1", "93.184.215.14", "2606:4700:4700::1111", "2a00:1450:4001::1",
    "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_addresses_of_somebodys_own_network_are_not_public(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize("host", PUBLIC)
def test_addresses_of_the_world_are_public(host: str) -> None:
    assert is_public(host)


def test_an_exception_holds_for_one_port_of_one_address() -> None:
    allow = frozenset({("127.0.0.1", 8000)})
    assert may_dial(("127.0.0.1", 8000), allow)
    assert not may_dial(("127.0.0.1", 8001), allow)
    assert not may_dial(("127.0.0.2", 8000), allow)
    assert not may_dial("/run/docker.sock", allow)
    assert may_dial(("2606:4700:4700::1111", 443, 0, 0), allow)
