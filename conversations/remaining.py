"""How long a video still takes: what is expected, and what of it is said.

Nobody minds to hear that it takes less than was said. That it takes more is said step by step, so
that no number leaps up.
"""

from __future__ import annotations

from conversations.figures import rounded_s

SAID_FROM = 10  # percent; before that nobody knows
QUIET_S = 20.0  # without news; then it is said that this is a heavy part
_SURE_PERCENT = 10  # below it the work's own pace says nothing yet


def expected_s(history_s: float | None, worked_s: float, done: float) -> float | None:
    """Seconds until the end of work that takes `history_s` here as a rule; None: nobody knows.

    It began `worked_s` ago and is `done` (0 to 100) percent done. The further it is, the more its
    own pace counts, and what the last videos took on this machine the less.
    """
    by_pace = worked_s * (100.0 - done) / done if done >= _SURE_PERCENT else None
    if history_s is None:
        return by_pace
    if by_pace is None:
        return max(1.0, history_s - worked_s)
    share = done / 100.0
    return share * by_pace + (1.0 - share) * history_s * (1.0 - share)


def said_s(now_s: float | None, before_s: int) -> int:
    """What is said when `now_s` is expected and `before_s` was said last; 0 for nothing."""
    if now_s is None:
        return 0
    told = rounded_s(now_s)
    return min(told, next_step_s(before_s)) if before_s else told


def next_step_s(told_s: int) -> int:
    """The number that is said next when it takes longer than `told_s`."""
    if told_s < 60:
        return told_s + 10
    return told_s + (30 if told_s < 180 else 60)
