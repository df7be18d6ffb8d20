"""Links to bring something with: whose they are, and how many a person may have open."""

from __future__ import annotations

import pytest

from jobs.errors import QuotaExceeded
from jobs.opening import Store
from jobs.quotas import Quotas
from jobs.uploads import dedupe_key
from tests.jobs.databases import Clock
from tests.jobs.samples import new_job

DAY_S = 86400.0
MOST = Quotas().queued_ingests


async def promised(store: Store, owner_id: int = 1) -> list[str]:
    """As many uploads as one person may have open."""
    keys = [f"uploads/{owner_id}-{number}/recording.bin" for number in range(MOST)]
    for key in keys:
        await store.uploads.promise(key, owner_id)
    return keys


async def test_an_upload_is_known_by_its_owner_and_its_job(store: Store) -> None:
    await store.uploads.promise("uploads/a/recording.bin", 7)
    assert await store.uploads.owner("uploads/a/recording.bin") == 7
    assert await store.uploads.owner("uploads/b/recording.bin") is None
    assert await store.uploads.job("uploads/a/recording.bin") is None
    key = dedupe_key("uploads/a/recording.bin")
    assert await store.jobs.create(new_job("job1", dedupe_key=key))
    assert not await store.jobs.create(new_job("job2", dedupe_key=key))
    job = await store.uploads.job("uploads/a/recording.bin")
    assert job is not None
    assert job.id == "job1"


async def test_a_second_promise_of_one_upload_changes_nothing(store: Store) -> None:
    await store.uploads.promise("uploads/a/recording.bin", 7)
    await store.uploads.promise("uploads/a/recording.bin", 8)
    assert await store.uploads.owner("uploads/a/recording.bin") == 7


async def test_what_is_brought_and_not_listened_to_is_limited(store: Store, clock: Clock) -> None:
    keys = await promised(store)
    with pytest.raises(QuotaExceeded, match="queued_ingests"):
        await store.uploads.promise("uploads/one-more/recording.bin", 1)
    await store.uploads.promise("uploads/of-another/recording.bin", 2)
    await store.jobs.create(new_job(dedupe_key=dedupe_key(keys[3])))
    await store.uploads.promise("uploads/one-more/recording.bin", 1)


async def test_links_of_yesterday_do_not_count(store: Store, clock: Clock) -> None:
    await promised(store)
    await clock.advance(DAY_S + 1)
    await store.uploads.promise("uploads/one-more/recording.bin", 1)


async def test_old_links_are_forgotten(store: Store, clock: Clock) -> None:
    await store.uploads.promise("uploads/old/recording.bin", 1)
    await clock.advance(DAY_S)
    await store.uploads.promise("uploads/new/recording.bin", 1)
    await store.uploads.forget(DAY_S / 2)
    assert await store.uploads.owner("uploads/old/recording.bin") is None
    assert await store.uploads.owner("uploads/new/recording.bin") == 1
