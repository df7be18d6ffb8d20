"""`pocketreel make` and the other commands, as somebody types them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from tests import sounds
from tests.whole.film import watch
from tests.whole.product import COMMAND

PATIENCE_S = 90
# Where nobody listens: what is made on this machine needs no bucket, whatever is set up.
BUCKET = {
    "STORAGE_BACKEND": "r2",
    "R2_ENDPOINT_URL": "http://127.0.0.1:9",
    "R2_BUCKET": "reels",
    "R2_ACCESS_KEY_ID": "id",
    "R2_SECRET_ACCESS_KEY": "secret",
}


def typed(folder: Path, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in (COMMAND, *words)],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_a_video_is_made_from_a_file(tmp_path: Path) -> None:
    audio = sounds.write(tmp_path / "my song.mp3", sounds.music(4.0))
    wish = ("--look", "mist", "--shape", "square", "--title", "My <song>", "--trim", "0:01-0:02.5")
    done = typed(tmp_path, "make", audio, "-o", "out.mp4", *wish, **BUCKET)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "out.mp4: 1080x1080, 1.5 s"
    film = watch(tmp_path / "out.mp4")
    assert (film.width, film.height, film.frames) == (1080, 1080, 45)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["my song.mp3", "out.mp4"]


def test_names_and_titles_that_are_no_text_and_a_cover_without_a_suffix_are_taken(
    tmp_path: Path,
) -> None:
    audio = sounds.write(tmp_path / os.fsdecode(b"song\xff.mp3"), sounds.speech(1.5))
    Image.new("RGB", (64, 64), "red").save(tmp_path / "cover", "PNG")
    wish = ("--shape", "square", "--title", os.fsdecode(b"a\xff"), "--brand", "#FF7A00")
    done = typed(tmp_path, "make", audio, "-o", "out.mp4", *wish, "--cover", "cover")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "out.mp4: 1080x1080, 1.5 s"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("missing.ogg", "-o", "out.mp4"), "missing.ogg: No such file or directory"),
        (("words.txt", "-o", "out.mp4"), "I work with sound"),
        (("note.ogg", "-o", "nowhere/out.mp4"), "nowhere/out.mp4: No such file or directory"),
        (("note.ogg", "-o", "out.mp4", "--trim", "soon"), "I read times like"),
        (("note.ogg", "-o", "out.mp4", "--brand", "red"), "Type it like this: color: #ff7a00"),
        (("pipe", "-o", "out.mp4"), "pipe: Not a file"),
    ],
)
def test_what_cannot_be_made_is_told_in_a_sentence(
    tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    sounds.write(tmp_path / "note.ogg", sounds.speech(2.0))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "words.txt").write_text("no sound in here\n" * 100)
    done = typed(tmp_path, "make", *words)
    assert done.returncode == 1
    assert done.stderr.startswith(said)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out.mp4").exists()


def test_the_bot_does_not_start_without_a_token(tmp_path: Path) -> None:
    done = typed(tmp_path, "run")
    assert done.returncode == 1
    assert "TELEGRAM_BOT_TOKEN" in done.stderr


def test_all_wrong_settings_are_named_at_once(tmp_path: Path) -> None:
    done = typed(tmp_path, "worker", PORT="many", LEASE_S="soon")
    assert done.returncode == 1
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["PORT", "LEASE_S"]


def test_nobody_else_can_reach_the_phone(tmp_path: Path) -> None:
    done = typed(tmp_path, "try", HOST="0.0.0.0")
    assert done.returncode == 1
    assert done.stderr.startswith("HOST: ")


def test_the_demo_goes_the_whole_way(tmp_path: Path) -> None:
    done = typed(tmp_path, "demo", "out")
    assert done.returncode == 0, done.stderr
    assert watch(tmp_path / "out" / "video.mp4").frames == 150
    assert (tmp_path / "out" / "card.png").read_bytes().startswith(b"\x89PNG")
    told = (tmp_path / "out" / "transcript.json").read_text()
    assert "Your video is ready." in told
