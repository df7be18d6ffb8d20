"""yt-dlp, kept on a short lead: `python -I -m pipelines.youtube_child REQUEST.json FILE`.

REQUEST is `{"url", "max_s", "max_bytes", "allow": [[address, port], ...], "item"}`; of a list the
item of that number is taken. Prints lines `{"bytes": 1000, "of": 5000}` (0: unknown) and at the end
`{"page": {"title", "artist", "listed", "thumbnail"}}` or `{"error": {"code", "params"}}`.

Extractors are given by class, so no other site's code can be reached. Every connection is checked
at the moment it is made, whatever the extractor, a redirect or a name server said. The only
program it may start is deno, which runs a page's scripts without network or files.
"""

from __future__ import annotations

import itertools
import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobs import errors
from jobs.errors import JobError
from pipelines.addresses import Endpoint, may_dial

SOCKET_S = 15.0
MOST_LISTED = 200  # of a list; who wants what stands further down sends its own link
_SOUND = "ba[protocol^=http]/b[protocol^=http]"
_PLAYLISTS = ("playlist", "multi_video")
_LIVE = ("is_live", "is_upcoming", "post_live")
_STARTS = ("subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork")
_DIALS = ("socket.connect", "socket.sendto", "socket.sendmsg")
# What yt-dlp says, and what that means. The first that fits counts.
_MEANINGS: Sequence[tuple[Sequence[str], type[JobError]]] = (
    (("not a bot", "captcha", "unusual traffic"), errors.LinkRefused),
    (("confirm your age", "age-restricted", "inappropriate for some"), errors.LinkLive),
    (("drm", "live event", "premieres in", "is live", "will begin in"), errors.LinkLive),
    (("private video", "members-only", "join this channel", "sign in", "log in", "login",
      "logged in", "purchase", "http error 401"), errors.LinkNeedsLogin),
    (("http error 429", "http error 5", "too many requests"), errors.LinkFailed),
    (("timed out", "timeout"), errors.LinkTimedOut),
    (("unavailable", "removed", "terminated", "does not exist", "no longer", "not available",
      "in your country", "http error 404", "http error 410", "incomplete youtube id"),
     errors.LinkMissing),
    (("http error 403", "blocked"), errors.LinkRefused),
    (("no suitable extractor", "unsupported url", "requested format", "no video formats"),
     errors.LinkNotMedia),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    url: str
    max_s: float
    max_bytes: int
    allow: frozenset[Endpoint]
    item: int = 1


class Lead:
    """An audit hook: once set it cannot be taken off. `has_refused` tells of addresses."""

    def __init__(self, allow: frozenset[Endpoint]) -> None:
        self._allow = allow
        # By its name too: yt-dlp looks it up on the same PATH, which is ours.
        self._deno = ("deno", path) if (path := shutil.which("deno")) else ()
        self.has_refused = False

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _DIALS and not may_dial(arguments[1], self._allow):
            self.has_refused = True
            raise PermissionError("not a public address")
        if event.startswith(_STARTS) and not self._is_deno(event, arguments):
            raise PermissionError("no other programs")

    def _is_deno(self, event: str, arguments: tuple[Any, ...]) -> bool:
        is_named = event in ("subprocess.Popen", "os.posix_spawn", "os.exec")
        return is_named and str(arguments[0]) in self._deno


def main(arguments: Sequence[str], extractors: Sequence[type[Any]] | None = None) -> int:
    """Download as asked; 0, or 1 after a refusal. `extractors` instead of YouTube's own."""
    data = json.loads(Path(arguments[0]).read_text())
    allow = frozenset((host, port) for host, port in data["allow"])
    request = Request(**{**data, "allow": allow})
    sys.modules["curl_cffi"] = None  # type: ignore[assignment]  # it would dial past the hook
    lead = Lead(request.allow)
    classes = extractors or _youtube()
    sys.addaudithook(lead.hook)
    try:
        page = _download(request, arguments[1], classes)
    except Exception as wrong:  # noqa: BLE001 - whatever breaks in there, there is one answer
        refused = wrong if isinstance(wrong, JobError) else _meaning(str(wrong), lead)
        _say({"error": {"code": refused.code, "params": dict(refused.params)}})
        return 1
    _say({"page": page})
    return 0


def _youtube() -> Sequence[type[Any]]:
    from yt_dlp.extractor import youtube

    return (
        youtube.YoutubeIE,
        youtube.YoutubeTabIE,
        youtube.YoutubePlaylistIE,
        youtube.YoutubeTruncatedURLIE,
        youtube.YoutubeTruncatedIDIE,
    )


def _download(request: Request, path: str, extractors: Sequence[type[Any]]) -> dict[str, Any]:
    from yt_dlp import YoutubeDL

    with YoutubeDL(_options(request, path), auto_init=False) as downloader:
        for extractor in extractors:
            downloader.add_info_extractor(extractor())
        first = downloader.extract_info(request.url, False, process=False)
        found, listed = _single(downloader, first, request.item)
        _check(found, request)
        found = downloader.process_ie_result(found, download=True)
        return {
            "title": str(found.get("title") or ""),
            "artist": str(found.get("artist") or found.get("uploader") or ""),
            "listed": listed,
            "thumbnail": str(found.get("thumbnail") or ""),
        }


def _single(downloader: Any, found: Any, item: int) -> tuple[dict[str, Any], int]:
    """The one video that is meant, and how many the list has. Raises LinkPlaylist, LinkMissing."""
    listed = 0
    for _ in range(4):
        if not isinstance(found, dict):
            raise errors.LinkMissing()
        kind = found.get("_type", "video")
        if kind in _PLAYLISTS:
            found, listed = _of_list(found, item)
        elif kind in ("url", "url_transparent"):
            found = downloader.extract_info(
                found["url"], False, ie_key=found.get("ie_key"), process=False
            )
        else:
            return found, listed
    raise errors.LinkMissing()


def _of_list(found: dict[str, Any], item: int) -> tuple[dict[str, Any], int]:
    """The entry of that number, else the first. Raises LinkPlaylist when there is none."""
    entries = list(itertools.islice(found.get("entries") or (), MOST_LISTED))
    if not entries:
        raise errors.LinkPlaylist()
    return entries[item - 1 if item <= len(entries) else 0], len(entries)


def _check(found: dict[str, Any], request: Request) -> None:
    if found.get("is_live") or found.get("live_status") in _LIVE:
        raise errors.LinkLive()
    duration_s = float(found.get("duration") or 0)
    if duration_s > request.max_s + 1:
        raise errors.SourceTooLong(duration_s=duration_s, limit_s=request.max_s)


def _options(request: Request, path: str) -> dict[str, Any]:
    def on_bytes(news: dict[str, Any]) -> None:
        so_far = int(news.get("downloaded_bytes") or 0)
        of = int(news.get("total_bytes") or news.get("total_bytes_estimate") or 0)
        # yt-dlp's own limit is forgotten when the server does not say how much is to come.
        if max(so_far, of) > request.max_bytes:
            raise errors.SourceTooLarge(size_bytes=max(so_far, of), limit_bytes=request.max_bytes)
        _say({"bytes": so_far, "of": of})

    return {
        "format": _SOUND,
        "outtmpl": {"default": path.replace("%", "%%")},
        "noplaylist": True,
        "playlist_items": "1",
        "cachedir": False,
        "fixup": "never",
        "nopart": True,
        "updatetime": False,
        "quiet": True,
        "no_warnings": True,
        "noprogress": True,
        "logger": _Silence(),
        "progress_hooks": [on_bytes],
        "socket_timeout": SOCKET_S,
        "retries": 1,
        "extractor_retries": 1,
        "fragment_retries": 1,
        "hls_prefer_native": True,
        "external_downloader": {},
        "postprocessors": [],
        "proxy": "",
    }


def _meaning(text: str, lead: Lead) -> JobError:
    if lead.has_refused:
        return errors.LinkNotPublic()
    lower = text.lower().replace("\u2019", "'")
    for words, kind in _MEANINGS:
        if any(word in lower for word in words):
            return kind()
    return errors.LinkFailed()


class _Silence:
    """yt-dlp's words to people; its errors reach us as exceptions."""

    def debug(self, message: str) -> None: ...

    def info(self, message: str) -> None: ...

    def warning(self, message: str) -> None: ...

    def error(self, message: str) -> None: ...


def _say(message: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
