"""What the doctor says of a bucket: that it works, or the one sentence that mends it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from conversations.model import Finding
from doctor import PATIENCE_S, examine
from settings import Settings, StorageBackend
from storage.bucket import Bucket
from storage.presigned import Place
from storage.r2 import R2Storage
from tests.storage.faults import Harm, way_to
from tests.storage.servers import Server


def settings_for(place: Place, folder: Path) -> Settings:
    return Settings(
        data_dir=folder,
        storage_backend=StorageBackend.R2,
        r2_endpoint_url=place.endpoint_url,
        r2_bucket=place.bucket,
        r2_access_key_id=place.access_key_id,
        r2_secret_access_key=place.secret_access_key,
    )


async def finding(
    settings: Settings, name: str = "storage", patience_s: float = PATIENCE_S
) -> Finding:
    findings = await examine(settings, patience_s=patience_s)
    return next(found for found in findings if found.name == name)


async def test_a_bucket_that_works_is_well_and_left_empty(moto: Server, tmp_path: Path) -> None:
    place = moto.bucket()
    found = await finding(settings_for(place, tmp_path))
    assert (found.is_well, found.words) == (True, f"r2, bucket {place.bucket}")
    storage = R2Storage(place, Bucket(place))
    assert [info async for info in storage.list("")] == []
    await storage.close()


async def test_links_need_no_address_of_ours(moto: Server, tmp_path: Path) -> None:
    found = await finding(settings_for(moto.bucket(), tmp_path), "public address")
    assert (found.is_optional, found.words) == (
        True,
        "PUBLIC_URL is not set: links lead to R2 itself",
    )


async def test_a_bucket_that_is_not_there_is_named(moto: Server, tmp_path: Path) -> None:
    found = await finding(settings_for(moto.place("no-such-bucket"), tmp_path))
    assert not found.is_well
    assert found.words == (
        "r2, bucket no-such-bucket: there is no bucket of that name; make it, or set R2_BUCKET"
    )


async def test_a_wrong_secret_is_named_and_not_told(rclone: Server, tmp_path: Path) -> None:
    """rclone shows it: moto lets anybody in."""
    place = rclone.bucket()
    right = settings_for(place, tmp_path)
    found = await finding(replace(right, r2_secret_access_key="of somebody else"))
    assert not found.is_well
    assert found.words == (
        f"r2, bucket {place.bucket}: R2_SECRET_ACCESS_KEY is wrong; copy it again from the R2 token"
    )


async def test_a_key_that_nobody_knows_is_named_and_not_told(
    rclone: Server, tmp_path: Path
) -> None:
    right = settings_for(rclone.bucket(), tmp_path)
    found = await finding(replace(right, r2_access_key_id="0123456789abcdef" * 2))
    assert not found.is_well
    assert "R2_ACCESS_KEY_ID is not known" in found.words
    assert "0123456789abcdef" not in found.words


async def test_a_server_that_does_not_answer_is_named(
    moto: Server, tmp_path: Path, unused_tcp_port: int
) -> None:
    away = f"http://127.0.0.1:{unused_tcp_port}"
    settings = settings_for(moto.place("reels", url=away), tmp_path)
    found = await finding(settings, patience_s=0.5)
    assert not found.is_well
    assert found.words == f"{away} does not answer; check R2_ENDPOINT_URL"


async def test_a_link_that_leads_nowhere_is_told_and_nothing_is_left(
    moto: Server, tmp_path: Path
) -> None:
    place = moto.bucket()
    async with way_to(moto.url) as way:
        way.add(Harm.REFUSE, r"GET \S*X-Amz-Signature=")
        found = await finding(settings_for(replace(place, endpoint_url=way.url), tmp_path))
        assert len(way.asked("DELETE")) == 1
    assert not found.is_well
    assert found.words == "its links are refused; see R2_SECRET_ACCESS_KEY and the clock"
