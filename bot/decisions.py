"""An update becomes a decision, and the decision is committed together with the update.

Deciding is pure and belongs to the conversation; here is only what it has to know, and what to
do when the project changed meanwhile or a quota is used up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot import gate, groups
from bot.facts import FactsReader
from bot.updates import (
    Command,
    Event,
    Incoming,
    Media,
    Membership,
    Mention,
    Photo,
    Press,
    Typed,
    Unusable,
)
from conversations import flow, keyboards, texts
from conversations.figures import page
from conversations.model import Decision, Facts, Received, View, view_to_json
from conversations.words.text import language_of
from jobs.errors import QuotaExceeded, StaleProject
from jobs.model import Changes, Notice, Person, Project, Source
from jobs.opening import Store

STALE_TRIES = 5
# Commands that are about more than the newest card.
_KEYS = "apikey"
_VIDEOS = "videos"
_USAGE = "usage"
_TIME_VERBS = frozenset(
    {keyboards.Verb.EDGE, keyboards.Verb.NUDGE, keyboards.Verb.KEEP_ALL, keyboards.Verb.KEEP_LAST}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of an update. `fresh` is False for one that was dealt with before.

    `offered` is somebody who is to be shown other commands now, or the same in another language.
    """

    decision: Decision
    fresh: bool = True
    offered: Person | None = None


class Decisions:
    """Takes one update after the other."""

    def __init__(self, store: Store, facts: FactsReader) -> None:
        self._store = store
        self._facts = facts

    async def take(self, incoming: Incoming) -> Taken:
        """Decide and commit. Raises StoreUnavailable; StaleProject when it changes all the time."""
        if await groups.changed(self._store.groups, incoming):
            await self.ignore(incoming.update_id)
            return Taken(decision=Decision())
        for _ in range(STALE_TRIES):
            decision, facts = await self._decide(incoming)
            try:
                return await self._commit(incoming, decision, facts)
            except StaleProject:
                continue
        raise StaleProject

    async def ignore(self, update_id: int) -> None:
        """Nothing follows from the update."""
        await self._store.projects.accept(update_id, Changes())

    async def apologise(self, chat_id: int) -> None:
        """Tell somebody who may use the bot that what they sent led to nothing."""
        person = await self._store.people.get(chat_id)
        if person is not None and gate.may_use(person):
            said = View(text=page(texts.error(language_of(person), "internal", {})))
            notice = Notice(chat_id=chat_id, view=view_to_json(said))
            await self._store.projects.accept(None, Changes(notices=(notice,)))

    async def _commit(self, incoming: Incoming, decision: Decision, facts: Facts) -> Taken:
        accept = self._store.projects.accept
        try:
            fresh = await accept(incoming.update_id, decision.changes)
        except QuotaExceeded as exceeded:
            pressed = isinstance(incoming.event, Press)
            decision = flow.over_quota(exceeded.quota, facts, pressed=pressed)
            fresh = await accept(incoming.update_id, decision.changes)
        if not fresh:
            # A message that came before under another number is refused without being recorded.
            await self.ignore(incoming.update_id)
            pressed = isinstance(incoming.event, Press)
            decision = flow.pressed_before(facts) if pressed else Decision()
        return Taken(decision=decision, fresh=fresh, offered=_offered(decision, facts))

    async def _decide(self, incoming: Incoming) -> tuple[Decision, Facts]:
        facts = await self._admitted(incoming)
        person = facts.person
        if isinstance(incoming.event, Membership):
            changes = Changes(person=replace(person, blocked=incoming.event.blocked))
            return Decision(changes=changes), facts
        if gate.may_use(person):
            return await self._let(incoming.event, facts)
        if incoming.is_in_group:
            return await self._let_out(incoming.event, facts)
        if gate.asks_for_access(incoming.event):
            return flow.press(None, keyboards.Verb.ASK, facts), facts
        return flow.stranger(facts), facts

    async def _admitted(self, incoming: Incoming) -> Facts:
        """The facts about whoever did it, once a link they may have opened has done its work."""
        people, event = self._store.people, incoming.event
        person = await gate.person_of(people, incoming)
        owner = guest = None
        if not incoming.is_in_group:  # a code that stands in a group is nobody's alone
            owner = await gate.claim(people, person, event)
            guest = await gate.invited(self._store.invites, person, event)
        facts = await self._facts.of_person(
            owner or guest or person, incoming.chat_id, incoming.message_id
        )
        return replace(
            facts,
            claimed=owner is not None,
            invited=guest is not None,
            invitation_over=bool(gate.invitation(event)),
        )

    async def _let_out(self, event: Event, facts: Facts) -> tuple[Decision, Facts]:
        """What somebody in a group is told who may not use the bot: little, and once."""
        if isinstance(event, Press):
            press = keyboards.decode(event.data)
            project = await self._pressed(press, facts) if press is not None else None
            facts = await self._about(project, facts)
            return flow.outsider_pressed(project, facts), facts
        known = await self._store.people.get(facts.person.id)
        if known is not None or not groups.asks(event):
            return Decision(), facts
        return flow.outsider(facts), facts

    async def _let(self, event: Event, facts: Facts) -> tuple[Decision, Facts]:
        """What follows from what somebody who may use the bot did."""
        match event:
            case Media(received=received):
                return await self._received(received, facts)
            case Photo(source=source, reply_to=reply_to):
                project = await self._spoken_of(reply_to, facts)
                answers = reply_to != 0 and project is not facts.newest
                facts = await self._about(project, facts)
                return flow.photo(project, source, facts, answers=answers), facts
            case Unusable(media=media):
                return flow.unusable(media, facts), facts
            case Typed():
                return await self._typed(event, facts)
            case Command():
                return await self._command(event, facts)
            case Press(data=data):
                return await self._press(data, facts)
            case Mention():
                return flow.mentioned(facts), facts
        return Decision(), facts

    async def _received(self, received: Received, facts: Facts) -> tuple[Decision, Facts]:
        """A card for its sender, even if somebody else asked; for who asked if they may not."""
        if received.sender_id not in (0, facts.person.id):
            sender = await self._store.people.get(received.sender_id)
            if sender is not None and gate.may_use(sender):
                facts = await self._facts.of_person(sender, facts.chat_id, facts.message_id)
        facts = await self._with_same(received.source, facts)
        return flow.receive(received, facts), facts

    async def _typed(self, typed: Typed, facts: Facts) -> tuple[Decision, Facts]:
        project, recording = await self._spoken_of(typed.reply_to, facts), typed.recording
        if recording is not None and not groups.is_about(project, recording):
            return await self._received(recording, facts)
        facts = await self._about(project, facts, with_peaks=True)
        return flow.typed(project, typed.text, facts), facts

    async def _command(self, command: Command, facts: Facts) -> tuple[Decision, Facts]:
        facts = await self._about(facts.newest, facts)
        if command.name == _KEYS:
            facts = await self._with_keys(facts)
        if command.name == _USAGE:
            facts = await self._facts.with_usage(facts)
        if command.name == _VIDEOS:
            facts = await self._facts.with_shelf(facts, 0)
        return flow.command(command.name, command.argument, facts), facts

    async def _press(self, data: str, facts: Facts) -> tuple[Decision, Facts]:
        press = keyboards.decode(data)
        if press is None or not press.project:
            facts = _about_asker(press, facts)
            if press is not None and press.verb in keyboards.ABOUT_KEYS:
                facts = await self._with_keys(facts)
            if press is not None and press.verb in keyboards.ABOUT_VIDEOS:
                facts = await self._with_videos(press, facts)
            return flow.press(None, data, facts), facts
        project = await self._pressed(press, facts)
        facts = await self._about(project, facts, with_peaks=press.verb in _TIME_VERBS)
        return flow.press(project, data, facts), facts

    async def _pressed(self, press: keyboards.Press, facts: Facts) -> Project | None:
        """The project a button names; None for one that somebody made up."""
        project = await self._store.projects.get(press.project)
        return project if project is not None and project.chat_id == facts.chat_id else None

    async def _with_same(self, source: Source, facts: Facts) -> Facts:
        """With the person's card of the file that came in, if they have one."""
        if not source.unique_id:
            return facts
        chat = facts.person.id, facts.chat_id
        same = await self._store.projects.open_of_file(*chat, source.unique_id)
        if same is None:
            return facts
        video = await self._store.library.get(same.render_job) if same.render_job else None
        return replace(await self._about(same, facts), same=same, video=video)

    async def _with_keys(self, facts: Facts) -> Facts:
        return replace(facts, keys=await self._store.api_keys.of_person(facts.person.id))

    async def _with_videos(self, press: keyboards.Press, facts: Facts) -> Facts:
        """With the page and the video that a press is about; a page as it is without a video."""
        if press.verb is keyboards.Verb.LIBRARY:
            return await self._facts.with_shelf(facts, _page(press.argument))
        video_id, _, where = press.argument.partition(":")
        video = await self._store.library.get(video_id)
        if press.verb is not keyboards.Verb.DROP_NOW:
            return replace(facts, video=video)
        card = await self._store.projects.get(video.project_id) if video else None
        facts = await self._about(card, facts)
        facts = await self._facts.with_shelf(facts, _page(where), without=video_id)
        return replace(facts, video=video, video_card=card)

    async def _spoken_of(self, reply_to: int, facts: Facts) -> Project | None:
        """The project whose card is answered, else the one touched last."""
        if not reply_to:
            return facts.newest
        replied = await self._store.projects.by_message(facts.chat_id, reply_to)
        if replied is None:
            return facts.newest
        # In a group everybody sees a card, and is told whose it is.
        is_theirs = replied.owner_id == facts.person.id
        return replied if is_theirs or facts.is_group else facts.newest

    async def _about(
        self, project: Project | None, facts: Facts, *, with_peaks: bool = False
    ) -> Facts:
        if project is None:
            return facts
        facts = await self._facts.with_project(facts, project)
        if with_peaks:
            facts = replace(facts, peaks=await self._facts.peaks(facts.asset))
        return facts


def _page(argument: str) -> int:
    """The page a button names; the first for what no button of ours sends."""
    return int(argument) if re.fullmatch(r"\d{1,6}", argument, re.ASCII) else 0


def _about_asker(press: keyboards.Press | None, facts: Facts) -> Facts:
    """With the person that an owner's yes or no is about; only an owner knows of people."""
    if press is None or press.verb is not keyboards.Verb.INVITE:
        return facts
    user, _, _ = press.argument.partition(":")
    asker = next((person for person in facts.people if str(person.id) == user), None)
    return replace(facts, asker=asker)


def _offered(decision: Decision, facts: Facts) -> Person | None:
    """Whoever has just come to own the bot or chosen a language."""
    now, before = decision.changes.person or facts.person, facts.person
    has_chosen = now.id == before.id and now.chosen_language != before.chosen_language
    return now if has_chosen or facts.claimed else None
