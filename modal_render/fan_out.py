"""One video drawn by many containers: what each is given, and what comes back.

The plan of segments is the same as on one machine, so the video is, byte by byte. Each container
draws a stretch of segments from the levels of the sound, which were listened to once, and leaves
its packets in the bucket: a minute of video is more than Modal carries in an answer of its own.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from modal_render.bucket import Bucket
from modal_render.contract import RenderFailed, Scene, to_json
from modal_render.dispatch import Assignment, TryAgain
from modal_render.fetch import fetch
from modal_render.film import Film, film_of
from modal_render.packed import pack_packets, pack_sound, unpack_packets, unpack_sound
from modal_render.paths import Encoding, choose_path, encode_here
from modal_render.processor import use_common_instructions
from modal_render.segments import Coded, Segment, plan

# A minute of video, of segments of either length: some seconds of four cores. Shorter ones would
# mostly wait for their container.
STRETCH_FRAMES = 1800
# From here on it is quicker to wait for others: three minutes of whole frames (25 ms of a core
# each) and twenty of spliced ones (5 ms) keep four cores busy for more than half a minute.
WHOLE_FROM_FRAMES, SPLICED_FROM_FRAMES = 5_400, 36_000
MAX_COVER_BYTES = 20 * 1024 * 1024

Said = Mapping[str, Any]  # what a container says of its stretch
Starmap = Callable[[Iterable[tuple[str]]], Iterable[Said]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Frames `first` to `last` - 1 for a container of its own; keys and links as in Assignment.

    `edition` is that of the program which shared out the work.
    """

    scene: Scene
    path: str
    cover_url: str
    levels_key: str
    part_key: str
    first: int
    last: int
    edition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """How a video is shared out: what runs the stretches, and from how many frames on."""

    starmap: Starmap
    whole_from_frames: int = WHOLE_FROM_FRAMES
    spliced_from_frames: int = SPLICED_FROM_FRAMES
    stretch_frames: int = STRETCH_FRAMES


@cache
def edition() -> str:
    """Tells two versions of this program apart: their packets do not fit into one video."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


class Shared:
    """A Spread that shares long videos out and encodes the others here.

    `leavings` are the keys of what was handed about and is of no more use afterwards.
    """

    def __init__(
        self, assignment: Assignment, bucket: Bucket, sharing: Sharing, threads: int
    ) -> None:
        self._assignment, self._bucket = assignment, bucket
        self._sharing, self._threads = sharing, threads
        self.leavings: list[str] = []

    def __call__(
        self,
        film: Film,
        path: Encoding,
        segments: Sequence[Segment],
        drawn: Callable[[], None],
    ) -> Iterator[list[Coded]]:
        sharing = self._sharing
        from_frames = sharing.spliced_from_frames if path.spliced else sharing.whole_from_frames
        if segments[-1].last < from_frames:
            return encode_here(self._threads, film, path, segments, drawn)
        stretches = _stretches(self._assignment, segments, sharing.stretch_frames)
        self.leavings += [self._assignment.levels_key, *(one.part_key for one in stretches)]
        self._bucket.put(self._assignment.levels_key, pack_sound(film.sound))
        return self._gathered(stretches, path, drawn)

    def _gathered(
        self, stretches: Sequence[Stretch], path: Encoding, drawn: Callable[[], None]
    ) -> Iterator[list[Coded]]:
        """The stretches' packets in order, each fetched when it is its turn."""
        asked = [(to_json(stretch),) for stretch in stretches]
        for stretch, said in zip(stretches, self._sharing.starmap(asked), strict=True):
            if "error" in said:
                raise RenderFailed(said["error"])
            path.fallbacks += said["fallbacks"]
            coded = unpack_packets(self._bucket.get(stretch.part_key))
            for _ in coded:
                drawn()
            yield coded


def encode_stretch(stretch: Stretch, bucket: Bucket, threads: int) -> Said:
    """Put the stretch's packets where they belong: `fallbacks` segments fell back to whole frames.

    Or say the `error` that every other try would come to. Raises TryAgain when another version of
    the program asks.
    """
    if stretch.edition != edition():
        raise TryAgain("a container of another version shared out the work")
    use_common_instructions()
    sound = unpack_sound(bucket.get(stretch.levels_key), stretch.scene.fps)
    with tempfile.TemporaryDirectory() as folder:
        film = film_of(with_cover(stretch.scene, stretch.cover_url, Path(folder)), sound)
    try:
        path = choose_path(film, stretch.path, lambda: None)
        segments = plan(stretch.last, path.profile.segment_frames, stretch.first)
        packets = encode_here(threads, film, path, segments, lambda: None)
        bucket.put(stretch.part_key, pack_packets(chain.from_iterable(packets)))
    except RenderFailed as failed:
        return {"error": str(failed)}
    return {"fallbacks": path.fallbacks}


def with_cover(scene: Scene, cover_url: str, folder: Path) -> Scene:
    """The scene with its cover at hand. Raises what `fetch` raises."""
    if not cover_url:
        return scene
    cover = folder / "cover.jpg"
    fetch(cover_url, cover, MAX_COVER_BYTES)
    return replace(scene, cover=str(cover))


def _stretches(
    assignment: Assignment, segments: Sequence[Segment], stretch_frames: int
) -> list[Stretch]:
    return [
        Stretch(
            scene=assignment.scene,
            path=assignment.path,
            cover_url=assignment.cover_url,
            levels_key=assignment.levels_key,
            part_key=assignment.part_key.format(first=one.first),
            first=one.first,
            last=one.last,
            edition=edition(),
        )
        for one in plan(segments[-1].last, stretch_frames, segments[0].first)
    ]
