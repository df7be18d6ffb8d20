"""The three recordings that come with the phone; `make_samples.py` made them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "samples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One recording: the file, how it is sent, and what the page calls it."""

    name: str
    file: str
    kind: str
    mime: str
    label: str
    about: str
    title: str = ""
    performer: str = ""

    @property
    def path(self) -> Path:
        return FOLDER / self.file

    def to_json(self) -> dict[str, str]:
        return asdict(self)


SAMPLES: Mapping[str, Sample] = {
    sample.name: sample
    for sample in (
        Sample(
            name="speech",
            file="speech.ogg",
            kind="voice",
            mime="audio/ogg",
            label="Somebody talking",
            about="a voice note",
        ),
        Sample(
            name="music",
            file="music.mp3",
            kind="audio",
            mime="audio/mpeg",
            label="A little tune",
            about="a song",
            title="Sunday loop",
            performer="Pocketreel",
        ),
        Sample(
            name="noisy",
            file="noisy.ogg",
            kind="voice",
            mime="audio/ogg",
            label="Talking in the wind",
            about="a noisy voice note",
        ),
    )
}
