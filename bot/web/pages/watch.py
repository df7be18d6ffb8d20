"""`/v/{slug}`: the unlisted page of a finished video, and how a link to it unfolds in a chat."""

from __future__ import annotations

import asyncio

from aiohttp import web
from yarl import URL

from bot.web.pages import markup
from bot.web.pages.films import Film, Films, NothingHere, Why
from bot.web.pages.language import asked_for
from bot.web.pages.links import WATCH, PageLinks
from conversations import words
from conversations.figures import clock, days
from conversations.words.text import Language, Text
from storage.adapter import ObjectMissing, StorageAdapter, StorageUnavailable

# A film that is being watched goes on for so long when its page is taken back: its link is signed.
FILM_LINK_S = 3600
PATIENCE_S = 5.0  # a storage that is away is said to be away
_SIGN = "M4 7.500h10v9H4zM14 11l5.500-3v8L14 13M3.500 3.500l17 17"
_NOTHING: dict[Why, tuple[int, Text, Text]] = {
    Why.MISSING: (404, words.pages.MISSING, words.pages.MISSING_HOW),
    Why.TAKEN_BACK: (410, words.pages.TAKEN_BACK, words.pages.TAKEN_BACK_HOW),
    Why.TIDIED: (410, words.pages.TIDIED, words.pages.TIDIED_HOW),
}


class WatchPage:
    """Serves the pages that are open. A storage that is away is waited for `patience_s`."""

    def __init__(
        self,
        films: Films,
        storage: StorageAdapter,
        links: PageLinks,
        retention_s: float,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._films = films
        self._storage = storage
        self._links = links
        self._retention_s = retention_s
        self._patience_s = patience_s

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(WATCH, self._page),
            web.get(f"{WATCH}/video.mp4", self._play),
            web.get(f"{WATCH}/download", self._save),
            web.get(f"{WATCH}/poster.jpg", self._poster),
        ]

    async def _page(self, request: web.Request) -> web.Response:
        language = asked_for(request)
        try:
            film = await self._film(request)
        except NothingHere as nothing:
            return self._nothing(nothing.why, language)
        title = film.title or words.pages.UNTITLED.to(language)
        about = words.pages.ABOUT.to(language, length=clock(film.made.duration_s))
        return markup.page(
            language,
            title,
            _player(film, title, about, language),
            head=_unfolding(film, title, about, self._links.watch(film.slug)),
            elsewhere=str(URL(await self._link(film)).origin()),
        )

    async def _play(self, request: web.Request) -> web.Response:
        return await self._file(request)

    async def _save(self, request: web.Request) -> web.Response:
        return await self._file(request, named=True)

    async def _poster(self, request: web.Request) -> web.Response:
        """From here, not from storage: what unfolds links does not always follow redirects."""
        try:
            film = await self._film(request)
            async with asyncio.timeout(self._patience_s):
                key = film.poster_key
                picture = b"".join([chunk async for chunk in self._storage.get_stream(key)])
        except (NothingHere, ObjectMissing):
            raise web.HTTPNotFound(text="There is no such picture.\n") from None
        except TimeoutError as late:
            raise StorageUnavailable(film.poster_key) from late
        headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=3600"}
        return web.Response(body=picture, content_type="image/jpeg", headers=headers)

    async def _file(self, request: web.Request, *, named: bool = False) -> web.Response:
        try:
            film = await self._film(request)
        except NothingHere as nothing:
            raise _gone(_NOTHING[nothing.why][0]) from None
        name = f"{film.title or 'video'}.mp4" if named else ""
        headers = {"Location": await self._link(film, name), "Cache-Control": "no-store"}
        return web.Response(status=302, headers=headers)

    async def _film(self, request: web.Request) -> Film:
        """Raises NothingHere, StorageUnavailable."""
        try:
            async with asyncio.timeout(self._patience_s):
                return await self._films.open_at(request.match_info["slug"])
        except TimeoutError as late:
            raise StorageUnavailable("the film") from late

    async def _link(self, film: Film, name: str = "") -> str:
        return await self._storage.download_link(
            film.made.video_key, filename=name, expires_s=FILM_LINK_S
        )

    def _nothing(self, why: Why, language: Language) -> web.Response:
        status, heading, how = _NOTHING[why]
        body = markup.filled(
            "message.html",
            sign=_SIGN,
            heading=heading.to(language),
            words=how.to(language, time=days(language, self._retention_s)),
            way_out="",
        )
        return markup.page(language, heading.to(language), body, status=status)


def _player(film: Film, title: str, about: str, language: Language) -> markup.Html:
    here = WATCH.format(slug=film.slug)
    return markup.filled(
        "watch.html",
        shape="tall" if film.made.height > film.made.width else "wide",
        width=film.made.width,
        height=film.made.height,
        poster=f"{here}/poster.jpg",
        video=f"{here}/video.mp4",
        download=f"{here}/download",
        download_label=words.pages.DOWNLOAD.to(language),
        title=title,
        about=about,
    )


def _unfolding(film: Film, title: str, about: str, url: str) -> markup.Html:
    """Open Graph and Twitter cards: every address whole, because robots resolve nothing."""
    secure = markup.filled("secure_video.html", video=f"{url}/video.mp4")
    width, height = film.poster_size
    return markup.filled(
        "watch_head.html",
        title=title,
        about=about,
        url=url,
        picture=f"{url}/poster.jpg",
        picture_width=width,
        picture_height=height,
        video=f"{url}/video.mp4",
        secure_video=secure if url.startswith("https:") else markup.Html(""),
        width=film.made.width,
        height=film.made.height,
        duration_s=round(film.made.duration_s),
    )


def _gone(status: int) -> web.HTTPException:
    is_missing = status == web.HTTPNotFound.status_code
    return web.HTTPNotFound() if is_missing else web.HTTPGone()
