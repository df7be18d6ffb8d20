"""What hypothesis may choose from in a game of the queue, and what comes of a call."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from jobs.errors import ErrorClass, QuotaExceeded, StaleProject
from jobs.model import JobKind
from tests.jobs.faults import Fault
from tests.jobs.grounds import PROJECTS
from tests.jobs.queue_model import Refused, Step
from tests.jobs.samples import EVERY_KIND, LEASE_S

Write = tuple[Step | ErrorClass, int, Fault]  # the int: its progress

faults = st.sampled_from([Fault.NONE] * 8 + [Fault.BEFORE, Fault.WITHIN, Fault.AFTER])
steps = st.sampled_from([*Step, *ErrorClass])
kinds = st.sampled_from([JobKind.INGEST, JobKind.LOOK, JobKind.SAVE, JobKind.RENDER])
keys = st.sampled_from(["", "", "", "a", "b"])
owners = st.sampled_from(sorted(PROJECTS))
writes = st.tuples(steps, st.integers(0, 120), faults)
# Left to chance, few runs would get beyond a dispatched job.
FAR: list[list[Step | ErrorClass]] = [
    [Step.DISPATCH],
    [Step.DISPATCH, Step.CALL],
    [Step.DISPATCH, Step.CALL, Step.COMPLETE],
    [Step.DISPATCH, Step.CALL, Step.REDISPATCH],
    [Step.DISPATCH, Step.RELEASE],
    [Step.DISPATCH, Step.CALL, ErrorClass.BAD_INPUT],
]
openings = st.sampled_from(FAR) | st.lists(steps, max_size=4)
lanes = st.sampled_from([EVERY_KIND] * 4 + [EVERY_KIND - {JobKind.RENDER}, frozenset()])
picks = st.integers(0, 9)
jumps_s = st.sampled_from(
    [0.5, 6.0, 11.0, LEASE_S + 1, LEASE_S + 1, 61.0, 400.0, 3600.0, -3600.0, 86400.0]
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a call was written, and what came back: None when its answer was lost."""

    is_written: bool
    answer: object

    def is_refusal(self, refused: Refused) -> bool:
        """Whether the store refused for the model's reason."""
        match self.answer:
            case QuotaExceeded(quota=quota):
                return quota in refused.quotas
            case StaleProject():
                return refused.is_stale
            case _:
                return self.answer is False and refused.is_repeat
