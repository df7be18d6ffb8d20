"""A database that an older version made is brought up to date, with all that is in it."""

from __future__ import annotations

from jobs.database import Statement
from jobs.model import JobStatus
from jobs.opening import Store
from tests.jobs.samples import new_job, the_job

LAX = "CREATE TRIGGER jobs_terminal BEFORE UPDATE ON jobs WHEN 0 BEGIN SELECT 1; END"


async def test_a_rule_of_an_older_version_gives_way_to_todays(store: Store) -> None:
    await store.database.batch([Statement("DROP TRIGGER jobs_terminal", {}), Statement(LAX, {})])
    await store.jobs.setup()
    await store.jobs.create(new_job("job1"))
    await store.jobs.cancel("job1")
    await store.database.execute("UPDATE jobs SET progress = 50")
    job = await the_job(store, "job1")
    assert (job.status, job.progress) == (JobStatus.CANCELLED, 0)
