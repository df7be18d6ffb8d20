"""Modal's client is there for whoever chose it, and for nobody else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.opening import opened_elsewhere
from settings import RenderBackend, Settings

ROOT = Path(__file__).parents[2]
LOADED = """
import asyncio, sys
from dataclasses import replace
import assembly, doctor
from settings import RenderBackend, Settings

async def opened(backend):
    async with assembly.opened_elsewhere(replace(Settings(), render_backend=backend)) as place:
        return place

for backend in RenderBackend:
    print(type(asyncio.run(opened(backend))).__name__, "modal" in sys.modules)
"""


def test_modal_is_loaded_only_when_it_is_chosen() -> None:
    argv = [sys.executable, "-c", LOADED]
    said = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.splitlines() == ["NoneType False", "ModalCalls True"]


async def test_nobody_is_asked_before_somebody_needs_it(
    unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODAL_SERVER_URL", f"http://127.0.0.1:{unused_tcp_port}")
    async with opened_elsewhere(Settings(render_backend=RenderBackend.MODAL)) as place:
        assert place is not None
