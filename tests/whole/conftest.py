"""A phone, the product beside it, and somebody who owns the bot."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from phone.limits import Limits
from phone.server import Phone, start_phone
from phone.visitor import Visitor
from tests.planted import BOT_TOKEN
from tests.whole.cloud import CloudProduct, in_the_cloud
from tests.whole.product import LEASE_S, Product

IN_THE_CLOUD = "in the cloud"


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncIterator[Phone]:
    running = await start_phone(tmp_path / "phone", token=BOT_TOKEN, limits=Limits())
    yield running
    await running.stop()


@pytest.fixture
async def product(
    request: pytest.FixtureRequest, phone: Phone, tmp_path: Path
) -> AsyncIterator[Product | CloudProduct]:
    """On one machine, or for a test that asks for it everything elsewhere."""
    async with AsyncExitStack() as stack:
        running: Product | CloudProduct = Product(phone, tmp_path, LEASE_S=LEASE_S)
        if getattr(request, "param", "") == IN_THE_CLOUD:
            bucket = request.getfixturevalue("moto").bucket()
            running = await stack.enter_async_context(in_the_cloud(phone, tmp_path, bucket))
        await running.start()
        yield running
        await running.kill()
        print(running.log()[-6000:])  # pytest shows it when the test failed


@pytest.fixture
async def visitor(phone: Phone, product: Product) -> AsyncIterator[Visitor]:
    """Somebody who opened the claim link that the product printed."""
    async with Visitor(phone.url) as made:
        await made.start(await claim(product))
        await made.wait_for(lambda message: message.from_bot)
        yield made


async def claim(product: Product | CloudProduct) -> str:
    """The parameter in the link that the product prints at its first start."""
    async with asyncio.timeout(30):
        while True:
            if found := re.search(r"start=(claim_[\w-]+)", product.log()):
                return found[1]
            await asyncio.sleep(0.05)
