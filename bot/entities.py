"""What Telegram marked in a message's words: names, links."""

from __future__ import annotations

from telegram import Message


def marked(message: Message, kind: str) -> list[str]:
    """The words that are marked so, in the order of the marks.

    Places count UTF-16 units. One that lies outside of the words, or cuts a letter in two, marks
    what is left of it; the library gives up on the whole message there.
    """
    units = (message.text or message.caption or "").encode("utf-16-le", "surrogatepass")
    return [
        units[2 * mark.offset : 2 * (mark.offset + mark.length)].decode("utf-16-le", "ignore")
        for mark in (*message.entities, *message.caption_entities)
        if mark.type == kind and mark.offset >= 0
    ]
