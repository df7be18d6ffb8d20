"""A web server that gives whoever fetches from it every trouble there is, by https and by http.

`/status/{number}` answers with it, `/huge` says it is 200 MB, `/empty` is sound of no bytes,
`/words` calls itself sound and is none, `/page` is a page, `/hang` says nothing, `/sound` is one.
`/tube/{name}` is what a video site says of a video; tube.py asks for it.
"""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp.connector
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.bot.media import sound

HERE = "127.0.0.1"
HUGE_BYTES = 200 * 1024 * 1024
VIDEOS: dict[str, dict[str, Any]] = {
    "live": {"is_live": True},
    "list": {"_type": "playlist", "entries": []},
    "several": {"_type": "playlist", "entries": ["first", "second"]},
    "first": {"plays": "/sound"},
    "second": {"plays": "/sound"},
    "robot": {"says": "Sign in to confirm you\u2019re not a bot"},
    "slow": {"hangs": "/hang"},
}


class Hostile:
    """The server's two addresses; `allow` lets a worker dial them."""

    def __init__(self, secure: int, plain: int) -> None:
        self.url = f"https://{HERE}:{secure}"
        self.plain_url = f"http://{HERE}:{plain}"
        self.allow = frozenset({(HERE, secure), (HERE, plain)})


@asynccontextmanager
async def hostile(folder: Path) -> AsyncIterator[Hostile]:
    """The server during the block; whoever fetches in this process trusts its certificate."""
    runner = web.AppRunner(_app(), shutdown_timeout=0.1)
    await runner.setup()
    for context in (_certified(folder), None):
        await web.TCPSite(runner, HERE, 0, ssl_context=context).start()
    secure, plain = (address[1] for address in runner.addresses)
    try:
        yield Hostile(secure, plain)
    finally:
        await runner.cleanup()


def _app() -> web.Application:
    app = web.Application()
    for path, handler in {
        "/status/{number}": _status,
        "/huge": _huge,
        "/empty": _empty,
        "/words": _words,
        "/page": _page,
        "/hang": _hang,
        "/sound": _sound,
        "/tube/{name}": _tube,
    }.items():
        app.router.add_get(path, handler)
    return app


async def _status(request: web.Request) -> web.StreamResponse:
    return web.Response(status=int(request.match_info["number"]))


async def _huge(request: web.Request) -> web.StreamResponse:
    headers = {"Content-Type": "audio/mpeg", "Content-Length": str(HUGE_BYTES)}
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    response.force_close()
    return response


async def _empty(request: web.Request) -> web.StreamResponse:
    return web.Response(content_type="audio/mpeg")


async def _words(request: web.Request) -> web.StreamResponse:
    return web.Response(body=b"no sound in here\n" * 100, content_type="audio/mpeg")


async def _page(request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>", content_type="text/html")


async def _hang(request: web.Request) -> web.StreamResponse:
    await asyncio.sleep(60)
    return web.Response()


async def _sound(request: web.Request) -> web.StreamResponse:
    return web.Response(body=sound(".mp3"), content_type="audio/mpeg")


async def _tube(request: web.Request) -> web.StreamResponse:
    return web.json_response(VIDEOS[request.match_info["name"]])


def _certified(folder: Path) -> ssl.SSLContext:
    """A certificate for this machine, of a day; this process comes to trust it."""
    key = ec.generate_private_key(ec.SECP256R1())
    # A name of its own: of two certificates with one name, the wrong one may be looked at.
    called = f"hostile-{secrets.token_hex(8)}.test"
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, called)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HERE))]), False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "hostile.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    # What aiohttp trusts it has read when it was imported; there is no other way to add to it.
    aiohttp.connector._SSL_CONTEXT_VERIFIED.load_verify_locations(path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
