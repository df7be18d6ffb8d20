"""Buttons of messages beside the cards: about people, their language, keys and videos."""

from __future__ import annotations

from conversations import words
from conversations.keyboards import Verb, marked
from conversations.model import Button, Keyboard, Style
from conversations.words.text import Language
from jobs.library import Shelf


def hello(language: Language) -> Keyboard:
    """What can be done before anything was sent."""
    mine = Button(label=words.defaults.HEADING.to(language), data=f"{Verb.SETTINGS}:home")
    return ((sample(language),), (mine,))


def sample(language: Language) -> Button:
    """The recording that comes along, for who has none at hand."""
    label = words.buttons.SAMPLE.to(language)
    return Button(label=label, data=Verb.SAMPLE, style=Style.PRIMARY)


def ask_for_access(language: Language) -> Keyboard:
    label = words.buttons.ASK_FOR_ACCESS.to(language)
    return ((Button(label=label, data=Verb.ASK, style=Style.PRIMARY),),)


def invite(user_id: int, language: Language) -> Keyboard:
    yes, no = words.buttons.YES.to(language), words.buttons.NO.to(language)
    return (
        (
            Button(label=yes, data=f"{Verb.INVITE}:{user_id}:y", style=Style.SUCCESS),
            Button(label=no, data=f"{Verb.INVITE}:{user_id}:n"),
        ),
    )


def remove(user_id: int, name: str, number: int, language: Language) -> Button:
    """On page `number` of the people."""
    label = words.buttons.REMOVE.to(language, name=name)
    return Button(label=label, data=f"{Verb.REMOVE}:{user_id}:{number}", style=Style.DANGER)


def let_in(user_id: int, name: str, number: int, language: Language) -> Button:
    """On page `number` of the people."""
    label = words.buttons.LET_IN.to(language, name=name)
    return Button(label=label, data=f"{Verb.INVITE}:{user_id}:y:{number}")


def remove_now(user_id: int, number: int, language: Language) -> Keyboard:
    """To be sure; or back to the page."""
    yes, no = words.members.REMOVE_NOW.to(language), words.buttons.BACK.to(language)
    data = f"{Verb.REMOVE_NOW}:{user_id}:{number}"
    now = Button(label=yes, data=data, style=Style.DANGER)
    return ((now, Button(label=no, data=f"{Verb.PEOPLE}:{number}")),)


def people_pages(number: int, pages: int, language: Language) -> Keyboard:
    """To the pages around this one, and a link for somebody new."""
    back, more = words.buttons.BACK.to(language), words.members.NEXT_PAGE.to(language)
    turning = (
        *((Button(label=back, data=f"{Verb.PEOPLE}:{number - 1}"),) if number else ()),
        *((Button(label=more, data=f"{Verb.PEOPLE}:{number + 1}"),) if number + 1 < pages else ()),
    )
    label = words.members.INVITE.to(language)
    new = Button(label=label, data=Verb.NEW_INVITE, style=Style.PRIMARY)
    return (*((turning,) if turning else ()), (new,))


def invitation(link: str, share: str, language: Language) -> Keyboard:
    """Under a link that lets somebody in: two ways to hand it to them."""
    copy, pass_on = words.members.COPY.to(language), words.members.PASS_ON.to(language)
    return ((Button(label=copy, copy=link), Button(label=pass_on, url=share)),)


def languages(spoken: Language) -> Keyboard:
    """Every language there is, each under its own name."""
    return (
        tuple(
            Button(
                label=marked(words.buttons.LANGUAGES.to(language), language is spoken),
                data=f"{Verb.LANGUAGE}:{language}",
            )
            for language in Language
        ),
    )


def new_key(key_id: str, key: str, language: Language) -> Keyboard:
    """Under a key that is shown for the only time."""
    revoke = _revoke(key_id, words.keys.REVOKE.to(language), and_unsay=True)
    delete = words.keys.DELETE_MESSAGE.to(language)
    unsay = Button(label=delete, data=f"{Verb.UNSAY_KEY}:{key_id}")
    return ((Button(label=words.keys.COPY.to(language), copy=key),), (unsay, revoke))


def keys(key_ids: tuple[str, ...], language: Language, *, may_make: bool) -> Keyboard:
    """A way out for every key, and one more key while there may be one."""
    rows = tuple(
        (_revoke(key_id, words.keys.REVOKE_ONE.to(language, key=key_id)),) for key_id in key_ids
    )
    new = (Button(label=words.keys.NEW.to(language), data=Verb.NEW_KEY),)
    return (*rows, new) if may_make else rows


def _revoke(key_id: str, label: str, *, and_unsay: bool = False) -> Button:
    data = f"{Verb.REVOKE_KEY}:{key_id}" + (":m" if and_unsay else "")
    return Button(label=label, data=data, style=Style.DANGER)


def library(shelf: Shelf, first: int, language: Language) -> Keyboard:
    """What can be done about each video of a page, whose numbers begin at `first`."""
    rows = tuple(
        (
            Button(
                label=words.library.SEND_AGAIN.to(language, number=number),
                data=f"{Verb.SEND_AGAIN}:{video.id}",
            ),
            Button(
                label=words.library.DROP.to(language, number=number),
                data=f"{Verb.DROP}:{video.id}:{shelf.page}",
            ),
        )
        for number, video in enumerate(shelf.videos, first)
    )
    newer = Button(label=words.library.NEWER.to(language), data=f"{Verb.LIBRARY}:{shelf.page - 1}")
    older = Button(label=words.library.OLDER.to(language), data=f"{Verb.LIBRARY}:{shelf.page + 1}")
    is_first, is_last = shelf.page == 0, shelf.page + 1 >= shelf.pages
    turning = (*(() if is_first else (newer,)), *(() if is_last else (older,)))
    return (*rows, turning) if turning else rows


def drop(video_id: str, where: str, language: Language) -> Button:
    label, data = words.buttons.DELETE.to(language), f"{Verb.DROP}:{video_id}:{where}"
    return Button(label=label, data=data, style=Style.DANGER)


def drop_now(video_id: str, where: str, language: Language) -> Keyboard:
    """To be sure; back to the list where the question stands in its place."""
    yes = words.buttons.DELETE_NOW.to(language)
    now = Button(label=yes, data=f"{Verb.DROP_NOW}:{video_id}:{where}", style=Style.DANGER)
    if not where.isdecimal():
        return ((now,),)
    back = Button(label=words.buttons.BACK.to(language), data=f"{Verb.LIBRARY}:{where}")
    return ((now, back),)
