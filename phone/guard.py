"""Who may talk to the phone's server: this machine's own programs and its own page, nobody else.

A web page from elsewhere can make a browser send requests here (CSRF), or point its own name at
this address (DNS rebinding). Names that are not ours and origins that are not ours are refused.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

LOOPBACK_NAMES = frozenset(("127.0.0.1", "localhost", "::1"))
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "SAMEORIGIN",  # the second phone is a frame of the page's own
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
        " media-src 'self' blob:; connect-src 'self'; font-src 'self'; base-uri 'none';"
        " form-action 'none'; frame-src 'self'; frame-ancestors 'self'"
    ),
}


def guard(names: frozenset[str]) -> Middleware:
    """A middleware that lets in requests to one of `names` that come from no other site."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not is_ours(request, names):
            raise web.HTTPForbidden(text="This phone only answers its own page.")
        return await handler(request)

    return check


def is_ours(request: web.Request, names: frozenset[str]) -> bool:
    try:
        if urlsplit(f"//{request.host}").hostname not in names:
            return False
    except ValueError:
        return False
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return False
    site = request.headers.get("Sec-Fetch-Site", "none")
    # A link from elsewhere may open the page itself, and nothing but the page.
    opens_page = request.path == "/" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return site in ("none", "same-origin") or opens_page


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal `on_response_prepare`: what every answer says about itself."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.path.startswith("/page/"):
        # Asked for anew each time, or a browser runs yesterday's page with today's server.
        response.headers.setdefault("Cache-Control", "no-cache")
