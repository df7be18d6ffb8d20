"""Sentences made of words and numbers, as plain text; `figures.page` makes HTML of it.

The words are in words/. Pipelines and store carry codes and parameters, only this file turns them
into sentences. A refusal always carries the way out.
"""

from __future__ import annotations

from conversations import words
from conversations.figures import about, bar, clock, clocks, data_size, date, days, ordinal, tidy
from conversations.model import Facts, Limits
from conversations.words.text import Language, isolated
from jobs.model import Edge, Job, Json, Project, Role, Stage
from jobs.recipe import Clean, TrimSilence

_CODE_DIGITS = 4  # of a job's id: what somebody reads out who asks for help


def untitled(language: Language, media: str) -> str:
    """What a recording without a title is called."""
    return words.cards.UNTITLED.get(media, words.cards.UNTITLED_SOMETHING).to(language)


def unusable(language: Language, media: str) -> str:
    return words.errors.UNUSABLE.get(media, words.errors.JOBS["not_media"]).to(language)


def stage(language: Language, doing: Stage) -> str:
    return words.cards.STAGES[doing].to(language)


def look(language: Language, which: str) -> str:
    """The look as its button calls it."""
    named = words.names.LOOKS.get(which)
    return named.to(language) if named else which.capitalize()


def response(language: Language, which: str) -> str:
    """How the picture moves, as its button calls it."""
    named = words.names.RESPONSES.get(which)
    return named.to(language) if named else which.capitalize()


def error(language: Language, name: str, params: Json, job_id: str = "") -> str:
    """Why a job ended badly, and the way out; an unknown code is an internal one."""
    limits = Limits()
    size_bytes = _number(params, "size_bytes", 2 * limits.source_bytes)
    limit_bytes = _number(params, "limit_bytes", limits.source_bytes)
    return words.errors.JOBS.get(name, words.errors.JOBS["internal"]).to(
        language,
        size=data_size(language, size_bytes),
        limit=data_size(language, limit_bytes),
        length=clock(_number(params, "duration_s", 2 * limits.audio_s)),
        limit_min=round(_number(params, "limit_s", limits.audio_s) / 60),
        code=code(language, job_id) if job_id else "",
    )


def code(language: Language, job_id: str) -> str:
    """What somebody reads out who asks for help with that job."""
    return words.errors.CODE.to(language, code=job_id[:_CODE_DIGITS].upper())


def failure(language: Language, job: Job) -> str:
    return error(language, job.error_code, job.error_params, job.id)


def recipe_error(language: Language, code: str) -> str:
    return words.errors.RECIPES.get(code, words.errors.RECIPES["malformed"]).to(language)


def quota(name: str, facts: Facts) -> str:
    """What is said to somebody who asked for more than their share."""
    limits = facts.limits
    return words.errors.QUOTAS.get(name, words.errors.QUOTAS["active_renders"]).to(
        facts.language,
        active_renders=limits.active_renders,
        videos_per_day=limits.videos_per_day,
        bytes_per_day=data_size(facts.language, limits.bytes_per_day),
        queued_ingests=limits.queued_ingests,
        edits_per_day=limits.edits_per_day,
        api_keys=limits.api_keys,
        waiting_glimpses=limits.waiting_glimpses,
        way=_way_to_more(facts),
    )


def _way_to_more(facts: Facts) -> str:
    if facts.person.role is Role.OWNER:
        return facts.say(words.errors.RAISE)
    name = tidy(facts.owner_name)
    return facts.say(words.errors.ASK, name=name) if name else facts.say(words.errors.ASK_OWNER)


def listed(project: Project, facts: Facts) -> str:
    """Which of a list it is; empty for what stands alone."""
    if facts.asset is None or facts.asset.listed < 2:
        return ""
    count, number = str(facts.asset.listed), str(project.source.item)
    return facts.say(words.parts.LISTED, count=count, number=number)


def too_large_for_telegram(language: Language, size_bytes: int, limits: Limits) -> str:
    return words.errors.TOO_LARGE_FOR_TELEGRAM.to(
        language,
        size=data_size(language, size_bytes),
        limit=data_size(language, limits.telegram_bytes),
        most=data_size(language, limits.source_bytes),
    )


def sound(language: Language, cleaning: Clean, is_level: bool, trimming: TrimSilence) -> str:
    """Sound cleaned, even volume, pauses cut: what the card says of the sound."""
    told = (
        words.cards.CLEANED.get(cleaning),
        words.cards.LEVELLED if is_level else None,
        words.cards.SILENCE_CUT.get(trimming),
    )
    parts = [part.to(language) for part in told if part is not None]
    return " · ".join(parts) or words.cards.AS_RECORDED.to(language)


def got(language: Language, media: str, duration_s: float) -> str:
    length = words.cards.LENGTH.to(language, length=clock(duration_s)) if duration_s else ""
    return words.cards.GOT.get(media, words.cards.GOT_SOMETHING).to(language, length=length)


def fetching(language: Language, title: str, site: str, progress: int) -> str:
    name, percent = tidy(title), f" · {progress}%" if progress else ""
    if not name:
        return words.cards.FETCHING.to(language, site=tidy(site), percent=percent)
    return words.cards.FETCHING_TITLE.to(language, title=name, site=tidy(site), percent=percent)


def ahead(language: Language, place: int) -> str:
    return f"{_place(language, place)}."


def keeping(
    language: Language, start_s: float, end_s: float, length_s: float, total_s: float
) -> str:
    total = clock(total_s)
    if start_s < 0.05 and end_s > total_s - 0.05 and length_s > total_s - 0.1:
        return words.trim.KEEPING_ALL.to(language, total=total)
    span, length = _span(language, start_s, end_s), clock(length_s)
    return words.trim.KEEPING.to(language, span=span, length=length, total=total)


def kept(language: Language, start_s: float, end_s: float, length_s: float) -> str:
    return words.trim.KEPT.to(
        language, span=_span(language, start_s, end_s), length=clock(length_s)
    )


def kept_first(language: Language, length_s: float) -> str:
    return words.trim.KEPT_FIRST.to(language, length=clock(length_s))


def kept_last(language: Language, length_s: float) -> str:
    return words.trim.KEPT_LAST.to(language, length=clock(length_s))


def dropped(language: Language, start_s: float, end_s: float, length_s: float) -> str:
    return words.trim.DROPPED.to(
        language, span=_span(language, start_s, end_s), length=clock(length_s)
    )


def outside(language: Language, total_s: float) -> str:
    return words.trim.OUTSIDE.to(language, end=clock(total_s))


def stopped_at(language: Language, end_s: float) -> str:
    return words.trim.STOPPED_AT.to(language, end=clock(end_s))


def moved(language: Language, edge: Edge, before_s: float, after_s: float) -> str:
    before, after = clocks(language, before_s, after_s)
    return f"{words.names.EDGES[edge].to(language)} {before} → {after}"


def length_changed(language: Language, before_s: float, after_s: float) -> str:
    before, after = clocks(language, before_s, after_s)
    return words.trim.LENGTH.to(language, before=before, after=after)


def queue(language: Language, place: int, eta_s: float | None) -> str:
    line = _place(language, place) if place else words.cards.NEXT.to(language)
    return words.cards.QUEUE.to(language, line=line, about=estimate(language, eta_s))


def estimate(language: Language, eta_s: float | None) -> str:
    """How long it will take, to stand behind something else; empty while nobody knows."""
    return "" if eta_s is None else words.cards.ABOUT.to(language, time=about(eta_s))


def progress(language: Language, percent: int, left_s: int) -> str:
    """The bar, the number, and the time left where it is not 0."""
    left = words.cards.LEFT.to(language, time=about(left_s)) if left_s else ""
    return f"{bar(percent)} {percent}%{left}"


def steps(language: Language, done: int, *, at_work: bool) -> str:
    """Ticks for what is done, a dot at what is being done."""
    told = [step.to(language) for step in words.cards.STEPS]
    marks = ["✓"] * done + ["●" if at_work else "○"] + ["○"] * len(told)
    return "  ".join(f"{mark} {step}" for mark, step in zip(marks, told, strict=False))


def link_until(language: Language, until: float) -> str:
    return words.cards.LINK_UNTIL.to(language, date=date(language, until))


def phone_size(language: Language, inline_bytes: int, until: float) -> str:
    return words.cards.PHONE_SIZE.to(
        language, size=data_size(language, inline_bytes), date=date(language, until)
    )


def only_steers(facts: Facts) -> str:
    """What is said to somebody else than who sent it."""
    name = tidy(facts.sender_name) or facts.say(words.answers.THE_SENDER)
    return facts.say(words.answers.ONLY_STEERS, name=name)


def name_of(language: Language, name: str) -> str:
    """A person's name as they write it, or that there is none."""
    return tidy(name) or words.people.SOMEBODY.to(language)


def expired(language: Language, quiet_s: float, again_s: float) -> str:
    time, again = days(language, quiet_s), days(language, again_s)
    return words.answers.EXPIRED.to(language, time=time, again=again)


def privacy(language: Language, originals_s: float, retention_s: float) -> tuple[str, ...]:
    sound, video = days(language, originals_s), days(language, retention_s)
    return (
        words.commands.PRIVACY_KEPT.to(language, sound=sound, video=video),
        words.commands.PRIVACY_LISTED.to(language),
        words.commands.PRIVACY_SEEN.to(language),
        words.commands.PRIVACY_PORTRAIT.to(language),
        words.commands.FORGET_HOW.to(language),
    )


def changed(what: str, before: str, after: str) -> str:
    return (
        f"{what}: {isolated(before)} → {isolated(after)}"
        if before
        else f"{what}: {isolated(after)}"
    )


def _place(language: Language, place: int) -> str:
    return words.cards.PLACE.to(language, place=ordinal(language, place + 1))


def _span(language: Language, start_s: float, end_s: float) -> str:
    return "\u2013".join(clocks(language, start_s, end_s))


def _number(params: Json, name: str, otherwise: float) -> float:
    value = params.get(name, otherwise)
    return float(value) if isinstance(value, int | float) else float(otherwise)
