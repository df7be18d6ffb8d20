"""What local storage promises beyond the contract: against kills, full disks and odd folders."""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from settings import Settings
from storage import keys
from storage.adapter import BadKey, ObjectMissing, StorageFull, StorageUnavailable
from storage.disk import disk_errors
from storage.local import LocalStorage
from storage.opening import build_storage, get_storage_adapter, reset_storage_adapter

KEY = keys.video("job1", 1)
ROOT = Path(__file__).parents[2]

WRITER = """
import asyncio, pathlib, sys
from storage.local import LocalStorage

async def endless():
    while True:
        yield b"x" * 65536
        print("writing", flush=True)
        await asyncio.sleep(0.001)

storage = LocalStorage(pathlib.Path(sys.argv[1]), secret=b"s" * 32, link_base="")
asyncio.run(storage.put_stream(sys.argv[2], endless()))
"""

FILLER = """
import asyncio, pathlib, resource, sys
from storage.adapter import StorageFull
from storage.local import LocalStorage

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
storage = LocalStorage(pathlib.Path(sys.argv[1]), secret=b"s" * 32, link_base="")

async def large():
    for _ in range(10):
        yield b"x" * 50_000

async def main():
    key, path = sys.argv[2], pathlib.Path(sys.argv[3])
    for put in (storage.put_stream(key, large()), storage.put_file(key, path)):
        try:
            await put
        except StorageFull:
            print("full")

asyncio.run(main())
"""


@pytest.fixture
def local(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "storage", secret=b"s" * 32, link_base="")


async def _stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_a_writer_killed_midway_leaves_no_object(local: LocalStorage, tmp_path: Path) -> None:
    root = tmp_path / "storage"
    argv = [sys.executable, "-c", WRITER, str(root), KEY]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, cwd=ROOT) as writer:  # noqa: ASYNC220
        assert writer.stdout is not None
        for _ in range(20):
            assert writer.stdout.readline() == b"writing\n"
        writer.send_signal(signal.SIGKILL)
    assert [found async for found in local.list("")] == []
    with pytest.raises(ObjectMissing):
        await local.stat(KEY)

    (left,) = _files(root)
    assert await local.sweep_unfinished() == 0, "it might still be being written"
    long_ago = time.time() - 3700
    os.utime(left, (long_ago, long_ago))
    assert await local.sweep_unfinished() == 1
    assert _files(root) == []


async def test_a_full_disk_is_said_to_be_full_and_nothing_is_left(tmp_path: Path) -> None:
    large = tmp_path / "large"
    large.write_bytes(b"x" * 500_000)
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", FILLER, str(tmp_path / "storage"), KEY, str(large)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("full\nfull\n", "")
    assert _files(tmp_path / "storage") == []


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, StorageFull),
        (errno.EDQUOT, StorageFull),
        (errno.ENOENT, ObjectMissing),
        (errno.EIO, StorageUnavailable),
        (errno.EROFS, StorageUnavailable),
    ],
)
def test_what_the_disk_says_becomes_a_storage_error(number: int, expected: type[Exception]) -> None:
    with pytest.raises(expected), disk_errors("x"):
        raise OSError(number, os.strerror(number))


async def test_a_symbolic_link_does_not_lead_out(local: LocalStorage, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "a1").mkdir(parents=True)
    (outside / "a1" / "output.mp4").write_bytes(b"secret")
    folder = tmp_path / "storage" / "objects" / "renders"
    folder.mkdir(parents=True)
    (folder / "job1").symlink_to(outside)
    with pytest.raises(BadKey):
        await local.stat(KEY)
    with pytest.raises(BadKey):
        await local.put_stream(KEY, _stream(b"x"))
    with pytest.raises(BadKey):
        await local.delete(KEY)
    assert (outside / "a1" / "output.mp4").read_bytes() == b"secret"


async def test_files_that_are_no_objects_are_not_listed(
    local: LocalStorage, tmp_path: Path
) -> None:
    await local.put_stream(KEY, _stream(b"x"))
    (tmp_path / "storage" / "objects" / "renders" / ".DS_Store").write_bytes(b"")
    assert [found.key async for found in local.list("")] == [KEY]


async def test_a_delete_that_empties_a_folder_does_not_break_a_write_into_it(
    local: LocalStorage,
) -> None:
    other = keys.thumbnail("job1", 1)

    async def write_and_delete(key: str) -> None:
        for _ in range(100):
            await local.put_stream(key, _stream(b"x"))
            await local.delete(key)

    async with asyncio.TaskGroup() as group:
        group.create_task(write_and_delete(KEY))
        group.create_task(write_and_delete(other))
    assert [found async for found in local.list("")] == []


async def test_deleting_leaves_no_empty_folders(local: LocalStorage, tmp_path: Path) -> None:
    await local.put_stream(KEY, _stream(b"x"))
    await local.delete(KEY)
    assert list((tmp_path / "storage" / "objects").iterdir()) == []


async def test_objects_are_private_to_the_user_who_runs_us(
    local: LocalStorage, tmp_path: Path
) -> None:
    await local.put_stream(KEY, _stream(b"x"))
    path = tmp_path / "storage" / "objects" / KEY
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


async def test_a_source_that_does_not_exist_leaves_nothing(
    local: LocalStorage, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        await local.put_file(KEY, tmp_path / "nothing here")
    assert _files(tmp_path) == []


async def test_the_settings_choose_folder_secret_and_links(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, signing_secret="x" * 32, public_url="https://a.example/")
    storage = build_storage(settings)
    await storage.put_stream(KEY, _stream(b"x"))
    assert (tmp_path / "storage" / "objects" / KEY).exists()
    link = await storage.download_link(KEY)
    assert link.startswith("https://a.example/files/renders/job1/a1/output.mp4?expires=")
    reader = LocalStorage(tmp_path / "storage", secret=b"x" * 32, link_base="")
    assert reader.verify_download(link.removeprefix("https://a.example")).key == KEY


def test_the_door_opens_one_storage_until_it_is_reset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    reset_storage_adapter()
    try:
        first = get_storage_adapter()
        assert get_storage_adapter() is first
        reset_storage_adapter()
        assert get_storage_adapter() is not first
    finally:
        reset_storage_adapter()
