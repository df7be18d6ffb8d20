"""What goes wrong between us and a bucket, and that nobody ever sees half an object.

Each test names the server that shows it: moto answers as S3 does; rclone forgets finished uploads,
knows no If-Match and answers a Range with status 200.
"""

from __future__ import annotations

import asyncio
import gc
import random
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from settings import Settings, StorageBackend
from storage import keys
from storage.adapter import (
    CHUNK_BYTES,
    ObjectMissing,
    StorageAdapter,
    StorageRefused,
    StorageUnavailable,
)
from storage.bucket import PART_BYTES, Bucket, Upload
from storage.opening import build_storage
from storage.presigned import Place
from storage.r2 import R2Storage
from tests.storage.faults import Harm, Way, way_to
from tests.storage.servers import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Server, client

ROOT = Path(__file__).parents[2]
KEY = keys.video("job1", 1)
LARGE = random.Random(1).randbytes(2 * PART_BYTES + 12_345)  # three parts
SMALL = b"a few bytes"
QUICK_S = 0.01
# The first lines of the requests of an upload in parts.
BEGIN = r"POST .*\?uploads"
SECOND = r"PUT .*partNumber=2"
END = r"POST .*\?uploadId="

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

asyncio.run(main(*sys.argv[1:6], pathlib.Path(sys.argv[6])))
"""


async def _stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def _read(storage: StorageAdapter, key: str = KEY) -> bytes:
    return b"".join([chunk async for chunk in storage.get_stream(key)])


def _storage(place: Place, *, patience_s: float = 30.0, grace_s: float = 0.5) -> R2Storage:
    bucket = Bucket(place, patience_s=patience_s, pause_s=QUICK_S)
    return R2Storage(place, bucket, grace_s=grace_s)


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


class Scene:
    """A bucket reached by a way that can be spoilt, and by another that is always good."""

    def __init__(self, place: Place, way: Way, spoilt: R2Storage, good: R2Storage) -> None:
        self.place = place
        self.way = way
        self.spoilt = spoilt
        self.good = good
        self.seen: set[int] = set()

    @asynccontextmanager
    async def watched(self) -> AsyncIterator[None]:
        """Somebody looks at the key all through the block; `seen` are the sizes found there."""

        async def look() -> None:
            while True:
                found = [info.size_bytes async for info in self.good.list("renders/")]
                self.seen.update(found)

        watching = asyncio.create_task(look())
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait([watching])


@asynccontextmanager
async def _scene(server: Server, *, patience_s: float = 30.0) -> AsyncIterator[Scene]:
    place = server.bucket()
    async with way_to(server.url) as way:
        spoilt = _storage(server.place(place.bucket, url=way.url), patience_s=patience_s)
        good = _storage(place)
        yield Scene(place, way, spoilt, good)
        await spoilt.close()
        await good.close()


@pytest.fixture(params=["moto", "rclone"])
async def scene(request: pytest.FixtureRequest) -> AsyncIterator[Scene]:
    async with _scene(request.getfixturevalue(request.param)) as made:
        yield made


@pytest.fixture
async def short(moto: Server) -> AsyncIterator[Scene]:
    """With an adapter that soon loses its patience."""
    async with _scene(moto, patience_s=0.2) as made:
        yield made


async def test_a_storm_of_503s_passes(scene: Scene, tmp_path: Path) -> None:
    for verb in ("PUT", "POST", "HEAD", "GET", "DELETE"):
        scene.way.add(Harm.REFUSE, f"{verb} ", times=4)
    async with scene.watched():
        await scene.spoilt.put_stream(KEY, _stream(LARGE))
        await scene.spoilt.get_file(KEY, tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == LARGE
        assert [info.key async for info in scene.spoilt.list("")] == [KEY]
        await scene.spoilt.delete(KEY)
    assert scene.seen <= {len(LARGE)}
    assert all(fault.times == 0 for fault in scene.way.faults)
    with pytest.raises(ObjectMissing):
        await scene.good.stat(KEY)


async def test_a_storm_that_does_not_end_leaves_the_old_object(short: Scene) -> None:
    await short.good.put_stream(KEY, _stream(SMALL))
    short.way.add(Harm.REFUSE, SECOND, times=10_000)
    async with short.watched():
        with pytest.raises(StorageUnavailable):
            await short.spoilt.put_stream(KEY, _stream(LARGE))
    assert short.seen <= {len(SMALL)}
    assert await _read(short.good) == SMALL
    assert await short.good.sweep_unfinished(older_than_s=-1) == 0


async def test_a_download_cut_at_half_goes_on_from_there(scene: Scene, tmp_path: Path) -> None:
    await scene.good.put_stream(KEY, _stream(LARGE))
    half = len(LARGE) // 2
    scene.way.add(Harm.CUT, "GET ", times=2, after_bytes=half // 2)
    await scene.spoilt.get_file(KEY, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == LARGE
    first, *others = scene.way.asked("GET ")
    assert "Range:" not in first
    assert len(others) == 2
    assert all("Range: bytes=" in head for head in others)
    scene.way.add(Harm.CUT, "GET ", times=1, after_bytes=half)
    assert await _read(scene.spoilt) == LARGE


async def test_a_server_that_knows_no_ranges_is_read_from_the_start_again(moto: Server) -> None:
    """moto shows it: rclone would see that what was signed is not there."""
    async with _scene(moto) as scene:
        await scene.good.put_stream(KEY, _stream(LARGE))
        scene.way.add(Harm.CUT, "GET ", after_bytes=len(LARGE) // 2)
        scene.way.add(Harm.DEAFEN, "GET ")
        assert await _read(scene.spoilt) == LARGE


async def test_a_download_that_goes_on_is_not_seen_before_it_is_whole(
    scene: Scene, tmp_path: Path
) -> None:
    await scene.good.put_stream(KEY, _stream(LARGE))
    target = tmp_path / "copy"
    target.write_bytes(b"old")
    scene.way.add(Harm.STALL, "GET ")
    fetching = asyncio.create_task(scene.spoilt.get_file(KEY, target))
    await scene.way.stalled.wait()
    assert target.read_bytes() == b"old"
    fetching.cancel()
    await asyncio.wait([fetching])
    assert target.read_bytes() == b"old"


async def test_a_download_that_always_breaks_leaves_no_file(short: Scene, tmp_path: Path) -> None:
    await short.good.put_stream(KEY, _stream(SMALL))
    short.way.add(Harm.CUT, "GET ", times=10_000, after_bytes=0)
    with pytest.raises(StorageUnavailable):
        await short.spoilt.get_file(KEY, tmp_path / "copy")
    assert _names(tmp_path) == []


async def test_two_objects_are_never_mixed_when_one_takes_the_other_s_place(
    scene: Scene, tmp_path: Path
) -> None:
    old, new = b"o" * 3 * PART_BYTES, b"n" * 3 * PART_BYTES
    await scene.good.put_stream(KEY, _stream(old))
    scene.way.add(Harm.CUT, "GET ", after_bytes=2 * CHUNK_BYTES)
    reader = scene.spoilt.get_stream(KEY)
    read = [await anext(reader)]
    await scene.good.put_stream(KEY, _stream(new))
    with pytest.raises(StorageUnavailable):
        read += [chunk async for chunk in reader]
    assert set(b"".join(read)) == {ord("o")}
    await scene.spoilt.get_file(KEY, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == new


@pytest.mark.parametrize(
    ("content", "where"),
    [(SMALL, "PUT "), (LARGE, BEGIN), (LARGE, SECOND), (LARGE, END)],
)
async def test_an_answer_that_was_lost_is_asked_for_again(
    scene: Scene, content: bytes, where: str
) -> None:
    scene.way.add(Harm.LOSE, where)
    async with scene.watched():
        stored = await scene.spoilt.put_stream(KEY, _stream(content))
    assert stored.size_bytes == len(content)
    assert await _read(scene.good) == content
    assert scene.seen <= {len(content)}


async def test_the_lost_end_of_an_upload_is_found_to_have_happened(rclone: Server) -> None:
    """rclone shows it: moto would say yes to the same end twice."""
    async with _scene(rclone) as scene:
        scene.way.add(Harm.LOSE, END)
        await scene.spoilt.put_stream(KEY, _stream(LARGE))
        assert await _read(scene.good) == LARGE
        assert len(scene.way.asked(END)) == 2


async def test_an_upload_that_was_swept_away_is_no_success(rclone: Server) -> None:
    """rclone shows it: moto breaks over a part of an upload it does not know."""
    async with _scene(rclone) as scene:
        await scene.good.put_stream(KEY, _stream(SMALL))

        async def slow() -> AsyncIterator[bytes]:
            yield LARGE[: 2 * PART_BYTES]  # then only the end is still to come
            assert await scene.good.sweep_unfinished(older_than_s=-1) == 1

        with pytest.raises(StorageUnavailable):
            await scene.spoilt.put_stream(KEY, slow())
        assert await _read(scene.good) == SMALL


async def test_what_a_dead_writer_left_is_swept_when_it_is_old(scene: Scene) -> None:
    bucket, stop = Bucket(scene.place), threading.Event()
    upload = Upload(KEY)
    await asyncio.to_thread(bucket.begin, stop, upload)
    await asyncio.to_thread(bucket.add, stop, upload, LARGE[:PART_BYTES])
    with pytest.raises(ObjectMissing):
        await scene.good.stat(KEY)
    assert await scene.good.sweep_unfinished() == 0, "it might still be being written"
    assert await scene.good.sweep_unfinished(older_than_s=-1) == 1
    assert await scene.good.sweep_unfinished(older_than_s=-1) == 0
    bucket.close()


@pytest.mark.parametrize("where", [BEGIN, SECOND, END])
async def test_a_cancelled_upload_ends_soon_and_leaves_no_half(short: Scene, where: str) -> None:
    short.way.add(Harm.STALL, where)
    short.way.add(Harm.STALL, "DELETE ")
    async with short.watched():
        writing = asyncio.create_task(short.spoilt.put_stream(KEY, _stream(LARGE)))
        await short.way.stalled.wait()
        began = time.monotonic()
        writing.cancel()
        await asyncio.wait([writing])
        assert writing.cancelled()
        assert time.monotonic() - began < 3.0
    assert short.seen <= {len(LARGE)}


async def test_wrong_keys_are_refused_at_once_and_by_name(rclone: Server) -> None:
    """rclone shows it: moto lets anybody in."""
    place = rclone.bucket()
    storage = _storage(rclone.place(place.bucket, secret="of somebody else"))
    with pytest.raises(StorageRefused) as refused:
        await storage.put_stream(KEY, _stream(SMALL))
    assert refused.value.code == "SignatureDoesNotMatch"
    await storage.close()


async def test_a_bucket_that_is_not_there_is_refused_by_name(moto: Server) -> None:
    storage = _storage(moto.place("no-such-bucket"))
    with pytest.raises(StorageRefused) as refused:
        await storage.put_stream(KEY, _stream(SMALL))
    assert refused.value.code == "NoSuchBucket"
    await storage.close()


async def test_a_server_that_is_not_there_is_unavailable(
    moto: Server, unused_tcp_port: int
) -> None:
    away = f"http://127.0.0.1:{unused_tcp_port}"
    storage = _storage(moto.place("reels", url=away), patience_s=0.1)
    with pytest.raises(StorageUnavailable):
        await storage.stat(KEY)
    await storage.close()


async def test_objects_have_the_content_type_of_their_key(moto: Server) -> None:
    place = moto.bucket()
    storage = _storage(place)
    for key, content in ((KEY, LARGE), (keys.thumbnail("job1", 1), SMALL)):
        await storage.put_stream(key, _stream(content))
    found = {
        key: client(place).head_object(Bucket=place.bucket, Key=key)["ContentType"]
        for key in (KEY, keys.thumbnail("job1", 1))
    }
    assert list(found.values()) == ["video/mp4", "image/jpeg"]
    await storage.close()


async def test_what_else_lies_in_the_bucket_is_left_alone(moto: Server) -> None:
    place = moto.bucket()
    storage, theirs = _storage(place), "renders/job1/notes.txt"
    client(place).put_object(Bucket=place.bucket, Key=theirs, Body=b"theirs")
    await storage.put_stream(KEY, _stream(SMALL))
    assert [info.key async for info in storage.list("")] == [KEY]
    assert await storage.delete_prefix(keys.render_prefix("job1")) == 1
    assert client(place).get_object(Bucket=place.bucket, Key=theirs)["Body"].read() == b"theirs"
    await storage.close()


async def test_closing_gives_up_what_still_runs(short: Scene) -> None:
    short.way.add(Harm.STALL, "HEAD ")
    asking = asyncio.create_task(short.spoilt.stat(KEY))
    await short.way.stalled.wait()
    await short.spoilt.close()
    asking.cancel()
    await asyncio.wait([asking], timeout=3.0)
    assert asking.cancelled()


async def test_a_part_that_is_being_sent_stops_when_it_is_cancelled(moto: Server) -> None:
    """Its thread too, long before the 8 MiB are gone."""
    async with way_to(moto.url) as way:
        storage = _storage(moto.place(moto.bucket().bucket, url=way.url), grace_s=10.0)
        way.add(Harm.DRIP, "PUT ")
        writing = asyncio.create_task(storage.put_stream(KEY, _stream(LARGE)))
        await way.dripping.wait()
        began = time.monotonic()
        writing.cancel()
        await asyncio.wait([writing])
        assert time.monotonic() - began < 3.0
        await storage.close()


async def test_what_was_given_up_is_not_complained_about_later(
    moto: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with _scene(moto) as scene:
        scene.way.add(Harm.STALL, "HEAD ")
        asking = asyncio.create_task(scene.spoilt.stat(KEY))
        await scene.way.stalled.wait()
        asking.cancel()
        await asyncio.wait([asking])
    for thread in threading.enumerate():
        if thread.name.startswith("r2"):
            await asyncio.to_thread(thread.join, 5)
    await asyncio.sleep(0)
    del asking
    gc.collect()
    assert caplog.records == []


async def test_a_large_file_goes_up_and_down_in_little_memory(
    rclone: Server, tmp_path: Path
) -> None:
    place = rclone.bucket()
    with (tmp_path / "source").open("wb") as source:
        source.truncate(200 * 1000 * 1000)
    argv = [place.endpoint_url, place.bucket, ACCESS_KEY_ID, SECRET_ACCESS_KEY, KEY, str(tmp_path)]
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", CARRIER, *argv],
        cwd=ROOT,
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
    await storage.put_stream(KEY, _stream(SMALL))
    link = await storage.download_link(KEY)
    assert link.startswith(f"{place.endpoint_url}/{place.bucket}/{KEY}?")
    assert _names(tmp_path) == []
    await storage.close()
