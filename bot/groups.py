"""Groups: what happens to the chat itself, and which words there ask something of us."""

from __future__ import annotations

from bot.updates import Command, Event, Incoming, Media, Membership, Mention, Moved, Typed
from conversations.model import Received
from jobs.groups import Groups
from jobs.model import Project, ProjectStatus


async def changed(groups: Groups, incoming: Incoming) -> bool:
    """Whether the update is about a group itself; then what follows is written already.

    It is written before the update counts as dealt with, so it may be written twice, which does
    no harm.
    """
    chat_id = incoming.chat_id
    match incoming.event:
        case Moved(chat_id=moved_to):
            await groups.moved(chat_id, moved_to)
        case Membership(blocked=True) if incoming.is_in_group:
            await groups.left(chat_id)
        case Membership() if incoming.is_in_group:
            await groups.came_back(chat_id)
        case _:
            # Whoever speaks to us there has not put us out.
            if incoming.is_in_group and await groups.is_left(chat_id):
                await groups.came_back(chat_id)
            return False
    return True


def asks(event: Event) -> bool:
    """Whether somebody wants something of us; who only answers what we said may just be talking."""
    if isinstance(event, Typed):
        return event.named
    return isinstance(event, Media | Command | Mention)


def is_about(project: Project | None, recording: Received) -> bool:
    """Whether words that answer a recording are meant for the open card that shows it."""
    if project is None or project.status is not ProjectStatus.OPEN:
        return False
    return project.source_message_id == recording.message_id
