"""A phone in a process of its own, to be killed: `python -m tests.phone.process FOLDER PORT`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from phone.limits import Limits
from phone.server import start_phone


async def serve(folder: Path, port: int) -> None:
    limits = Limits(chat_burst=10_000, overall_burst=10_000)
    phone = await start_phone(folder, port=port, limits=limits)
    sys.stdout.write(phone.url + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
