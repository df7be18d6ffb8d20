"""`/static/{name}`: what the pages are dressed in. Nothing else of the folder is served."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from bot.web.pages.markup import STATIC

# Said here: what a machine knows of types differs.
_SERVED: Mapping[str, str] = {
    "page.css": "text/css; charset=utf-8",
    "upload.js": "text/javascript; charset=utf-8",
    "mark.svg": "image/svg+xml",
    "manrope-latin.woff2": "font/woff2",
}
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Asked about each time, and answered with 304 until the next version.
    "Cache-Control": "no-cache",
}


def routes() -> list[web.RouteDef]:
    return [web.get("/static/{name}", _serve)]


async def _serve(request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    if name not in _SERVED:
        raise web.HTTPNotFound(text="There is no such file.\n")
    return web.FileResponse(STATIC / name, headers={**_HEADERS, "Content-Type": _SERVED[name]})
