"""What a program asks for over HTTP, decided as the chat decides it.

The API is another hand at the same cards: what it brings in gets a card in its owner's chat, and
what it has made ends there too. Pure, and safe to call again like all decisions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from conversations import cards, finished, links, work
from conversations.figures import tidy
from conversations.intake import begun, edit_as_heard
from conversations.model import Facts
from conversations.phases import CHANGEABLE, Phase, edit_of, phase, total_s
from jobs.model import Changes, Edit, Face, JobKind, Project, Shape, Source, SourceKind
from jobs.recipe import Recipe, RecipeError, check


class Refused(Exception):
    """It cannot be done. `code` is for programs; api_texts.py has a sentence for each."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered:
    """What to write, and the job to wait for."""

    changes: Changes
    job_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How a video should be; None, or nothing, leaves it as the card has it.

    `recipe` are fields of a Recipe; its clips name no source, for there is only one.
    """

    recipe: Mapping[str, Any] = field(default_factory=dict)
    look: str | None = None
    shape: Shape | None = None
    title: str | None = None
    subtitle: str | None = None
    response: str | None = None
    brand: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An open card that shows the recording, and what is known about it."""

    project: Project
    facts: Facts


def bring(source: Source, facts: Facts, *, dedupe_key: str = "") -> Ordered:
    """A card for what is to be brought in. Raises Refused."""
    if source.kind is SourceKind.LINK:
        source = links.recognised(source)
        if not links.is_https(source.url):
            raise Refused("link_not_https")
    if source.kind is SourceKind.YOUTUBE and not facts.person.attested:
        raise Refused("not_attested")
    project = Project(
        id=facts.new_id()[:8],
        owner_id=facts.person.id,
        chat_id=facts.person.id,  # a private chat has its person's id
        source=replace(source, title=tidy(source.title)),
        source_message_id=0,
        ingest_job="",
    )
    changes = begun(project, facts, dedupe_key)
    assert changes.project is not None
    return Ordered(changes=changes, job_id=changes.project.ingest_job)


def edit(shown: Sequence[Card], kind: JobKind, wish: Wish) -> Ordered:
    """A preview or a save of the recording; the card itself stays as it is. Raises Refused."""
    card = _heard(shown[0])
    wanted = replace(card.project, edit=_edited(card, wish))
    make = {JobKind.PREVIEW: work.preview, JobKind.SAVE: work.save}[kind]
    job = make(wanted, card.facts.new_id())
    return Ordered(changes=Changes(jobs=(job,)), job_id=job.id)


def video(shown: Sequence[Card], wish: Wish) -> Ordered:
    """The video as wished: one that is there or under way already, else a new one.

    It is made on the recording's first card if that can be changed, else on one more card. Raises
    Refused.
    """
    first = _heard(shown[0])
    wanted = _edited(first, wish)
    for card in shown:
        if card.project.edit == wanted and _is_made(card):
            return Ordered(changes=Changes(), job_id=card.project.render_job)
    if phase(first.project, first.facts) in CHANGEABLE:
        changes = _made_here(first, wanted, shown[0].project)
    else:
        changes = finished.sibling(first.project, wanted, first.facts, start=True)
    assert changes.project is not None
    return Ordered(changes=changes, job_id=changes.project.render_job)


def _heard(card: Card) -> Card:
    """The card as it is once the end of its ingest was dealt with, which may still be waited for.

    Raises Refused when there is nothing to hear.
    """
    project, asset = card.project, card.facts.asset
    if asset is None:
        raise Refused("not_found")
    if project.edit is not None:
        return card
    edit = edit_as_heard(project, asset, card.facts)
    return replace(card, project=replace(project, edit=edit))


def _edited(card: Card, wish: Wish) -> Edit:
    edit = edit_of(card.project)
    asset = card.facts.asset
    own_response = asset.character if asset is not None else ""
    chosen = {
        "recipe": _recipe(card, wish),
        "look": wish.look,
        "shape": wish.shape,
        "title": None if wish.title is None else tidy(wish.title),
        "subtitle": None if wish.subtitle is None else tidy(wish.subtitle),
        "response": "" if wish.response == own_response else wish.response,
        "brand": wish.brand,
    }
    named: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    return replace(edit, **named)


def _recipe(card: Card, wish: Wish) -> Recipe:
    before = edit_of(card.project).recipe
    source = before.clips[0].source
    wished = replace(before, **wish.recipe)
    recipe = replace(wished, clips=tuple(replace(clip, source=source) for clip in wished.clips))
    try:
        check(recipe, {source: total_s(card.project, card.facts)})
    except RecipeError as wrong:
        raise Refused(f"recipe_{wrong.code}") from wrong
    return recipe


def _is_made(card: Card) -> bool:
    """Whether its video is under way, or there and not tidied away yet."""
    now = phase(card.project, card.facts)
    if now is Phase.DONE:
        render = card.facts.render
        assert render is not None
        return card.facts.now < render.updated_at + card.facts.limits.retention_s
    return now is Phase.MAKING


def _made_here(card: Card, wanted: Edit, before: Project) -> Changes:
    """The card's own edit becomes the one wished, which can be undone, and its video is begun."""
    project, facts = card.project, card.facts
    changed = project.edit != wanted
    anew = phase(project, facts) is Phase.FAILED and not changed
    edited = replace(project, edit=wanted, face=Face.HOME)
    after, jobs = work.making(edited, facts, anew=anew)
    changes = Changes(project=after, jobs=jobs, remember=changed and before.edit is not None)
    return cards.redrawn(changes, before, facts)
