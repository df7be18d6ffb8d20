"""/usage: for the owner alone, and as much of it as a message holds."""

from __future__ import annotations

from dataclasses import replace

from conversations import words
from jobs.usage import Share, Usage
from tests.conversations.samples import GUEST, MIB
from tests.conversations.world import World

ADA = Share(name="Ada", videos_today=3, bytes_today=12 * MIB, videos=40)


def test_the_owner_sees_people_speed_and_room() -> None:
    world = World()
    world.known = {"usage": Usage(shares=(ADA,), speed=0.5, free_bytes=900 * MIB)}
    assert world.command("/usage").splitlines() == [
        "<b>Usage today</b>",
        "A minute of video takes 30 s to make.",
        "Free on the disk: 900 MB",
        "Ada: 3 of 20 videos, 12 MB of 2.0 GB; 40 in all",
    ]


def test_what_nobody_knows_yet_is_not_told() -> None:
    assert World().command("/usage") == f"<b>Usage today</b>\n{words.usage.NO_SPEED.en}"


def test_a_guest_learns_nothing_of_others() -> None:
    world = World(GUEST)
    world.known = {"usage": Usage(shares=(ADA,))}
    assert world.command("/usage") == words.people.ONLY_OWNER.en


def test_of_many_people_as_many_are_told_as_fit() -> None:
    world = World()
    crowd = tuple(replace(ADA, name=f"Somebody with a long name {n}") for n in range(15))
    world.known = {"usage": Usage(shares=crowd, speed=1.0)}
    told = world.command("/usage")
    assert "takes 1 min" in told
    assert "long name 0" in told
