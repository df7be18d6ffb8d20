"""The image, built from the Dockerfile's own steps and run as compose.yaml runs it: without
privileges, and with nothing to write to but DATA_DIR and /tmp.

No engine is needed, and none was asked whether it agrees.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import tomllib
import zipfile
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from phone.demo import is_ready
from phone.limits import Limits
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from tests import sounds
from tests.dockerfile import Image, build, sent
from tests.jobs.databases import MEMORY
from tests.whole.conftest import claim
from tests.whole.product import Product

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60
ROOM_BYTES = 2_000_000_000  # twice what the stages take
LOADED = (
    "assembly, doctor, pipelines.analysis, pipelines.cutting, modal_render.card,"
    " modal_render.filling, modal_render.video"
)
WRITABLE = ("data", "tmp", "telegram")
# As root without any capability: then a file's mode counts for root, too.
BARE = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs")
LETTERS = """
from modal_render import typefaces
print(*("there" for family in typefaces.families() if "fonts" in family.folder))
print(all(any(typefaces.has_glyph(f, c) for f in typefaces.families()) for c in "日한😀"))
"""


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[Image, Mapping[str, Path]]]:
    is_roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES
    with tempfile.TemporaryDirectory(prefix="image-", dir=MEMORY if is_roomy else None) as folder:
        image, stages = build(ROOT, Path(folder))
        # Compiled while that can be written down, as pip would have done with all there is.
        python = image.root / "usr" / "bin" / "python"
        subprocess.run([python, "-I", "-c", f"import {LOADED}"], check=True, timeout=PATIENCE_S)
        _make_read_only(image.root)
        yield image, stages
        subprocess.run(["chmod", "-R", "u+w", image.root], check=True)


@pytest.fixture
def image(built: tuple[Image, Mapping[str, Path]]) -> Image:
    return built[0]


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    running = await start_phone(tmp_path / "phone", limits=Limits())
    yield running
    await running.stop()


def environment(image: Image, **more: str) -> dict[str, str]:
    return {**image.environment, "TMPDIR": str(image.root / "tmp"), **more}


def plain(image: Image, *argv: str) -> list[str]:
    """The command as nobody special runs it."""
    program = image.root / "usr" / "bin" / argv[0]
    return [*(BARE if os.geteuid() == 0 else ()), str(program), *argv[1:]]


def said(image: Image, *argv: str, **more: str) -> str:
    done = subprocess.run(
        plain(image, *argv),
        cwd=image.workdir,
        env=environment(image, **more),
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_what_is_sent_to_an_engine_is_the_product_and_nothing_else() -> None:
    names = [path.as_posix() for path in sent(ROOT)]
    assert {name.partition("/")[0] for name in names if "/" in name} == {
        "bot", "chaos", "conversations", "jobs", "modal_render", "phone", "pipelines",
        "storage", "worker",
    }  # fmt: skip
    assert [name for name in names if name.startswith(".") or "__pycache__" in name] == []


def test_a_wheel_brings_the_product_and_leaves_the_tests_out(
    built: tuple[Image, Mapping[str, Path]],
) -> None:
    _, stages = built
    (wheel,) = (stages["build"] / "wheels").glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    rooms = {name.partition("/")[0] for name in names if "/" in name}
    assert "tests" not in rooms
    assert {"bot", "conversations", "jobs", "modal_render", "phone", "pipelines"} <= rooms
    for brought in (
        *("phone/page/index.html", "phone/samples/speech.ogg", "bot/web/server.py"),
        "pipelines/samples/speech.ogg",
        *("bot/web/pages/static/upload.js", "conversations/words/cards.py"),
    ):
        assert brought in names
    assert any(name.startswith("modal_render/fonts/") for name in names)


def test_the_fonts_in_the_image_are_those_of_the_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert all(pin in dockerfile for pin in project["optional-dependencies"]["fonts"])


def test_chinese_korean_and_emoji_can_be_drawn(image: Image) -> None:
    there, drawn = said(image, "python", "-I", "-c", LETTERS).splitlines()
    assert there.split().count("there") >= 4
    assert drawn == "True"


def test_the_doctor_finds_nothing_to_mend(image: Image) -> None:
    told = said(image, "pocketreel", "doctor")
    for name in ("ffmpeg", "data folder", "job store", "storage"):
        assert f"ok    {name}" in told
    assert f"data folder: {image.root / 'data'}" in told


async def test_a_note_becomes_a_video_where_only_data_can_be_written(
    image: Image, phone: Phone, tmp_path: Path
) -> None:
    before = _everything(image.root)
    settings = {name: value for name, value in environment(image).items() if name != "PORT"}
    running = Product(phone, tmp_path, command=plain(image, *image.command), **settings)
    await running.start()
    try:
        async with Visitor(phone.url) as visitor:
            await visitor.start(await claim(running))
            await visitor.send_voice(sounds.write(tmp_path / "note.ogg", sounds.speech(2.0)))
            card = await visitor.wait_for(is_ready, PATIENCE_S)
            await visitor.press_label(card, "Make video")
            await visitor.wait_for(lambda message: message.kind == "video", PATIENCE_S)
        port = running.address.rpartition(":")[2]
        said(image, *image.health, PORT=port)
        assert await running.stop() == 0
        with pytest.raises(AssertionError, match="refused"):
            said(image, *image.health, PORT=port)
    finally:
        await running.kill()
        print(running.log()[-6000:])  # noqa: T201  # pytest shows it when the test failed
    assert _everything(image.root) == before
    assert "Traceback" not in running.log()


def test_the_image_is_started_by_nobody_special(image: Image) -> None:
    assert image.user.split(":")[0].isdigit()
    assert image.user != "0:0"


@pytest.mark.parametrize("place", ["", "/usr/bin", "/pinned/requirements.txt"])
def test_what_runs_in_it_cannot_change_it(image: Image, place: str) -> None:
    path = f"{image.root}{place}"
    assert (
        said(image, "python", "-c", f"import os; print(os.access({path!r}, os.W_OK))") == "False\n"
    )


def _make_read_only(root: Path) -> None:
    for path in root.iterdir():
        if path.name not in WRITABLE:
            subprocess.run(["chmod", "-R", "a-w", path], check=True)
    for name in ("data", "telegram"):
        os.chown(root / name, os.geteuid(), os.getegid())
    root.chmod(0o555)


def _everything(root: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every file that should stay as it is."""
    return {
        str(path): (path.lstat().st_size, path.lstat().st_mtime_ns)
        for top in root.iterdir()
        if top.name not in WRITABLE
        for path in [top, *top.rglob("*")]
    }
