"""The product with everything elsewhere: Turso, R2 and Modal, by the peers that stand for them.

The bot and a second worker know nothing of each other but these, as if on two machines.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from jobs.opening import build_database
from phone.server import Phone
from settings import JobStoreBackend, Settings
from storage.presigned import Place
from tests.jobs.sqld import Sqld
from tests.whole.product import COMMAND, LEASE_S, Product

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0
LOOK_S = 0.02


class CloudProduct:
    """`pocketreel run` and `pocketreel worker`, each killed and started again as a test likes."""

    def __init__(self, phone: Phone, folder: Path, environment: Mapping[str, str]) -> None:
        self.bot = Product(phone, folder, **environment)
        beside = folder / "beside"
        beside.mkdir()
        self.worker = Product(
            phone,
            beside,
            command=(COMMAND, "worker"),
            **{**environment, "PUBLIC_URL": self.bot.address},
        )
        self.database = build_database(
            Settings(
                job_store_backend=JobStoreBackend.TURSO,
                turso_database_url=environment["TURSO_DATABASE_URL"],
                turso_auth_token=environment["TURSO_AUTH_TOKEN"],
            )
        )

    async def start(self) -> None:
        await self.bot.start()
        await self.worker.start()

    async def kill(self) -> None:
        await self.bot.kill()
        await self.worker.kill()

    def log(self) -> str:
        return self.bot.log() + self.worker.log()

    async def found(self, query: str) -> dict[str, Any]:
        """The first row that answers, once one does."""
        async with asyncio.timeout(PATIENCE_S):
            while not (rows := await self.database.execute(query)):
                await asyncio.sleep(LOOK_S)
        return dict(rows[0])

    def holder(self, lease_owner: str) -> Product:
        """Whose worker that is: its name ends with its process and a number of its own."""
        pid = int(lease_owner.split("-")[-2])
        return self.bot if self.bot.pid == pid else self.worker


@asynccontextmanager
async def in_the_cloud(phone: Phone, folder: Path, place: Place) -> AsyncIterator[CloudProduct]:
    """Set up and not started yet; `place` is the bucket."""
    server = Sqld(folder)
    await asyncio.to_thread(server.start)
    bucket = {
        "R2_ENDPOINT_URL": place.endpoint_url,
        "R2_BUCKET": place.bucket,
        "R2_ACCESS_KEY_ID": place.access_key_id,
        "R2_SECRET_ACCESS_KEY": place.secret_access_key,
    }
    token = {"MODAL_TOKEN_ID": "ak-1", "MODAL_TOKEN_SECRET": "as-1"}
    try:
        async with _modal({**bucket, **token}) as url:
            product = CloudProduct(
                phone,
                folder,
                {
                    **bucket,
                    **token,
                    "MODAL_SERVER_URL": url,
                    "JOB_STORE_BACKEND": "turso",
                    "TURSO_DATABASE_URL": f"http://127.0.0.1:{server.port}",
                    "TURSO_AUTH_TOKEN": server.token,
                    "STORAGE_BACKEND": "r2",
                    "RENDER_BACKEND": "modal",
                    "SIGNING_SECRET": "one secret for all who sign and check",
                    "LEASE_S": LEASE_S,
                },
            )
            yield product
            await product.database.close()
    finally:
        await asyncio.to_thread(server.stop)


@asynccontextmanager
async def _modal(environment: Mapping[str, str]) -> AsyncIterator[str]:
    """Where the app runs; it is stopped at the end of the block."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.modal_server"),
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE_S):
            line = await process.stdout.readline()
        yield line.decode().strip()
    finally:
        process.kill()
        await process.wait()
