"""Links to local files: what opens them, and that nothing else does."""

from __future__ import annotations

import random
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import keys
from storage.links import LinkExpired, LinkForged, clean_filename
from storage.local import LocalStorage
from tests.forging import mutated

KEY = keys.video("job1", 1)
BASE = "https://reel.example"
NOW = 1_800_000_000.0
ODD_NAMES = [
    "",
    "plain.mp4",
    "../../etc/passwd",
    "a\r\nSet-Cookie: x=1.mp4",
    'quote".mp4',
    "Ça va? Ünïcödé 日本語 🎤.mp4",
    "evil\u202e4pm.exe",
    "%2e%2e%2f&name=b&sig=0",
    "a+b c.mp4",
    "\x00\x1f",
    "." * 300,
    "long " * 100 + ".mp4",
    "con",
]


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def local(tmp_path: Path, clock: Clock) -> LocalStorage:
    return LocalStorage(tmp_path, secret=b"s" * 32, link_base=BASE, clock=clock)


async def _download(local: LocalStorage, name: str = "My song.mp4") -> str:
    return (await local.download_link(KEY, filename=name)).removeprefix(BASE)


async def test_a_link_opens_what_it_was_made_for(local: LocalStorage) -> None:
    grant = local.verify_download(await _download(local))
    assert (grant.method, grant.key, grant.filename) == ("GET", KEY, "My song.mp4")
    assert grant.expires_at == NOW + 7 * 24 * 3600


async def test_an_upload_link_carries_its_size_cap(local: LocalStorage) -> None:
    link = (await local.upload_link(KEY, max_bytes=1000)).removeprefix(BASE)
    grant = local.verify_upload(link)
    assert (grant.method, grant.key, grant.max_bytes) == ("PUT", KEY, 1000)
    assert grant.expires_at == NOW + 3600
    with pytest.raises(LinkForged):
        local.verify_upload(link.replace("max=1000", "max=9999"))


async def test_a_link_ends_at_its_hour_and_says_so(local: LocalStorage, clock: Clock) -> None:
    link = (await local.download_link(KEY, expires_s=60)).removeprefix(BASE)
    clock.now = NOW + 59.9
    local.verify_download(link)
    clock.now = NOW + 60
    with pytest.raises(LinkExpired):
        local.verify_download(link)
    with pytest.raises(LinkForged):
        local.verify_download(link.replace(f"expires={int(NOW) + 60}", f"expires={int(NOW) + 99}"))


async def test_reading_and_writing_are_different_rights(local: LocalStorage) -> None:
    upload = (await local.upload_link(KEY, max_bytes=0)).removeprefix(BASE)
    with pytest.raises(LinkForged):
        local.verify_upload(await _download(local, ""))
    with pytest.raises(LinkForged):
        local.verify_download(upload)
    with pytest.raises(LinkForged):
        local.verify_download(upload.replace("&max=0", ""))


async def test_another_secret_opens_nothing(local: LocalStorage, tmp_path: Path) -> None:
    other = LocalStorage(tmp_path, secret=b"t" * 32, link_base=BASE, clock=Clock())
    with pytest.raises(LinkForged):
        other.verify_download(await _download(local))


async def test_a_link_to_one_object_does_not_open_another(local: LocalStorage) -> None:
    link = await _download(local)
    for other in (keys.video("job2", 1), keys.video("job1", 2), keys.inline_video("job1", 1)):
        with pytest.raises(LinkForged):
            local.verify_download(link.replace(KEY, other))


async def test_no_mutation_of_a_valid_link_is_valid(local: LocalStorage) -> None:
    link = await _download(local, "Ünïcödé (1).mp4")
    dice = random.Random(1)
    local.verify_download(link)
    for _ in range(5000):
        mutant = mutated(link, dice)
        if mutant != link:
            with pytest.raises(LinkForged):
                local.verify_download(mutant)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "/",
        "/files/",
        f"/files/{KEY}",
        f"/files/{KEY}?",
        f"/files/{KEY}?expires=&sig=",
        f"/files/{KEY}?expires=x&sig=y",
        f"/files/{KEY}?expires=9999999999&sig=" + "0" * 64,
        f"/files/{KEY}?expires={'9' * 4000}&sig=0",
        f"/files/{KEY}?expires=1&name=%ff&sig=0",
        "/files/../../etc/passwd?expires=9999999999&sig=0",
        "https://reel.example/files/" + KEY,
        f"/files/{KEY}?" + "a=b&" * 1000,
        "\ud800",
    ],
)
def test_what_is_no_link_is_refused_without_a_stumble(local: LocalStorage, link: str) -> None:
    with pytest.raises(LinkForged):
        local.verify_download(link)
    with pytest.raises(LinkForged):
        local.verify_upload(link)


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_odd_names_come_back_clean(local: LocalStorage, name: str) -> None:
    link = await _download(local, name)
    assert link.isascii()
    assert not set(link) & set(" \r\n\"'<>\\")
    assert local.verify_download(link).filename == clean_filename(name)


@given(st.text(max_size=300))
def test_a_clean_name_is_one_short_line_without_folders(name: str) -> None:
    clean = clean_filename(name)
    assert len(clean) <= 100
    assert not set(clean) & set('/\\:*?"<>|\r\n\0\u202e\u2066')
    assert clean.isprintable()
    assert not clean.startswith(".")
    assert clean == clean_filename(clean)


def test_a_long_name_keeps_its_extension() -> None:
    assert clean_filename("la " * 100 + ".mp4").endswith("la.mp4")


async def test_without_an_address_no_links_are_given(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path, secret=b"s" * 32, link_base="")
    assert await storage.download_link(KEY) == ""
    assert await storage.upload_link(KEY, max_bytes=1) == ""


async def test_the_link_names_the_file_readably(local: LocalStorage) -> None:
    assert unquote(await _download(local, "Mein Lied.mp4")).count("name=Mein Lied.mp4") == 1
