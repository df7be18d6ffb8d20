"""The two ways to encode a video: every frame whole, or only what moves of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Protocol, TypeAlias

from modal_render.contract import PATHS, BadRequest, RenderFailed
from modal_render.encode import WHOLE, Profile
from modal_render.film import Film
from modal_render.h264 import UnexpectedStream
from modal_render.lane import BandLeft
from modal_render.looks import BandLook
from modal_render.segments import Coded, Segment, encode_all, encode_whole
from modal_render.splice import Splice


class Encoding(Protocol):
    """Encodes segments, from any thread. `fallbacks` were encoded whole though `spliced`."""

    profile: Profile
    spliced: bool
    fallbacks: int

    def encode(self, segment: Segment) -> list[Coded]: ...


# Gives out the packets of a film's segments in order; what it has drawn elsewhere than by the
# encoding's own `encode` it counts by calling the last argument, once for each frame.
Spread: TypeAlias = Callable[
    [Film, Encoding, Sequence[Segment], Callable[[], None]], Iterator[list[Coded]]
]


def encode_here(
    threads: int,
    film: Film,  # noqa: ARG001  # a Spread is given it
    path: Encoding,
    segments: Sequence[Segment],
    drawn: Callable[[], None],  # noqa: ARG001  # the encoding counts by itself
) -> Iterator[list[Coded]]:
    """A Spread over threads of this process."""
    return encode_all(segments, path.encode, threads)


def choose_path(film: Film, wanted: str, drawn: Callable[[], None]) -> Encoding:
    """The path of a request; `drawn` is called after each frame.

    Raises BadRequest, RenderFailed.
    """
    if wanted not in PATHS:
        raise BadRequest(f"no path named {wanted!r}")
    look = film.look
    if wanted == "whole" or not isinstance(look, BandLook):
        return _Whole(film, drawn)
    may_fall_back = wanted == "auto"
    try:
        return _Spliced(film, Splice(look, film.scene), drawn, may_fall_back=may_fall_back)
    except UnexpectedStream as odd:
        if not may_fall_back:
            raise RenderFailed(f"cannot be spliced: {odd}") from odd
        return _Whole(film, drawn)


class _Whole:
    profile = WHOLE
    spliced = False
    fallbacks = 0

    def __init__(self, film: Film, drawn: Callable[[], None]) -> None:
        self._film, self._drawn = film, drawn

    def encode(self, segment: Segment) -> list[Coded]:
        film = self._film
        return encode_whole(film.easel, film.scene, self.profile, segment, self._drawn)


class _Spliced:
    spliced = True

    def __init__(
        self, film: Film, splice: Splice, drawn: Callable[[], None], *, may_fall_back: bool
    ) -> None:
        self._film, self._splice, self._drawn = film, splice, drawn
        self.profile = splice.profile
        self._may_fall_back, self._lock = may_fall_back, Lock()
        self.fallbacks = 0

    def encode(self, segment: Segment) -> list[Coded]:
        """Raises RenderFailed for what cannot be spliced and may not fall back."""
        try:
            return self._splice.encode(segment, self._drawn)
        except (BandLeft, UnexpectedStream) as unproven:
            if not self._may_fall_back:
                raise RenderFailed("a segment cannot be proven right") from unproven
        with self._lock:
            self.fallbacks += 1
        film = self._film
        # The same settings, so that the segment fits between the spliced ones.
        return encode_whole(film.easel, film.scene, self.profile, segment, self._drawn)
