"""Files of a Bot API server with --local: it names them by their path on a disk that both see."""

from __future__ import annotations

import traceback
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from jobs import errors
from settings import Settings
from tests.pipelines.test_telegram import TOKEN, Telegram, fetched

BODY = b"from the disk"


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    made = Telegram()
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "telegram" / TOKEN / "voice"
    folder.mkdir(parents=True)
    return folder


def local(telegram: Telegram, tmp_path: Path) -> Settings:
    return replace(telegram.settings, telegram_files_dir=str(tmp_path / "telegram"))


def names(telegram: Telegram, path: Path, size_bytes: int = 0) -> None:
    telegram.answer = {"ok": True, "result": {"file_path": str(path), "file_size": size_bytes}}


async def test_a_file_is_read_where_the_server_says_it_is(
    telegram: Telegram, tmp_path: Path, files: Path
) -> None:
    here = files / "file_7.oga"
    here.write_bytes(BODY)
    names(telegram, here, len(BODY))
    assert await fetched(local(telegram, tmp_path), tmp_path) == BODY


async def test_the_server_may_take_its_time_to_bring_the_file(
    telegram: Telegram, tmp_path: Path, files: Path
) -> None:
    here = files / "file_7.oga"
    here.write_bytes(BODY)
    names(telegram, here)
    telegram.ponders_s = 0.5
    assert await fetched(local(telegram, tmp_path), tmp_path, read_s=0.1) == BODY
    with pytest.raises(errors.TelegramAway):
        await fetched(telegram.settings, tmp_path, read_s=0.1)


async def test_a_file_is_measured_whatever_the_server_claims(
    telegram: Telegram, tmp_path: Path, files: Path
) -> None:
    here = files / "file_7.oga"
    here.write_bytes(b"x" * 101)
    names(telegram, here, 7)
    with pytest.raises(errors.SourceTooLarge):
        await fetched(local(telegram, tmp_path), tmp_path, max_bytes=100)


async def test_only_what_is_the_server_s_own_is_read(
    telegram: Telegram, tmp_path: Path, files: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"the signing key")
    (files / "link.oga").symlink_to(secret)
    elsewhere = (
        secret,
        files / "link.oga",
        files / ".." / ".." / ".." / "secret",
        files,
        files / "missing.oga",
        Path("voice/file_1.oga"),
    )
    for path in elsewhere:
        names(telegram, path)
        with pytest.raises(errors.SourceGone) as refused:
            await fetched(local(telegram, tmp_path), tmp_path)
        assert TOKEN not in "".join(traceback.format_exception(refused.value))


async def test_without_the_setting_no_path_of_this_disk_is_read(
    telegram: Telegram, tmp_path: Path, files: Path
) -> None:
    here = files / "file_7.oga"
    here.write_bytes(BODY)
    names(telegram, here)
    with pytest.raises(errors.SourceGone):
        await fetched(telegram.settings, tmp_path)


async def test_a_disk_that_may_not_be_read_says_nothing_of_the_token(
    telegram: Telegram, tmp_path: Path, files: Path
) -> None:
    names(telegram, files / ("x" * 300))  # longer than any name on a disk
    with pytest.raises(errors.JobError) as refused:
        await fetched(local(telegram, tmp_path), tmp_path)
    assert TOKEN not in "".join(traceback.format_exception(refused.value))
