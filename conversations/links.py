"""Links in what people write: found, recognised, named by their site."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from jobs.model import Source, SourceKind

_YOUTUBE = ("youtube.com", "youtu.be", "youtube-nocookie.com")
_WITH_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.IGNORECASE)
# Without a scheme only a whole word with a dot and a path counts: example.com/talk.mp3.
_WITHOUT_SCHEME = re.compile(r"(?<![\w@/.])(?:[a-z0-9-]+\.)+[a-z]{2,}/\S+", re.IGNORECASE)
_TRAILING = ".,;:!?)]}>\"'"


def find(text: str) -> str:
    """The first link in the text; empty for none."""
    match = _WITH_SCHEME.search(text) or _WITHOUT_SCHEME.search(text)
    if match is None:
        return ""
    written = match[0].rstrip(_TRAILING)
    return written if "://" in written else f"https://{written}"


def source_of(url: str) -> Source:
    """The link as a source; whether it may be fetched is for others to say."""
    return recognised(Source(kind=SourceKind.LINK, media="link", url=url))


def recognised(source: Source) -> Source:
    """The source with YouTube's links known as such."""
    if source.kind is SourceKind.LINK and is_https(source.url) and _is_youtube(site(source.url)):
        return replace(source, kind=SourceKind.YOUTUBE)
    return source


def is_https(url: str) -> bool:
    return url[:8].lower() == "https://" and bool(site(url))


def site(url: str) -> str:
    """The host the link points to, without www."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # https://[ and the like
        return ""
    return host.removeprefix("www.")


def sharing(url: str, title: str) -> str:
    """Telegram's own way to pass a link on: it asks for the chat, and the link unfolds there."""
    return f"https://t.me/share/url?url={quote(url, safe='')}&text={quote(title, safe='')}"


def _is_youtube(host: str) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in _YOUTUBE)
