"""What happens to a group beside what is said in it: it becomes a supergroup."""

from __future__ import annotations

from dataclasses import replace

from phone.messages import Desk
from phone.people import Person, speak
from phone.refusals import bad_request

_SUPERGROUP = -1_000_000_000_000


def upgrade(desk: Desk, person: Person) -> int:
    """Make the person's group a supergroup; its new id. Messages stay behind, as in Telegram.

    Raises Refusal 400 for a chat that cannot become one.
    """
    old = person.chat_id
    if not _SUPERGROUP < old < 0 or desk.chats.chat(old) is None or desk.chats.moved_to(old):
        raise bad_request("that chat is no basic group")
    new = _SUPERGROUP + old
    speak(desk, person, {"migrate_to_chat_id": new})
    speak(desk, replace(person, chat_id=new), {"migrate_from_chat_id": old})
    return new
