"""Pages from the templates in static/: every value is escaped, so no title is ever mark-up."""

from __future__ import annotations

import html
from functools import cache
from pathlib import Path
from string import Template

from aiohttp import web

STATIC = Path(__file__).parent / "static"


class Html(str):
    """Text that is mark-up already."""

    __slots__ = ()


def filled(template: str, **values: str | int) -> Html:
    """The template with its `$names` filled in; what is not Html is escaped."""
    safe = {name: _escaped(value) for name, value in values.items()}
    return Html(_template(template).substitute(safe))


def page(
    language: str,
    title: str,
    body: Html,
    *,
    head: Html = Html(""),  # noqa: B008  # cannot be changed by anybody
    status: int = 200,
    elsewhere: str = "",
) -> web.Response:
    """A whole page. `elsewhere` is the one foreign origin it may speak to and show media of."""
    text = filled("frame.html", language=language, title=title, head=head, body=body)
    return web.Response(
        text=text, status=status, content_type="text/html", headers=_headers(elsewhere)
    )


def link(url: str, label: str) -> Html:
    """A link as the page's one large button; nothing without a url."""
    return filled("link.html", url=url, label=label) if url else Html("")


def _headers(elsewhere: str) -> dict[str, str]:
    ours = " ".join(("'self'", elsewhere)).strip()
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self';"
        f" img-src 'self'; media-src {ours}; connect-src {ours};"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        # What it shows can be over the next moment: an upload done, a page taken back.
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
    }


@cache
def _template(name: str) -> Template:
    return Template((STATIC / name).read_text())


def _escaped(value: str | int) -> str:
    return value if isinstance(value, Html) else html.escape(str(value), quote=True)
