"""`make mutants`: nine defences are taken out one at a time, and a named test must notice each.

Every mutant is a small change of a copy of the project. A change that does not apply any more
counts as a failure too: the defence has moved, and its line here must follow it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
_LIMIT_S = 300.0
_SQLITE = ("-k", "sqlite")  # one database is enough to notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """`before` in `file` becomes `after`; `test` is the one to fail, `only` narrows it down."""

    defence: str
    file: str
    before: str
    after: str
    test: str
    only: tuple[str, ...] = ()


MUTANTS = (
    Mutant(
        defence="fence",
        file="jobs/sql.py",
        before="WHERE id = :id AND attempt = :attempt AND status IN {_IN_HAND}",
        after="WHERE id = :id AND :attempt = :attempt AND status IN {_IN_HAND}",
        test="tests/jobs/test_queue.py::test_a_stale_worker_can_change_nothing",
        only=_SQLITE,
    ),
    Mutant(
        defence="terminal trigger",
        file="jobs/schema.py",
        before="WHEN OLD.status IN ('complete', 'failed', 'cancelled')\nBEGIN SELECT RAISE(IGNORE)",
        after="WHEN 0\nBEGIN SELECT RAISE(IGNORE)",
        test="tests/jobs/test_endings.py::test_an_end_is_final_even_for_sql_that_forgets_the_rules",
        only=_SQLITE,
    ),
    Mutant(
        defence="outbox trigger",
        file="jobs/schema.py",
        before="outbox_final AFTER UPDATE OF status ON jobs\nWHEN NEW",
        after="outbox_final AFTER UPDATE OF status ON jobs\nWHEN 0 AND NEW",
        test="tests/jobs/test_endings.py::test_an_end_is_told_whoever_wrote_it",
        only=_SQLITE,
    ),
    Mutant(
        defence="dedupe key",
        file="jobs/schema.py",
        before="CREATE UNIQUE INDEX IF NOT EXISTS jobs_dedupe",
        after="CREATE INDEX IF NOT EXISTS jobs_dedupe",
        test="tests/jobs/test_queue.py::test_a_second_job_with_the_same_dedupe_key_is_not_created",
        only=_SQLITE,
    ),
    Mutant(
        defence="PDEATHSIG",
        file="pipelines/warden.py",
        before="    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)\n",
        after="",
        test="tests/pipelines/test_child.py::test_a_killed_worker_leaves_no_process_behind",
    ),
    Mutant(
        defence="all descendants die",
        file="pipelines/warden.py",
        before="    status = _watch(program, memory_bytes)\n    _bury_all()\n",
        after="    status = _watch(program, memory_bytes)\n",
        test="tests/pipelines/test_child.py::test_nothing_outlives_its_child",
    ),
    Mutant(
        defence="reconcile",
        file="worker/reconcile.py",
        before="    silent = await abroad.jobs.silent(abroad.silent_s)\n",
        after="    silent: list[SilentJob] = []\n",
        test="tests/worker/test_reconcile.py::test_an_end_whose_report_was_lost_is_found",
    ),
    Mutant(
        defence="confirm after commit",
        file="bot/reading.py",
        before="        found = await self._fetch(await self._updates.next_offset())\n",
        after=(
            "        found = await self._fetch(await self._updates.next_offset())\n"
            "        for raw in found:\n"
            "            await self._bot.do_api_request(\n"
            '                "GetUpdates", {"offset": raw["update_id"] + 1, "timeout": 0}\n'
            "            )\n"
        ),
        test="tests/bot/test_reading.py::test_an_update_waits_for_a_store_that_does_not_take_it",
    ),
    Mutant(
        defence="signature check",
        file="modal_render/dispatch.py",
        before="    if not hmac.compare_digest(_mac(key, said).encode(), mac) or found is None:\n",
        after="    if found is None:\n",
        test="tests/modal_render/test_dispatch.py::test_every_other_token_is_forged",
    ),
)


def main() -> int:
    """Judge every mutant in turn; 1 when one survived."""
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = _copy(Path(folder))
        if _run([mutant.test for mutant in MUTANTS], ("-k", "not sqld and not libsql"), copy):
            print("a test fails before anything is taken out: mend that first")
            return 1
        for mutant in MUTANTS:
            began = time.monotonic()
            verdict = _judge(mutant, copy)
            survivors += verdict != "caught"
            took_s = time.monotonic() - began
            print(f"{mutant.defence:22}{verdict:24}{took_s:5.1f} s  {mutant.test.split('::')[1]}")
    print(f"{len(MUTANTS) - survivors} of {len(MUTANTS)} caught")
    return 1 if survivors else 0


def _copy(folder: Path) -> Path:
    """What git knows of, as it is now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, folder / name
        if source.is_file() and source.suffix not in (".jpg", ".png"):
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    return folder


def _judge(mutant: Mutant, copy: Path) -> str:
    path = copy / mutant.file
    whole = path.read_text()
    mutated = whole.replace(mutant.before, mutant.after)
    if mutated == whole:
        return "does not apply"
    path.write_text(mutated)
    try:
        ended = _run([mutant.test], mutant.only, copy)
    finally:
        path.write_text(whole)
    return {0: "SURVIVED", 1: "caught"}.get(ended, "could not be tried")


def _run(tests: Sequence[str], only: Sequence[str], copy: Path) -> int:
    argv = ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"]
    return subprocess.run(
        [sys.executable, *argv, *tests, *only],
        cwd=copy,
        env={"PATH": "/usr/bin:/bin", "HOME": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        timeout=_LIMIT_S,
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
