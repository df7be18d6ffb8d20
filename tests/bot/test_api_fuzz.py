"""A program that only knows the document sends what it allows and what it forbids.

schemathesis stands for it: it makes thousands of requests of the document and looks whether each
answer is one that the document promises.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from jobs.model import JobKind
from jobs.opening import build_store
from jobs.quotas import Quotas
from storage.local import LocalStorage
from tests.bot.api_world import api_of, furnished
from tests.programs import output_of
from tests.worker.shop import Watched

CONFIG = '[headers]\nAuthorization = "Bearer ${API_KEY}"\n'
PROGRAM = Path(sys.executable).with_name("schemathesis")
LIMIT_S = 240.0  # on a machine that is busy with something else; otherwise some 15 s
# So that not every request is the one too many.
GENEROUS = Quotas(
    active_renders=10_000, videos_per_day=10_000, edits_per_day=10_000, queued_ingests=10_000
)
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "ignored_auth",
)


async def test_no_request_is_answered_as_the_document_does_not_say(
    database: Watched, storage: LocalStorage, tmp_path: Path
) -> None:
    store = build_store(database, GENEROUS)
    await store.jobs.setup()
    key = await furnished(store, storage)
    async with api_of(store, storage) as session:
        async with session.get("/api/openapi.json") as document:
            address = str(document.url)
        status, told = await fuzz(address, key, tmp_path)
    assert status == 0, told
    renders = await store.database.execute(
        "SELECT count(*) AS n FROM jobs WHERE kind = :kind", {"kind": JobKind.RENDER.value}
    )
    assert renders[0]["n"] > 1, "no request for a video was ever granted"


async def fuzz(address: str, key: str, folder: Path) -> tuple[int, str]:
    """The exit status of the program, and all it said."""
    # Not on the command line, where others on the machine would see it.
    (folder / "schemathesis.toml").write_text(CONFIG)
    argv = [
        *(str(PROGRAM), "run", address, "--url", address.partition("/api/")[0]),
        *("--checks", ",".join(CHECKS)),
        *("--phases", "examples,coverage,fuzzing", "--max-examples", "20", "--workers", "1"),
        *("--generation-deterministic", "--no-color", "--warnings", "off"),
    ]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_PROXY": "*"}
    environment["API_KEY"] = key
    status, told, complaints = await output_of(
        argv, folder=folder, environment=environment, limit_s=LIMIT_S
    )
    return status, told + complaints
