"""One of several processes on one database: `python -m tests.jobs.process`.

It takes errands, one a line: ["ROLE", "BACKEND", "FOLDER", "NAME"]. On each it opens the store,
says `ready`, waits for a line, works, and prints what it got as one JSON line.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from jobs.errors import QuotaExceeded
from jobs.model import Changes
from jobs.opening import Store, build_store
from tests.jobs.databases import DATABASES
from tests.jobs.samples import EVERY_KIND, LEASE_S, a_render, person, project

CLAIMERS = 8  # in one process


async def _claim_all(store: Store, name: str) -> list[str]:
    got = await asyncio.gather(*(_claim_some(store, name) for _ in range(CLAIMERS)))
    return [job_id for some in got for job_id in some]


async def _claim_some(store: Store, name: str) -> list[str]:
    got = []
    while (job := await store.jobs.claim_next_pending(name, EVERY_KIND, LEASE_S)) is not None:
        assert await store.jobs.complete(job.id, job.attempt, {"by": name})
        got.append(job.id)
        await asyncio.sleep(0.001)  # lets the others in
    return got


async def _create_renders(store: Store, name: str) -> list[str]:
    got = []
    for number in range(50):
        try:
            await store.jobs.create(a_render(f"{name}-{number}"))
        except QuotaExceeded:
            continue
        got.append(f"{name}-{number}")
    return got


async def _accept_updates(store: Store, name: str) -> list[int]:
    return [
        number
        for number in range(100)
        if await store.projects.accept(number, Changes(project=project(f"{number}")))
    ]


async def _claim_bot(store: Store, name: str) -> list[str]:
    code = await store.people.claim_code()
    return [name] if code and await store.people.claim(code, person(int(name))) else []


ROLES: Mapping[str, Callable[[Store, str], Awaitable[object]]] = {
    "claim": _claim_all,
    "create": _create_renders,
    "accept": _accept_updates,
    "own": _claim_bot,
}


async def run(role: str, backend: str, folder: str, name: str) -> None:
    store = build_store(DATABASES[backend](Path(folder)))
    await store.jobs.setup()
    _say("ready")
    sys.stdin.readline()
    _say(json.dumps(await ROLES[role](store, name)))
    await store.close()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for errand in sys.stdin:
        asyncio.run(run(*json.loads(errand)))
