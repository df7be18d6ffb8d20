"""HTTP by the standard library, for the few things a renderer elsewhere asks: nothing is followed.

Redirects would make a GET of a POST and carry a token elsewhere, and no proxy stands before a
container, so http.client is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

UNANSWERED = (OSError, HTTPException)  # what asking raises when no whole answer came
_KINDS: Mapping[str, type[HTTPConnection]] = {"http": HTTPConnection, "https": HTTPSConnection}


@contextmanager
def asked(
    method: str, url: str, *, wait_s: float, body: bytes = b"", headers: Mapping[str, str]
) -> Iterator[HTTPResponse]:
    """The answer, to be read within the block; each wait for the other side ends after `wait_s`.

    Raises UNANSWERED.
    """
    parts = urlsplit(url)
    if parts.scheme not in _KINDS or not parts.hostname:
        raise OSError("not an address of a web server")
    connection = _KINDS[parts.scheme](parts.hostname, parts.port, timeout=wait_s)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    try:
        connection.request(method, target, body or None, dict(headers))
        yield connection.getresponse()
    finally:
        connection.close()
