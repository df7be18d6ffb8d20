"""`/upload/{token}`: the page on which a file is chosen that is too large for Telegram."""

from __future__ import annotations

from collections.abc import Callable

from aiohttp import web
from yarl import URL

from bot.web.pages import markup
from bot.web.pages.arrivals import STATUSES, Arrivals, Closed, Expected, Why
from bot.web.pages.language import asked_for
from bot.web.pages.links import UPLOAD
from conversations import words
from conversations.figures import data_size, tidy
from conversations.words.text import Language, Text, language_of
from storage.adapter import StorageAdapter
from storage.local import LocalStorage

_SIGN = "M12 7.5v5.500M12 16.500v.01M12 3.500a8.500 8.500 0 1 0 0 17a8.500 8.500 0 1 0 0-17"
_CLOSED: dict[Why, tuple[Text, Text]] = {
    Why.FORGED: (words.pages.FORGED, words.pages.FORGED_HOW),
    Why.EXPIRED: (words.pages.EXPIRED, words.pages.EXPIRED_HOW),
    Why.USED: (words.pages.USED, words.pages.USED_HOW),
    Why.GONE: (words.pages.GONE, words.pages.GONE_HOW),
}


class UploadPage:
    """Serves the page. `chat` says where the chat is, once the bot knows its own name."""

    def __init__(
        self,
        arrivals: Arrivals,
        storage: StorageAdapter,
        max_bytes: int,
        chat: Callable[[], str],
    ) -> None:
        self._arrivals = arrivals
        self._storage = storage
        self._max_bytes = max_bytes
        self._chat = chat

    def routes(self) -> list[web.RouteDef]:
        return [web.get(UPLOAD, self._page, allow_head=False)]

    async def _page(self, request: web.Request) -> web.Response:
        try:
            expected = await self._arrivals.expected(request.match_info["token"])
        except Closed as closed:
            language = language_of(closed.person) if closed.person else asked_for(request)
            return self._closed(closed.why, language)
        language = language_of(expected.person)
        return markup.page(
            language,
            words.pages.UPLOAD.to(language),
            self._form(expected, language),
            elsewhere=await self._elsewhere(expected.project.source.key),
        )

    def _form(self, expected: Expected, language: Language) -> markup.Html:
        def say(text: Text) -> str:
            return text.to(language)

        source, limit = expected.project.source, data_size(language, self._max_bytes)
        size = data_size(language, source.size_bytes)
        named = f"{tidy(source.name)} · {size}" if source.name else ""
        return markup.filled(
            "upload.html",
            limit_bytes=self._max_bytes,
            heading=say(words.pages.UPLOAD),
            about=named or say(words.pages.UPLOAD_ABOUT),
            noscript=say(words.pages.NO_SCRIPT),
            choose=say(words.pages.CHOOSE),
            hint=words.pages.LIMIT.to(language, limit=limit),
            progress=say(words.pages.PROGRESS),
            cancel=say(words.pages.CANCEL),
            done=say(words.pages.DONE),
            done_words=say(words.pages.DONE_HOW),
            chat=self._chat(),
            back=say(words.pages.BACK),
            sending=say(words.pages.SENDING),
            waiting=say(words.pages.WAITING),
            too_large=words.pages.TOO_LARGE.to(language, limit=limit),
            empty=say(words.pages.EMPTY),
            busy=say(words.pages.BUSY),
            failed=say(words.pages.FAILED),
            # The page fills these in while it sends.
            of=words.pages.OF.to(language, done="{done}", size="{size}"),
        )

    def _closed(self, why: Why, language: Language) -> web.Response:
        heading, how = _CLOSED[why]
        body = markup.filled(
            "message.html",
            sign=_SIGN,
            heading=heading.to(language),
            words=how.to(language),
            way_out=markup.link(self._chat(), words.pages.BACK.to(language)),
        )
        return markup.page(language, heading.to(language), body, status=STATUSES[why])

    async def _elsewhere(self, key: str) -> str:
        """The origin that the page puts files to, when it is not ours."""
        if isinstance(self._storage, LocalStorage):
            return ""
        return str(URL(await self._storage.upload_link(key, max_bytes=self._max_bytes)).origin())
