"""What ffmpeg can write and read is taken as a recording, whatever it is kept in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from jobs.errors import JobError
from pipelines.analysis import analyse
from tests import sounds
from tests.pipelines import kinds_of_file
from tests.pipelines.kinds_of_file import DURATION_S, FILMS, SOUNDS
from tests.whole.test_probe import probed

MAX_S = 60.0
SHARE = 0.99
SHARED = ("libopus in ogg", "aac in m4a", "libx264, aac in mp4", "wmav2 in asf")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    return kinds_of_file.written(tmp_path_factory.mktemp("kinds"))


def test_all_but_one_in_a_hundred_kinds_of_file_are_taken(
    files: Mapping[str, Path], tmp_path: Path
) -> None:
    assert len(files) == len(SOUNDS) + len(FILMS) >= 100
    refused = {name: told for name, path in files.items() if (told := judged(path, tmp_path))}
    assert len(refused) <= (1 - SHARE) * len(files), "\n".join(
        f"{name}: {told}" for name, told in refused.items()
    )


def judged(path: Path, folder: Path) -> str:
    """Why the file is not taken, or is taken for something else; nothing when all is well."""
    try:
        facts = analyse(path, folder, MAX_S)
    except JobError as refused:
        return f"{refused.code} {refused}, ffmpeg reads {len(sounds.read(path))} samples"
    if abs(facts.duration_s - DURATION_S) > 0.3:
        return f"{facts.duration_s} s"
    if not -40 < facts.loudness_lufs < -10:
        return f"{facts.loudness_lufs} LUFS"
    return ""


def test_the_command_says_of_them_what_the_bot_does(
    files: Mapping[str, Path], tmp_path: Path
) -> None:
    verdicts = probed(tmp_path, [files[name] for name in SHARED])
    assert all(verdict["accepted"] for verdict in verdicts)


# Each for a reason that docs/decisions.md gives.
REFUSED = {
    "raw": ("-f", "s16le"),
    "g722": ("-f", "g722", "-ar", "16000", "-ac", "1"),
    "sbc": ("-f", "sbc"),
    "truehd": ("-f", "truehd", "-strict", "-2"),
    "nut": ("-f", "nut"),
    "mxf": ("-f", "mxf", "-ar", "48000"),
    "sox": ("-f", "sox"),
    "ircam": ("-f", "ircam"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_tells_nothing_of_itself_or_is_nobodys_is_refused(kind: str, tmp_path: Path) -> None:
    speech = sounds.write(tmp_path / "a.wav", sounds.speech(DURATION_S))
    path = tmp_path / "source"
    picture = ["-f", "lavfi", "-i", "testsrc=size=64x64:rate=25:duration=1"]
    more = picture if kind == "mxf" else []
    sounds.ffmpeg(["-i", str(speech), *more, *REFUSED[kind], str(path)])
    with pytest.raises(JobError):
        analyse(path, tmp_path, MAX_S)
