"""A bucket as the settings name it: what it refuses, what lies in it, what it costs in memory."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from settings import Settings, StorageBackend
from storage import keys
from storage.adapter import StorageRefused, StorageUnavailable
from storage.opening import build_storage
from tests.storage.scene import KEY, LARGE, SMALL, hasty, stream
from tests.storage.servers import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server, client

ROOT = Path(__file__).parents[2]

CARRIER = """
import asyncio, pathlib, resource, sys
from storage.bucket import Bucket
from storage.presigned import Place
from storage.r2 import R2Storage

def rss_bytes():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

async def main(url, bucket, key_id, secret, key, folder):
    place = Place(endpoint_url=url, bucket=bucket, access_key_id=key_id, secret_access_key=secret)
    storage = R2Storage(place, Bucket(place))
    source, copy = folder / "source", folder / "copy"
    before = rss_bytes()
    stored = await storage.put_file(key, source)
    await storage.get_file(key, copy)
    print(stored.size_bytes, rss_bytes() - before)
    await storage.close()

words = sys.stdin.read().splitlines()  # not argv: a key is among them
asyncio.run(main(*words[:5], pathlib.Path(words[5])))
"""


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_wrong_keys_are_refused_at_once_and_by_name(rclone: Server) -> None:
    """rclone shows it: moto lets anybody in."""
    place = rclone.bucket()
    storage = hasty(rclone.place(place.bucket, secret="of somebody else"))
    with pytest.raises(StorageRefused) as refused:
        await storage.put_stream(KEY, stream(SMALL))
    assert refused.value.code == "SignatureDoesNotMatch"
    await storage.close()


async def test_a_bucket_that_is_not_there_is_refused_by_name(moto: Server) -> None:
    storage = hasty(moto.place("no-such-bucket"))
    with pytest.raises(StorageRefused) as refused:
        await storage.put_stream(KEY, stream(SMALL))
    assert refused.value.code == "NoSuchBucket"
    await storage.close()


async def test_a_server_that_is_not_there_is_unavailable(
    moto: Server, unused_tcp_port: int
) -> None:
    away = f"http://127.0.0.1:{unused_tcp_port}"
    storage = hasty(moto.place("reels", url=away), patience_s=0.1)
    with pytest.raises(StorageUnavailable):
        await storage.stat(KEY)
    await storage.close()


async def test_objects_have_the_content_type_of_their_key(moto: Server) -> None:
    place = moto.bucket()
    storage = hasty(place)
    for key, content in ((KEY, LARGE), (keys.thumbnail("job1", 1), SMALL)):
        await storage.put_stream(key, stream(content))
    found = {
        key: client(place).head_object(Bucket=place.bucket, Key=key)["ContentType"]
        for key in (KEY, keys.thumbnail("job1", 1))
    }
    assert list(found.values()) == ["video/mp4", "image/jpeg"]
    await storage.close()


async def test_what_else_lies_in_the_bucket_is_left_alone(moto: Server) -> None:
    place = moto.bucket()
    storage, theirs = hasty(place), "renders/job1/notes.txt"
    client(place).put_object(Bucket=place.bucket, Key=theirs, Body=b"theirs")
    await storage.put_stream(KEY, stream(SMALL))
    assert [info.key async for info in storage.list("")] == [KEY]
    assert await storage.delete_prefix(keys.render_prefix("job1")) == 1
    assert client(place).get_object(Bucket=place.bucket, Key=theirs)["Body"].read() == b"theirs"
    await storage.close()


async def test_a_large_file_goes_up_and_down_in_little_memory(
    rclone: Server, tmp_path: Path
) -> None:
    place = rclone.bucket()
    with (tmp_path / "source").open("wb") as source:
        source.truncate(200 * 1000 * 1000)
    words = [place.endpoint_url, place.bucket, ACCESS_KEY_ID, SECRET_ACCESS_KEY, KEY, str(tmp_path)]
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", CARRIER],
        cwd=ROOT,
        input="\n".join(words),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    size_bytes, grown_bytes = map(int, done.stdout.split())
    assert size_bytes == (tmp_path / "copy").stat().st_size == 200 * 1000 * 1000
    assert grown_bytes < 150 * 1000 * 1000


async def test_the_settings_choose_the_bucket(moto: Server, tmp_path: Path) -> None:
    place = moto.bucket()
    storage = build_storage(
        Settings(
            data_dir=tmp_path,
            storage_backend=StorageBackend.R2,
            r2_endpoint_url=place.endpoint_url,
            r2_bucket=place.bucket,
            r2_access_key_id=place.access_key_id,
            r2_secret_access_key=place.secret_access_key,
        )
    )
    await storage.put_stream(KEY, stream(SMALL))
    link = await storage.download_link(KEY)
    assert link.startswith(f"{place.endpoint_url}/{place.bucket}/{KEY}?")
    assert _names(tmp_path) == []
    await storage.close()
