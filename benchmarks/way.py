"""What one video asks of its accounts: rows of the database, requests to the bucket, calls of
Telegram. `python -m benchmarks.way`.

A whole product makes a video of a minute's talk from a voice note, with its database on sqld and
its files on moto, both behind a wire that counts. Then it is left alone for a while, because an
idle product asks too. Rows are counted by the server itself, as Turso counts them.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from benchmarks.machine import facts
from phone.demo import is_ready
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from tests import sounds
from tests.jobs.sqld import Sqld
from tests.storage import servers
from tests.whole.conftest import claim
from tests.whole.product import Product

RESULT = Path(__file__).parent / "results" / "way.json"
TALK_S = 60.0
IDLE_S = 60.0
PATIENCE_S = 400.0
_HOP = {"connection", "content-length", "transfer-encoding", "content-encoding", "host"}

Counts = Counter[str]
Count = Callable[[Counts, web.Request, bytes], None]


async def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-way-") as name, servers.moto() as moto:
        folder = Path(name)
        sqld = Sqld(folder)
        await asyncio.to_thread(sqld.start)
        try:
            figures = await _measured(folder, sqld, moto)
        finally:
            await asyncio.to_thread(sqld.stop)
    kept = {
        "what": "asked of the accounts by a video of a minute, and by an idle bot with one worker",
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": facts(),
        **figures,
    }
    print(json.dumps(kept, indent=1))
    RESULT.write_text(json.dumps(kept, indent=1) + "\n")


async def _measured(folder: Path, sqld: Sqld, moto: servers.Server) -> dict[str, Any]:
    place = moto.bucket()
    counts: Counts = Counter()
    async with (
        _counting(f"http://127.0.0.1:{sqld.port}", counts, _rows) as database,
        _counting(moto.url, counts, _request) as bucket,
    ):
        phone = await start_phone(folder / "phone")
        product = Product(
            phone,
            folder,
            JOB_STORE_BACKEND="turso",
            TURSO_DATABASE_URL=database,
            TURSO_AUTH_TOKEN=sqld.token,
            STORAGE_BACKEND="r2",
            R2_ENDPOINT_URL=bucket,
            R2_BUCKET=place.bucket,
            R2_ACCESS_KEY_ID=place.access_key_id,
            R2_SECRET_ACCESS_KEY=place.secret_access_key,
        )
        await product.start()
        try:
            figures = await _lived(folder, phone, product, counts)
            kept = servers.client(place).list_objects_v2(Bucket=place.bucket)["Contents"]
            sizes = [found["Size"] for found in kept]
            return {**figures, "kept": {"objects": len(sizes), "bytes": sum(sizes)}}
        except BaseException:
            print(product.log())
            raise
        finally:
            await product.kill()
            await phone.stop()


async def _lived(folder: Path, phone: Phone, product: Product, counts: Counts) -> dict[str, Any]:
    note = sounds.write(folder / "note.ogg", sounds.speech(TALK_S))
    async with Visitor(phone.url) as visitor:
        await visitor.start(await claim(product))
        await visitor.wait_for(lambda message: message.from_bot, PATIENCE_S)
        counts.clear()
        since = phone.api.journal.next_number() - 1
        used_s = _processor_s(product.pid)
        await visitor.send_voice(note)
        card = await visitor.wait_for(is_ready, PATIENCE_S)
        await visitor.press_label(card, "Make video")
        await visitor.wait_for(lambda message: message.kind == "video", PATIENCE_S)
    calls = phone.api.journal.after(since)
    sent = sum(call["method"] != "getUpdates" for call in calls)
    video = {
        **dict(sorted(counts.items())),
        "telegram calls": sent,
        "processor seconds of bot and worker": round(_processor_s(product.pid) - used_s, 1),
    }
    counts.clear()
    await asyncio.sleep(IDLE_S)
    idle = {name: round(number * 3600 / IDLE_S) for name, number in sorted(counts.items())}
    return {"video": video, "idle_for_an_hour": idle}


def _processor_s(pid: int) -> float:
    """What the process used, and all its children that have ended."""
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def _counting(server: str, counts: Counts, count: Count) -> AsyncIterator[str]:
    """The address of a wire to the server that counts what goes over it."""
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def hand_on(request: web.Request) -> web.Response:
            kept = {k: v for k, v in request.headers.items() if k.lower() not in _HOP}
            async with session.request(
                request.method,
                f"{server}{request.raw_path}",
                headers={**kept, "Accept-Encoding": "identity"},
                data=await request.read(),
                allow_redirects=False,
            ) as answer:
                body = await answer.read()
                count(counts, request, body)
                given = {k: v for k, v in answer.headers.items() if k.lower() not in _HOP}
                if request.method == "HEAD":  # the size is all it asks for
                    given["Content-Length"] = answer.headers.get("Content-Length", "0")
                    return web.Response(status=answer.status, headers=given)
                return web.Response(status=answer.status, body=body, headers=given)

        app = web.Application(client_max_size=2**30)
        app.router.add_route("*", "/{path:.*}", hand_on)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()


def _rows(counts: Counts, _: web.Request, body: bytes) -> None:
    counts["database requests"] += 1
    for answer in json.loads(body)["results"]:
        result: Mapping[str, Any] = answer.get("response", {}).get("result") or {}
        for one in result.get("step_results") or [result]:
            counts["rows read"] += (one or {}).get("rows_read", 0)
            counts["rows written"] += (one or {}).get("rows_written", 0)


def _request(counts: Counts, request: web.Request, body: bytes) -> None:
    is_listing = request.method == "GET" and request.path.count("/") == 1
    if request.method == "DELETE":
        counts["bucket deletes (free)"] += 1
    elif request.method in ("PUT", "POST") or is_listing:
        counts["bucket class A (put, list)"] += 1
    else:
        counts["bucket class B (get, head)"] += 1
    counts["bytes to the bucket"] += int(request.headers.get("Content-Length") or 0)
    if request.method == "GET" and not is_listing:
        counts["bytes from the bucket"] += len(body)


if __name__ == "__main__":
    asyncio.run(main())
