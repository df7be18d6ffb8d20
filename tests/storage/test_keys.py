"""Keys: all that the builders make are keys, and each tells whose it is."""

from __future__ import annotations

import pytest

from storage import keys

DIGEST = "0123456789abcdef"
ASSET = keys.asset_id("abc", 2)


@pytest.mark.parametrize(
    ("key", "prefix"),
    [
        (keys.original(ASSET, "ogg"), "assets/abc-2/"),
        (keys.metadata(ASSET), "assets/abc-2/"),
        (keys.peaks(ASSET), "assets/abc-2/"),
        (keys.cover(ASSET), "assets/abc-2/"),
        (keys.preview(ASSET, DIGEST), "assets/abc-2/"),
        (keys.excerpt(ASSET, "edges", DIGEST, "ogg"), "assets/abc-2/"),
        (keys.excerpt(ASSET, "compare", DIGEST, "mp3"), "assets/abc-2/"),
        (keys.glimpse(ASSET, DIGEST, "mp4"), "assets/abc-2/"),
        (keys.glimpse(ASSET, DIGEST, "jpg"), "assets/abc-2/"),
        (keys.prepared(ASSET, DIGEST, "wav"), "assets/abc-2/"),
        (keys.card(ASSET, DIGEST), "assets/abc-2/"),
        (keys.fill(ASSET, DIGEST, 95), "assets/abc-2/"),
        (keys.sheet(ASSET, DIGEST), "assets/abc-2/"),
        (keys.video("abc", 2), "renders/abc/a2/"),
        (keys.inline_video("abc", 2), "renders/abc/a2/"),
        (keys.thumbnail("abc", 2), "renders/abc/a2/"),
        (keys.poster("abc", 2), "renders/abc/a2/"),
        (keys.render_levels("abc", 2), "renders/abc/a2/"),
        (keys.render_part("abc", 2, 1800), "renders/abc/a2/"),
    ],
)
def test_every_key_tells_which_attempt_it_belongs_to(key: str, prefix: str) -> None:
    assert keys.is_key(key)
    assert keys.writer(key) == keys.Writer(job="abc", attempt=2, prefix=prefix)
    assert keys.is_prefix(prefix)


def test_prefixes_hold_their_keys() -> None:
    assert keys.peaks(ASSET).startswith(keys.asset_prefix(ASSET))
    assert keys.video("abc", 2).startswith(keys.render_prefix("abc"))


def test_an_upload_belongs_to_no_job() -> None:
    key = keys.upload("token", "cover", "jpg")
    assert keys.is_key(key)
    assert key.startswith(keys.UPLOADS)
    assert keys.writer(key) is None


def test_a_profile_photo_belongs_to_no_job() -> None:
    key = keys.portrait(7_001_002)
    assert keys.is_key(key)
    assert key.startswith(keys.PORTRAITS)
    assert keys.writer(key) is None


def test_a_job_whose_id_has_a_dash_is_found() -> None:
    writer = keys.writer(keys.peaks(keys.asset_id("a-b", 13)))
    assert writer is not None
    assert (writer.job, writer.attempt) == ("a-b", 13)
