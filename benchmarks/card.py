"""From a sent voice note of two minutes to its card: `python -m benchmarks.card`.

The promise is 4 s. The product is a process of its own, the phone another side of HTTP.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

from phone.demo import is_ready
from phone.limits import Limits
from phone.server import start_phone
from phone.visitor import Visitor
from tests import sounds
from tests.whole.conftest import claim
from tests.whole.product import Product

RUNS = 5
NOTE_S = 120.0
RESULT = Path(__file__).parent / "results" / "card.json"


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        took_s = await _measure(Path(folder))
    figures = {
        "what": f"seconds from a {NOTE_S:.0f} s voice note to its card",
        "runs": len(took_s),
        "min": round(min(took_s), 2),
        "median": round(statistics.median(took_s), 2),
        "max": round(max(took_s), 2),
    }
    print(json.dumps(figures, indent=1))
    await asyncio.to_thread(RESULT.write_text, json.dumps(figures, indent=1) + "\n")


async def _measure(folder: Path) -> list[float]:
    # Another one for each run: the same file again would be shown its card.
    notes = [
        sounds.write(folder / f"note{run}.ogg", sounds.speech(NOTE_S, seed=run))
        for run in range(RUNS)
    ]
    phone = await start_phone(folder / "phone", limits=Limits())
    product = Product(phone, folder)
    await product.start()
    took_s = []
    try:
        async with Visitor(phone.url) as visitor:
            await visitor.start(await claim(product))
            await visitor.wait_for(lambda message: message.from_bot)
            for note in notes:
                after = await visitor.now()
                began = time.monotonic()
                # A file, because voice notes in a row would be asked about.
                await visitor.send_document(note)
                await visitor.wait_for(is_ready, 60.0, after=after)
                took_s.append(time.monotonic() - began)
    finally:
        await product.stop()
        await phone.stop()
    return took_s


if __name__ == "__main__":
    asyncio.run(main())
