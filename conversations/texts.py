"""Every sentence a person reads, as plain text; `figures.page` makes HTML of it.

Pipelines and store carry codes and parameters, only this file turns them into words. A refusal
always carries the way out.
"""

from __future__ import annotations

from collections.abc import Mapping

from conversations import api_texts, names
from conversations.figures import about, bar, clock, clocks, date, days, megabytes, ordinal, tidy
from conversations.model import Facts, Limits
from jobs.model import Edge, Job, Json, Role, Stage
from jobs.recipe import Clean, TrimSilence

DESCRIPTION = (
    "Send me a voice note, a song, a video or a link. I'll send back a finished video.\n"
    "Hold the mic and talk - that's all it takes."
)
SHORT_DESCRIPTION = "Voice note in, video out."
COMMANDS: tuple[tuple[str, str], ...] = (
    ("new", "Make a video"),
    ("help", "What I can do"),
    ("cancel", "Stop what I'm making"),
    ("privacy", "What I keep, and for how long"),
    ("forget", "Delete my newest card"),
    ("apikey", "Keys for the API"),
)
OWNER_COMMANDS: tuple[tuple[str, str], ...] = (("people", "Who may use this bot"),)
WELCOME_OWNER = "This bot is yours now. Whoever else wants to use it has to ask you first."
NEW = "Send me a voice note, a song, a video or a link and I'll make a new video of it."
HELP = (
    "Send a voice note, a song, a video or an https link.",
    "On the card press Make video. That's all.",
    "Trim, Look and Sound change it first; every change can be undone.",
    "You can type too: 0:10-1:30 · from 1:05 · until 2:00 · last 30 · cut 0:30-0:45 · +2 · square"
    " · undo · make · stop · title: My day",
)
UNKNOWN_COMMAND = "I don't know that one. /help tells what I can do."
OLD_BUTTON = "That button is from an older version. Send the recording again."
GONE = "That card is gone. Send the recording again and I'll make a new one."
DELETED = "Deleted. Send another recording whenever you like."
DELETED_MADE = "Deleted. The video stays in this chat until you delete it."
ASK_DELETE = (
    "Delete this card and its files? Sound that another open card uses stays until that one goes."
    " This can't be undone."
)
NO_CARD = "There's no open card to change. Send me a voice note, a song, a video or a link first."
NOTHING_RUNS = "Nothing is running. Send me a recording to start."
NOTHING_TO_FORGET = "I hold no open recording of yours in this chat. Nothing to delete."
STOPPED = "Stopped. Your trim and look are safe."
STOPPED_EARLY = "Stopped before I had listened. Try again, or send something else."
ALREADY = "Already on it."
ALREADY_OPEN = "That one is open already, further down."
ALREADY_MADE = "This one is made. Press Change under it to make another."
LISTENING_STILL = "I'm still listening. Send that again when the buttons are there, in a moment."
MAKING_STILL = "I'm making it now. Press Stop first to change it."
NOT_HEARD = "I have no sound for this card yet. Press Try again, or send the recording again."
NOTHING_TO_STOP = "Nothing is running here. Press Make video to start."
NOTHING_TO_UNDO = "There is nothing left to undo. Any time can be typed: 0:10-1:30."
UNCHANGED = "It is like that already."
HEARING = "Preparing it to listen to. It comes below."
TOO_SHORT_RESULT = "At least 1 s has to stay, so I left it as it was. Try a longer span."
TOO_MANY_PARTS = "That makes more than 50 parts. Undo one of the cuts first."
TIMES = "I read times like 0:10-1:30, from 1:05, last 30."
AT_START = "It starts there already. End can still move."
AT_END = "It ends there already. Start can still move."
ATTEST = (
    "Only make videos of sound that is yours or that you may use. YouTube's terms forbid"
    " downloading anything else."
)
IT_IS_MINE = "It's mine, or I may use it"
ATTEST_HOW = "Press the button once and I'll remember. Or send me the file itself."
PLAIN_HTTP = "I only fetch https links. Send the https address, or the file itself."
NOTHING_THERE = "That part is dropped already. Undo brings it back."
TRIM_HOW = "Or type it: 0:10-1:30 · from 1:05 · last 30"
LOOK_HOW = "A title and a colour can be typed: title: My day · color: #ff7a00"
SOUND_HOW = "Press Hear it to compare. Your recording itself is never changed."
MAKING = "Making your video"
QUEUED = "Your video is in the queue."
INTERRUPTED = "I was interrupted, so this part starts again."
CHANGE_HERE = "This one isn't made yet. Change it right here."
OPENED = "A new card is below. This video stays as it is."
STARTING = "On it."
STOPPING = "Stopped."
DELIVERED_ALREADY = "It was finished before I could stop it."
AGAIN = "Trying again."
NO_TITLE_YET = "Type it like this: title: My day"
NO_COLOR_YET = "Type it like this: color: #ff7a00, or color: off"
IN_ALREADY = "You're in already. Send me a recording."
UNKNOWN_PERSON = "I don't know them any more. They can ask again."
THANKS = "Thanks. I won't ask again."
WORDS = "And words like square, undo, make, stop."
PRIVATE_CHATS = "I only work in private chats. Write to me there."
PRIVATE = "This bot is private. Ask its owner to let you in."
UNOWNED = "Nobody owns this bot yet. Whoever runs it has a link that makes them its owner."
ASKED = "I've asked the owner. You'll hear from me here."
REFUSED = "The owner said no. Only the owner can change that."
LET_IN = "You're in. " + DESCRIPTION
ONLY_OWNER = "Only the owner of this bot can do that."
NOBODY_ELSE = "Nobody else has asked. People who open this bot can ask to be let in."
RAISE = "raise the limit where the bot runs"
PING = "Your video is ready."
LEFT_OUT = "I can't draw {letters}, so that is left out of the picture."
FORGET_HOW = (
    "/forget deletes your newest card and, within 15 minutes, its files. Sound that another open"
    " card uses stays until that one goes."
)

_UNUSABLE: Mapping[str, str] = {
    "animation": "No sound track in there. Send me the sound as a voice note or a file.",
    "photo": "There's nothing to hear in a photo. Send me a voice note, a song, a video or a link.",
    "sticker": "I can't hear stickers. Send me a voice note, a song, a video or a link.",
}
_STAGES: Mapping[Stage, str] = {
    Stage.WAITING: "Waiting for my turn…",
    Stage.FETCHING: "Fetching…",
    Stage.LISTENING: "Listening…",
    Stage.CUTTING: "Cutting…",
    Stage.LEVELLING: "Evening out the volume…",
    Stage.DRAWING: "Drawing…",
    Stage.PACKING: "Packing…",
    Stage.STORING: "Putting it away…",
}
_ERRORS: Mapping[str, str] = {
    "source_too_large": "That's {size}. I take up to {limit}. Send a shorter or smaller one.",
    "source_too_long": "{length} is more than the {limit_min} min I make. Send me a part of it.",
    "source_too_short": "I caught less than a second. Hold the mic a little longer?",
    "source_empty": "That file is empty. Sending it again usually fixes that.",
    "source_silent": "I can't hear anything in this one. Wrong mic? Record it again.",
    "source_broken": "I couldn't open this file - it looks cut off. Sending it again may help.",
    "not_media": "I work with sound, video and links. Send me one of those.",
    "no_sound": "No sound track in there. Send me the sound as a voice note or a file.",
    "source_gone": "That recording isn't there any more. Send it again.",
    "probe_timed_out": "It took me too long to look into this one. Try again, or send it as MP3.",
    "telegram_away": "Telegram isn't handing me the file right now. Try again in a minute.",
    "link_not_media": "That page has no sound or video I can reach. Send the file itself?",
    "link_not_public": "I only fetch public links. Send the file itself?",
    "link_not_allowed": "I only fetch plain https links, without a password or a port in them."
    " Send such a link, or the file itself.",
    "link_needs_login": "That one is behind a login. Send the file itself?",
    "link_missing": "There's nothing at that address. Check the link and send it again.",
    "link_refused": "That site is refusing my server now. Send me the file, or try again later.",
    "link_live": "Live streams, protected and age-locked videos don't work here."
    " Send me the file, or another link.",
    "link_playlist": "That's a whole list. Send me the link of the one you want.",
    "link_timed_out": "That site took too long to answer. Try again, or send the file itself.",
    "link_failed": "I couldn't fetch that link. Try again, or send the file itself.",
    "edit_failed": "I couldn't cut it like that. Try again, or change the trim.",
    "edit_silent": "Nothing is left once silence is cut. Press Sound to keep it, or trim less.",
    "render_failed": "Something broke while drawing{code}. Your settings are safe:"
    " try again, or choose another look.",
    "render_lost": "The drawing got lost three times{code}. Try again; your settings are safe.",
    "video_missing": "The video got lost on its way here{code}. Try again; your settings are safe.",
    "took_too_long": "This was taking too long, so I stopped it. Try again, or trim it shorter.",
    "disk_full": "I've run out of room. Try again later; the owner has to make some.",
    "worker_lost": "I was interrupted several times over{code}. Try again; your settings are safe.",
    "storage_away": "My storage isn't answering right now. Try again in a minute.",
    "internal": "Something went wrong on my side{code}. Try again; nothing of yours is lost.",
}
_ROLES: Mapping[Role, str] = {
    Role.STRANGER: "never asked",
    Role.ASKING: "asks to be let in",
    Role.GUEST: "may use this bot",
    Role.REFUSED: "stays out",
    Role.OWNER: "the owner",
}
_STEPS = ("sound", "pictures", "packing")
_RECIPES: Mapping[str, str] = {
    "malformed": "I can't read that edit any more. Press Keep all to start over.",
    "clip_count": TOO_MANY_PARTS,
    "too_short": TOO_SHORT_RESULT,
    "too_long": "That's more than 30 min. Trim it shorter.",
    "level": "I can't make it that loud or that quiet. Press Sound and choose even volume.",
    "unknown_source": "The recording behind this edit is gone. Send it again.",
    "range": "That's outside the recording. " + TIMES,
    "clip_too_short": "One of the parts would be too short to hear. Try a longer span.",
    "volume": "I can at most double the volume. Choose even volume under Sound.",
    "fade": "That fade is longer than the part it is on. Try a longer span.",
}
_QUOTAS: Mapping[str, str] = {
    "active_renders": "I'm making {active_renders} for you already. Press again when one of them"
    " is done, or stop one.",
    "videos_per_day": "That's today's {videos_per_day}. More at 00:00 UTC, or {way}.",
    "bytes_per_day": "That's today's {bytes_per_day}. More at 00:00 UTC, or {way}.",
    "queued_ingests": "{queued_ingests} of yours are waiting already. Send this one again later.",
    **api_texts.QUOTAS,
}


def untitled(kind: str) -> str:
    return f"Your {names.media(kind)}"


def unusable(kind: str) -> str:
    return _UNUSABLE.get(kind, _ERRORS["not_media"])


def stage(doing: Stage) -> str:
    return _STAGES[doing]


def error(code: str, params: Json, job_id: str = "") -> str:
    """Why a job ended badly, and the way out; an unknown code is an internal one."""
    limits = Limits()
    return _ERRORS.get(code, _ERRORS["internal"]).format(
        size=megabytes(_number(params, "size_bytes", 2 * limits.source_bytes)),
        limit=megabytes(_number(params, "limit_bytes", limits.source_bytes)),
        length=clock(_number(params, "duration_s", 2 * limits.audio_s)),
        limit_min=round(_number(params, "limit_s", limits.audio_s) / 60),
        code=f" (code R-{job_id[:4].upper()})" if job_id else "",
    )


def failure(job: Job) -> str:
    return error(job.error_code, job.error_params, job.id)


def recipe_error(code: str) -> str:
    return _RECIPES.get(code, _RECIPES["malformed"])


def quota(name: str, facts: Facts) -> str:
    """What is said to somebody who asked for more than their share."""
    limits = facts.limits
    is_owner = facts.person.role is Role.OWNER
    return _QUOTAS.get(name, _QUOTAS["active_renders"]).format(
        active_renders=limits.active_renders,
        videos_per_day=limits.videos_per_day,
        bytes_per_day=megabytes(limits.bytes_per_day),
        queued_ingests=limits.queued_ingests,
        api_keys=limits.api_keys,
        way=RAISE if is_owner else f"ask {tidy(facts.owner_name) or 'the owner'}",
    )


def too_large_for_telegram(size_bytes: int, limits: Limits) -> str:
    return (
        f"That's {megabytes(size_bytes)}. Telegram lets bots fetch up to"
        f" {megabytes(limits.telegram_bytes)}. Send it as an https link instead, up to"
        f" {megabytes(limits.source_bytes)}."
    )


def sound(cleaning: Clean, is_level: bool, trimming: TrimSilence) -> str:
    """Sound cleaned, even volume, pauses cut: what the card says of the sound."""
    told = {Clean.OFF: [], Clean.SOFT: ["sound cleaned"], Clean.STRONG: ["sound cleaned strongly"]}
    parts = [*told[cleaning], *(["even volume"] if is_level else [])]
    if trimming is not TrimSilence.OFF:
        parts.append("silence cut" if trimming is TrimSilence.EDGES else "pauses cut")
    return " · ".join(parts) or "sound as recorded"


def got(what: str, duration_s: float) -> str:
    length = f" - {clock(duration_s)}" if duration_s else ""
    return f"Got your {names.media(what)}{length}."


def fetching(title: str, site: str, progress: int) -> str:
    name = f'"{tidy(title)}" ' if tidy(title) else ""
    percent = f" · {progress}%" if progress else ""
    return f"Fetching {name}from {tidy(site)}{percent}…"


def ahead(place: int) -> str:
    return f"{ordinal(place + 1)} in line."


def keeping(start_s: float, end_s: float, length_s: float, total_s: float) -> str:
    if start_s < 0.05 and end_s > total_s - 0.05 and length_s > total_s - 0.1:
        return f"Keeping all of it ({clock(total_s)})"
    return f"Keeping {_span(start_s, end_s)} ({clock(length_s)} of {clock(total_s)})"


def kept(start_s: float, end_s: float, length_s: float) -> str:
    return f"Keeping {_span(start_s, end_s)} ({clock(length_s)})"


def kept_first(length_s: float) -> str:
    return f"Keeping the first {clock(length_s)}"


def kept_last(length_s: float) -> str:
    return f"Keeping the last {clock(length_s)}"


def meant_last(length_s: float) -> str:
    return f"Meant the last {clock(length_s)}?"


def dropped(start_s: float, end_s: float, length_s: float) -> str:
    return f"Dropped {_span(start_s, end_s)}, keeping {clock(length_s)}"


def outside(total_s: float) -> str:
    return f"It ends at {clock(total_s)}. Try a time before that."


def stopped_at(end_s: float) -> str:
    return f"It ends at {clock(end_s)}, so I stopped there."


def moved(edge: Edge, before_s: float, after_s: float) -> str:
    before, after = clocks(before_s, after_s)
    return f"{names.edge(edge)} {before} → {after}"


def length_changed(before_s: float, after_s: float) -> str:
    before, after = clocks(before_s, after_s)
    return f"Length {before} → {after}"


def changed(what: str, before: str, after: str) -> str:
    return f"{what}: {before} → {after}" if before else f"{what}: {after}"


def undone(what: str) -> str:
    return f"Undone. {what}"


def moving(edge: Edge) -> str:
    return f"Moving: {names.edge(edge).lower()}"


def queue(place: int, eta_s: float | None) -> str:
    when = f" · about {about(eta_s)}" if eta_s is not None else ""
    line = f"{ordinal(place + 1)} in line" if place else "Next in line"
    return f"{line}{when}. I'll message you here."


def progress(percent: int, eta_s: float | None) -> str:
    left = f" · about {about(eta_s)} left" if eta_s is not None else ""
    return f"{bar(percent)} {percent}%{left}"


def steps(done: int, *, at_work: bool) -> str:
    """Ticks for what is done, a dot at what is being done."""
    marks = ["✓"] * done + ["●" if at_work else "○"] + ["○"] * len(_STEPS)
    return "  ".join(f"{mark} {step}" for mark, step in zip(marks, _STEPS, strict=False))


def made_in(took: str) -> str:
    return f"Made in {took}"


def link_until(until: float) -> str:
    return f"Link good until {date(until)}"


def phone_size(inline_bytes: int, until: float) -> str:
    return (
        f"This is the phone-size copy ({megabytes(inline_bytes)})."
        f" The full one is behind the link, good until {date(until)}."
    )


def gave_up(title: str) -> str:
    return f"{title or 'Your video'} didn't get finished. The card above tells why."


def only_steers(name: str) -> str:
    return f"Only {tidy(name) or 'the sender'} can steer this one. Send me your own recording."


def wants_in(name: str) -> str:
    return f"{tidy(name) or 'Somebody'} would like to use this bot. Let them in?"


def listed(name: str, role: Role) -> str:
    return f"{tidy(name) or 'Somebody'}: {_ROLES[role]}"


def answered(name: str, yes: bool) -> str:
    return f"{tidy(name) or 'They'} {'can use this bot now' if yes else 'stays out'}."


def expired(retention_s: float) -> str:
    return (
        f"I tidied this one away after {days(retention_s)} of quiet. Send the sound again to make"
        " another."
    )


def privacy(retention_s: float) -> tuple[str, ...]:
    return (
        f"I keep a recording for {days(retention_s)} after you last touched its card, and its"
        f" video for {days(retention_s)} after it was made. Then I delete both.",
        "Nobody but you and whoever runs this bot can reach them. Links are signed and end.",
        FORGET_HOW,
    )


def _span(start_s: float, end_s: float) -> str:
    return f"{clock(start_s)}\u2013{clock(end_s)}"


def _number(params: Json, name: str, otherwise: float) -> float:
    value = params.get(name, otherwise)
    return float(value) if isinstance(value, int | float) else float(otherwise)
