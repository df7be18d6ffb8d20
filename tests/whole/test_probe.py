"""`pocketreel probe` on files that were made to do harm: a verdict on each, and nothing else."""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests import sounds
from tests.crafted import NOISE, playlists, wav
from tests.whole.product import COMMAND

VERDICT_S = 30.0  # for one file
MEMORY_KB = 512 * 1024
NO_FILES = ("pipe", "folder", "endless", "unreadable", "socket", "growing")
NOT_TAKEN = {"not_media", "source_broken"}
NAMES = [
    "-y.wav", "$(touch hit).wav", "a|touch hit.wav", "concat:a.wav", "%03d.wav", "a'b\"c;.wav",
    "\u202egnp.wav", "new\nline.wav", "x" * 251 + ".wav",
]  # fmt: skip


# A process counts the memory of whoever forked it as its own, and a run of tests may hold much: so
# a small one stands between. It runs the command, and says what that and its descendants held.
_MEASURE = (
    "import resource, subprocess, sys\n"
    "code = subprocess.run(sys.argv[1:]).returncode\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
    "sys.exit(code)"
)


@pytest.fixture
def canary() -> Iterator[socket.socket]:
    """A port that nobody may dial: whoever did so waits in its queue."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def probed(folder: Path, paths: Sequence[Path]) -> list[dict[str, Any]]:
    """The verdicts of one run of the command; it kept within its time and memory."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-S", "-c", _MEASURE, COMMAND, "probe", "--json", "--", *paths],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < VERDICT_S * len(paths)
    *said, memory_kb = done.stdout.splitlines()
    verdicts = [json.loads(line) for line in said]
    assert int(memory_kb) < MEMORY_KB
    assert all(set(verdict) == {"accepted", "code", "duration_s"} for verdict in verdicts)
    assert len(verdicts) == len(paths)
    return verdicts


def is_untouched(canary: socket.socket) -> bool:
    try:
        canary.accept()[0].close()
    except BlockingIOError:
        return True
    return False


def written(folder: Path, files: dict[str, bytes]) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths = [folder / name for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_bytes(content)
    return paths


def test_files_that_point_elsewhere_are_refused_and_lead_nowhere(
    tmp_path: Path, canary: socket.socket
) -> None:
    secret = sounds.write(tmp_path / "secret.wav", sounds.speech(3.0))
    port = canary.getsockname()[1]
    made = dict(playlists(str(secret), port))
    made["m3u"] = f"#EXTM3U\n#EXTINF:3,a\nhttp://127.0.0.1:{port}/a.mp3\n{secret}\n"
    made["smil"] = f'<smil><body><audio src="http://127.0.0.1:{port}/a"/></body></smil>'
    made["subfile"] = f"subfile,,start,0,end,9999,,:{secret}"
    made["rtsp"] = f"rtsp://127.0.0.1:{port}/a\n"
    suffixes = (".mp3", ".avi", ".m3u8")
    files = {
        f"{name}{suffixes[place % 3]}": text.encode()
        for place, (name, text) in enumerate(made.items())
    }
    assert len(files) == 20
    for verdict in probed(tmp_path, written(tmp_path / "sent", files)):
        assert not verdict["accepted"]
        assert verdict["code"] in NOT_TAKEN
    assert is_untouched(canary)


def test_files_that_are_something_else_are_no_recordings(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.wav", wav(48_000, NOISE))
    files = {
        "a.zip": packed.getvalue(),
        "elf.mp3": Path("/proc/self/exe").read_bytes()[:100_000],
        "page.mp3": b"<!doctype html><script>alert(1)</script>",
        "data.ogg": b'{"accepted": true}' * 1000,
        "zeros.wav": bytes(100_000),
    }
    codes = {verdict["code"] for verdict in probed(tmp_path, written(tmp_path / "sent", files))}
    assert codes <= NOT_TAKEN


def test_bombs_are_answered_in_time_and_little_memory(tmp_path: Path) -> None:
    sent = tmp_path / "sent"
    speech = sounds.write(tmp_path / "a.mp3", sounds.speech(2.0)).read_bytes()
    paths = written(
        sent,
        {
            "one hertz.wav": wav(1, NOISE[:100_000]),
            "four gigabytes.wav": wav(48_000, NOISE, claimed=2**32 - 8),
            "complaints.mp3": speech[:2000] + b"\xff\xfb\x90\x64" * 50_000,
            "boxes.m4a": b"\x00\x00\x00\x18ftypM4A " + b"\x00\x01\x00\x00moov" * 5000,
        },
    )
    picture = tmp_path / "huge.jpg"
    Image.new("L", (12_000, 12_000)).save(picture, quality=1)
    paths.append(sounds.write(sent / "cover.mp3", sounds.music(2.0), cover=picture))
    paths.append(sounds.nothing(sent / "ten hours.flac", 36_000))
    one_hertz, lying, _, boxes, cover, endless = probed(tmp_path, paths)
    assert one_hertz["code"] == "source_broken"
    # What is there counts, not what the header says: 200,000 bytes are two seconds.
    assert lying["accepted"]
    assert lying["duration_s"] == pytest.approx(2.08, abs=0.1)
    assert not boxes["accepted"]
    assert cover["accepted"]
    assert endless == {"accepted": False, "code": "source_too_long", "duration_s": 36_000}


def test_a_name_is_only_a_name(tmp_path: Path) -> None:
    whole = sounds.write(tmp_path / "a.wav", sounds.speech(1.0)).read_bytes()
    paths = written(tmp_path / "sent", dict.fromkeys(NAMES, whole))
    for verdict in probed(tmp_path, paths):
        assert verdict["accepted"]
        assert verdict["duration_s"] == pytest.approx(1.0, abs=0.1)
    assert not list(tmp_path.rglob("hit"))
    assert len(list((tmp_path / "sent").iterdir())) == len(NAMES)


def test_a_file_that_breaks_off_gets_a_verdict_wherever_it_does(tmp_path: Path) -> None:
    whole = sounds.write(tmp_path / "a.ogg", sounds.speech(2.0)).read_bytes()
    tenths = {f"{tenth}.ogg": whole[: len(whole) * tenth // 10] for tenth in (0, 1, 4, 7, 10)}
    verdicts = probed(tmp_path, written(tmp_path / "sent", tenths))
    assert verdicts[0]["code"] == "source_empty"
    assert verdicts[-1]["accepted"]
    assert all(verdict["accepted"] or verdict["code"] for verdict in verdicts)


def test_what_is_no_file_to_read_gets_a_verdict_too(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "endless").symlink_to("/dev/zero")
    (tmp_path / "unreadable").symlink_to("/proc/self/mem")
    (tmp_path / "growing").symlink_to("/proc/self/environ")  # it says that it is empty
    with socket.socket(socket.AF_UNIX) as here:
        here.bind(str(tmp_path / "socket"))
        *others, growing = probed(tmp_path, [tmp_path / name for name in NO_FILES])
    assert {verdict["code"] for verdict in others} == {"source_gone"}
    assert growing["code"] == "not_media"


def test_a_name_is_shown_on_one_line_and_orders_the_terminal_nothing(tmp_path: Path) -> None:
    names = [b"new\nline", b"\x1b[2J", b"\xff"]
    for name in names:
        (tmp_path / os.fsdecode(name)).mkdir()  # soonest refused
    done = subprocess.run(
        [COMMAND, "probe", *names],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8:strict"},
        capture_output=True,
        timeout=60,
        check=False,
    )
    shown = [line.partition(b":")[0] for line in done.stdout.splitlines()]
    assert shown == [rb"new\nline", rb"\x1b[2J", rb"\udcff"]


def test_without_json_a_verdict_is_a_line_and_a_missing_file_a_complaint(tmp_path: Path) -> None:
    sounds.write(tmp_path / "a.wav", sounds.silence(1.0))
    done = subprocess.run(
        [COMMAND, "probe", "a.wav", "b.wav"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "a.wav: refused: source_silent\n"
    sandbox, *complaints = done.stderr.splitlines()
    assert "children have no network" in sandbox
    assert complaints == ["b.wav: No such file or directory"]
    assert done.returncode == 1
