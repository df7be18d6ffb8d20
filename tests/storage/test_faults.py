"""What goes wrong between us and a bucket, and that nobody ever sees half an object.

Each test names the server that shows it: moto answers as S3 does; rclone forgets finished uploads,
knows no If-Match and answers a Range with status 200.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.adapter import CHUNK_BYTES, ObjectMissing, StorageUnavailable
from storage.bucket import PART_BYTES, Bucket, Upload
from tests.storage.faults import Harm, way_to
from tests.storage.scene import KEY, LARGE, SMALL, Scene, hasty, read, spoilable, stream
from tests.storage.servers import Server

STOPPED_S = 5.0  # within which whatever is cancelled is to end
# The first lines of the requests of an upload in parts.
BEGIN = r"POST .*\?uploads"
SECOND = r"PUT .*partNumber=2"
END = r"POST .*\?uploadId="


def _names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_storm_of_503s_passes(scene: Scene, tmp_path: Path) -> None:
    for verb in ("PUT", "POST", "HEAD", "GET", "DELETE"):
        scene.way.add(Harm.REFUSE, f"{verb} ", times=4)
    async with scene.watched():
        await scene.spoilt.put_stream(KEY, stream(LARGE))
        await scene.spoilt.get_file(KEY, tmp_path / "copy")
        assert (tmp_path / "copy").read_bytes() == LARGE
        assert [info.key async for info in scene.spoilt.list("")] == [KEY]
        await scene.spoilt.delete(KEY)
    assert scene.seen <= {len(LARGE)}
    assert all(fault.times == 0 for fault in scene.way.faults)
    with pytest.raises(ObjectMissing):
        await scene.good.stat(KEY)


async def test_a_storm_that_does_not_end_leaves_the_old_object(short: Scene) -> None:
    await short.good.put_stream(KEY, stream(SMALL))
    short.way.add(Harm.REFUSE, SECOND, times=10_000)
    async with short.watched():
        with pytest.raises(StorageUnavailable):
            await short.spoilt.put_stream(KEY, stream(LARGE))
    assert short.seen <= {len(SMALL)}
    assert await read(short.good) == SMALL
    assert await short.good.sweep_unfinished(older_than_s=-1) == 0


async def test_a_download_cut_at_half_goes_on_from_there(scene: Scene, tmp_path: Path) -> None:
    await scene.good.put_stream(KEY, stream(LARGE))
    half = len(LARGE) // 2
    scene.way.add(Harm.CUT, "GET ", times=2, after_bytes=half // 2)
    await scene.spoilt.get_file(KEY, tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == LARGE
    first, *others = scene.way.asked("GET ")
    assert "Range:" not in first
    assert len(others) == 2
    assert all("Range: bytes=" in head for head in others)
    scene.way.add(Harm.CUT, "GET ", times=1, after_bytes=half)
    assert await read(scene.spoilt) == LARGE


async def test_a_server_that_knows_no_ranges_is_read_from_the_start_again(moto: Server) -> None:
    """moto shows it: rclone would see that what was signed is not there."""
    async with spoilable(moto) as scene:
        await scene.good.put_stream(KEY, stream(LARGE))
        scene.way.add(Harm.CUT, "GET ", after_bytes=len(LARGE) // 2)
        scene.way.add(Harm.DEAFEN, "GET ")
        assert await read(scene.spoilt) == LARGE


async def test_a_download_that_goes_on_is_not_seen_before_it_is_whole(
    scene: Scene, tmp_path: Path
) -> None:
    await scene.good.put_stream(KEY, stream(LARGE))
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
    await short.good.put_stream(KEY, stream(SMALL))
    short.way.add(Harm.CUT, "GET ", times=10_000, after_bytes=0)
    with pytest.raises(StorageUnavailable):
        await short.spoilt.get_file(KEY, tmp_path / "copy")
    assert _names(tmp_path) == []


async def test_two_objects_are_never_mixed_when_one_takes_the_other_s_place(
    scene: Scene, tmp_path: Path
) -> None:
    old, new = b"o" * 3 * PART_BYTES, b"n" * 3 * PART_BYTES
    await scene.good.put_stream(KEY, stream(old))
    scene.way.add(Harm.CUT, "GET ", after_bytes=2 * CHUNK_BYTES)
    reader = scene.spoilt.get_stream(KEY)
    read = [await anext(reader)]
    await scene.good.put_stream(KEY, stream(new))
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
        stored = await scene.spoilt.put_stream(KEY, stream(content))
    assert stored.size_bytes == len(content)
    assert await read(scene.good) == content
    assert scene.seen <= {len(content)}


async def test_the_lost_end_of_an_upload_is_found_to_have_happened(rclone: Server) -> None:
    """rclone shows it: moto would say yes to the same end twice."""
    async with spoilable(rclone) as scene:
        scene.way.add(Harm.LOSE, END)
        await scene.spoilt.put_stream(KEY, stream(LARGE))
        assert await read(scene.good) == LARGE
        assert len(scene.way.asked(END)) == 2


async def test_an_upload_that_was_swept_away_is_no_success(rclone: Server) -> None:
    """rclone shows it: moto breaks over a part of an upload it does not know."""
    async with spoilable(rclone) as scene:
        await scene.good.put_stream(KEY, stream(SMALL))

        async def slow() -> AsyncIterator[bytes]:
            yield LARGE[: 2 * PART_BYTES]  # then only the end is still to come
            assert await scene.good.sweep_unfinished(older_than_s=-1) == 1

        with pytest.raises(StorageUnavailable):
            await scene.spoilt.put_stream(KEY, slow())
        assert await read(scene.good) == SMALL


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
        writing = asyncio.create_task(short.spoilt.put_stream(KEY, stream(LARGE)))
        await short.way.stalled.wait()
        began = time.monotonic()
        writing.cancel()
        await asyncio.wait([writing])
        assert writing.cancelled()
        assert time.monotonic() - began < STOPPED_S
    assert short.seen <= {len(LARGE)}


async def test_closing_gives_up_what_still_runs(short: Scene) -> None:
    short.way.add(Harm.STALL, "HEAD ")
    asking = asyncio.create_task(short.spoilt.stat(KEY))
    await short.way.stalled.wait()
    await short.spoilt.close()
    asking.cancel()
    await asyncio.wait([asking], timeout=STOPPED_S)
    assert asking.cancelled()


async def test_a_part_that_is_being_sent_stops_when_it_is_cancelled(moto: Server) -> None:
    """Its thread too, long before the 8 MiB are gone."""
    async with way_to(moto.url) as way:
        storage = hasty(moto.place(moto.bucket().bucket, url=way.url), grace_s=10.0)
        way.add(Harm.DRIP, "PUT ")
        writing = asyncio.create_task(storage.put_stream(KEY, stream(LARGE)))
        await way.dripping.wait()
        began = time.monotonic()
        writing.cancel()
        await asyncio.wait([writing])
        assert time.monotonic() - began < STOPPED_S
        await storage.close()


async def test_what_was_given_up_is_not_complained_about_later(
    moto: Server, caplog: pytest.LogCaptureFixture
) -> None:
    async with spoilable(moto) as scene:
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
