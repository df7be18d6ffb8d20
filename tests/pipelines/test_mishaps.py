"""When programs crash, stand still or are stopped: what the queue is told, what is left."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import pytest

from jobs.errors import DiskFull, EditFailed, ErrorClass, JobError, TookTooLong
from jobs.model import JobKind, NewJob
from jobs.payloads import EditWork
from jobs.recipe import Clean
from pipelines import build_pipelines
from pipelines.child import ChildOverMemory, ChildRef, ChildResult, ChildTookTooLong, ChildWentQuiet
from pipelines.media import measured
from pipelines.mishaps import EditBroke, ListeningBroke, Stalled, check_end, told_as
from tests import sounds
from tests.pipelines.shop import ALL, Shop, recipe
from tests.pipelines.test_child import is_alive


@pytest.mark.parametrize(
    ("exit_code", "stderr", "expected"),
    [
        (1, "Conversion failed!", EditBroke),
        (-signal.SIGSEGV, "", EditBroke),
        (1, "av_interleaved_write_frame(): No space left on device", DiskFull),
        (-signal.SIGXFSZ, "", EditBroke),
    ],
)
def test_a_bad_end_is_told_by_what_it_was(
    exit_code: int, stderr: str, expected: type[JobError]
) -> None:
    with pytest.raises(expected):
        check_end(ChildResult(exit_code=exit_code, stderr=stderr), EditBroke)


def test_a_good_end_is_no_error() -> None:
    check_end(ChildResult(exit_code=0, stderr="some warning"), EditBroke)


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (ChildOverMemory("x"), EditFailed),
        (ChildWentQuiet("60 s"), Stalled),
        (ChildTookTooLong("60 s"), TookTooLong),
    ],
)
def test_a_child_that_was_stopped_is_told_by_why(
    raised: Exception, expected: type[JobError]
) -> None:
    with pytest.raises(expected), told_as(EditFailed):
        raise raised


def test_crashes_and_standstills_are_tried_once_more_under_the_same_code() -> None:
    for kind in (EditBroke, ListeningBroke, Stalled):
        assert kind.error_class is ErrorClass.BROKEN
        assert kind.code == kind.__mro__[1].code  # type: ignore[attr-defined]


def test_a_measurement_that_is_not_there_is_an_error() -> None:
    with pytest.raises(EditFailed):
        measured("Summary:\n  nothing of the kind")


def test_the_measurement_of_silence_is_a_number() -> None:
    found = measured("Summary:\n I: -inf LUFS\n True peak:\n Peak: -inf dBFS")
    assert (found.lufs, found.true_peak_db) == (-70.0, -100.0)


def _working_below(folder: Path) -> list[int]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str((process / "cwd").readlink()).startswith(str(folder)):
                found.append(int(process.name))
        except OSError:
            continue
    return found


@pytest.mark.parametrize("kind", [JobKind.INGEST, JobKind.SAVE, JobKind.PREVIEW])
async def test_a_job_cancelled_half_way_leaves_no_process_and_no_file(
    shop: Shop, tmp_path: Path, kind: JobKind
) -> None:
    path = sounds.write(tmp_path / "a.flac", sounds.speech(300.0))
    if kind is JobKind.INGEST:
        work = {"kind": "file", "media": "audio", "url": str(path)}
    else:
        ingested, asset = await shop.ingest(path)
        wanted = recipe(asset, 0, 300, clean=Clean.STRONG)
        work = EditWork(ingest_job=ingested, recipe=wanted).to_json()
    new = NewJob(id="late", kind=kind, project_id="p", owner_id=1, chat_id=1, input=work)
    assert await shop.store.create(new)
    job = await shop.store.claim_next_pending("shop", ALL, 60.0)
    assert job is not None
    pipelines = build_pipelines(shop.settings, shop.storage)
    child_ref = ChildRef()

    async def run() -> None:
        await pipelines[kind](shop.store, job, child_ref)

    task = asyncio.create_task(run())
    scratch = shop.settings.scratch_dir / f"{job.id}-{job.attempt}"
    async with asyncio.timeout(20):
        while not (pids := _working_below(scratch)):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    began = asyncio.get_running_loop().time()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.get_running_loop().time() - began < 2.5
    assert [pid for pid in pids if is_alive(pid)] == []
    assert not scratch.exists()
