"""What a render asks for, and how long it may take wherever it is made."""

from __future__ import annotations

import pytest

from jobs.payloads import Prepared, RenderWork
from pipelines.brief import Brief
from tests.jobs.samples import asset, edit


@pytest.mark.parametrize(
    ("duration_s", "limit_s"), [(1.0, 600.0), (100.0, 600.0), (101.0, 606.0), (1800.0, 10_800.0)]
)
def test_a_render_has_ten_minutes_or_six_times_its_sound(duration_s: float, limit_s: float) -> None:
    prepared = Prepared(
        key="assets/a-1/prepared_0123456789abcdef.m4a",
        duration_s=duration_s,
        size_bytes=1,
        loudness_lufs=-14.0,
        true_peak_db=-1.0,
    )
    work = RenderWork(ingest_job="ingest", save_job="save", edit=edit())
    assert Brief(work=work, asset=asset(), prepared=prepared).limit_s == limit_s
