"""Somebody presses and types whatever they like: nothing on screen breaks or is dead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conversations import flow, keyboards
from conversations.edits import difference
from conversations.keyboards import Verb
from conversations.model import Limits, View
from conversations.phases import Phase, phase
from conversations.words.text import Language
from jobs import recipe
from jobs.errors import StaleProject
from jobs.model import JobKind, JobStatus, Stage
from tests.conversations.catalogue import foreign_to
from tests.conversations.samples import MIB, OWNER, a_voice_note, an_asset, rendered
from tests.conversations.world import World, project_of

WORDS = [
    "0:10-1:30",
    "from 1:05",
    "until 0:40",
    "first 30",
    "last 5",
    "cut 0:30-0:45",
    "cut 0:05-0:06",
    "+2",
    "-1",
    "end +5",
    "off 1 and 1",
    "all",
    "undo",
    "square",
    "wide",
    "pulse",
    "make",
    "stop",
    "again",
    "hear",
    "change",
    "title: <b>&\u202e",
    "9:99",
    "thanks",
    "https://youtu.be/x",
    "https://example.com/x.mp3",
]
FOREIGN = {language: foreign_to(language) for language in Language}
CODES = ["render_failed", "edit_silent", "source_broken", "link_refused"]
COMMANDS = ["videos", "defaults", "start", "help", "forget", "privacy", "cancel", "people"]
ENDS = ("complete", "fail", "work")
Step = tuple[str, int, str]

steps = st.lists(
    st.one_of(
        st.tuples(st.just("press"), st.integers(0, 40), st.just("")),
        st.tuples(st.just("old"), st.integers(0, 200), st.just("")),
        st.tuples(st.just("type"), st.integers(0, len(WORDS) - 1), st.just("")),
        st.tuples(st.sampled_from(ENDS), st.integers(0, 100), st.sampled_from(CODES)),
        st.tuples(
            st.sampled_from(("send", "settle", "send_large", "upload", "command")),
            st.integers(0, 40),
            st.sampled_from(COMMANDS),
        ),
    ),
    min_size=5,
    max_size=50,
)


class Walker:
    """Walks, remembering every button it ever saw."""

    def __init__(
        self, duration_s: float, *, made: bool, language: Language = Language.ENGLISH
    ) -> None:
        person = replace(OWNER, language=language)
        self.world = World(person, asset=an_asset(duration_s, title="\u202e<&>" * 40))
        self.world.known = {
            "peaks": bytes(range(256)) * 20,
            "link": "https://reel.example/renders/r/output.mp4",
            "limits": Limits(pages=True, sharing=True),
        }
        self.seen: list[str] = []
        self.world.send()
        self.world.hear()
        if made:
            self.world.make()

    def step(self, step: Step) -> None:
        kind, number, code = step
        act: dict[str, Callable[[], object]] = {
            "press": lambda: self._press(number),
            "old": lambda: self._press_old(number),
            "type": lambda: self._type(WORDS[number]),
            "send": self.world.send,
            "send_large": lambda: self.world.send(a_voice_note(size_bytes=64 * MIB)),
            "upload": self._upload,
            "settle": self._settle,
            "command": lambda: self.world.command(f"/{code}"),
            "complete": lambda: self._end(number, ""),
            "fail": lambda: self._end(number, code),
            "work": lambda: self._work(number),
        }
        act[kind]()
        self._look()

    def _look(self) -> None:
        """Every view is within the limits (`view` checks), every button is answered."""
        world = self.world
        world.projects = dict(list(world.projects.items())[-4:])
        beside = [*world.notices[-2:], *([world.turned] if world.turned else [])]
        self._remember([data for view in beside for data in buttons(view)])
        for project in world.projects.values():
            shown = buttons(world.view(project))
            self._remember(shown)
            for data in shown:
                self._is_answered(data)
            if project.edit is not None:
                digest = project.edit.recipe.clips[0].source
                recipe.check(project.edit.recipe, {digest: world.asset.duration_s})

    def _remember(self, shown: list[str]) -> None:
        self.seen.extend(data for data in shown if data not in self.seen)

    def _is_answered(self, data: str) -> None:
        """A button on screen either does something or says something."""
        project = self.world.projects[project_of(data)]
        decision = flow.press(project, data, self.world.facts(project))
        assert decision.toast or decision.changes != type(decision.changes)()

    def _press(self, number: int) -> None:
        shown = buttons(self.world.view())
        if shown:
            self._pressed(shown[number % len(shown)])

    def _press_old(self, number: int) -> None:
        if self.seen:
            self._pressed(self.seen[number % len(self.seen)])

    def _pressed(self, data: str) -> None:
        world = self.world
        before = world.projects.get(project_of(data))
        world.press_data(data)
        assert project_of(data) or world.toast or world.turned
        after = world.projects.get(project_of(data))
        press = keyboards.decode(data)
        if before is None or after is None or press is None or before.edit is None:
            return
        if press.verb is not Verb.UNDO and after.edit != before.edit:
            assert after.edit is not None
            assert difference(before.edit, after.edit, world.facts(after))
            if phase(after, world.facts(after)) is Phase.MAKING:
                world.press_data(f"{Verb.STOP}:{after.id}")  # an edit that is being made is kept
            world.press_data(f"un:{after.id}")
            assert world.projects[after.id].edit == before.edit

    def _type(self, text: str) -> None:
        self.world.type(text)

    def _unfinished(self, number: int) -> JobKind | None:
        open_jobs = [
            job
            for job in self.world.jobs.values()
            if not job.status.is_terminal
            and job.project_id in self.world.projects
            and (not job.after_job or self.world.jobs[job.after_job].status is JobStatus.COMPLETE)
            and self.world.newest(job.kind).id == job.id
        ]
        return open_jobs[number % len(open_jobs)].kind if open_jobs else None

    def _end(self, number: int, code: str) -> None:
        kind = self._unfinished(number)
        if kind is None:
            return
        if code:
            self.world.fail(kind, code)
        elif kind is JobKind.INGEST:
            self.world.hear()
        elif kind is JobKind.LOOK:
            self.world.draw()
        elif kind is JobKind.PREVIEW:
            self.world.listen()
        elif kind is JobKind.SAVE:
            self.world.save()
        else:
            self.world.complete(kind, rendered())

    def _upload(self) -> None:
        """The newest card's file came, if it waits for one, or a second time."""
        project = self.world.project
        source = replace(project.source, size_bytes=1, etag="e")
        self.world.apply(flow.uploaded(project, source, self.world.facts(project)))

    def _settle(self) -> None:
        """Everything that is under way gets finished."""
        for _ in range(8):
            self._end(0, "")

    def _work(self, number: int) -> None:
        kind = self._unfinished(number)
        if kind is not None:
            self.world.work(kind, list(Stage)[number % len(Stage)], number)


def buttons(view: View) -> list[str]:
    """What comes back from the view's buttons."""
    return [button.data for row in view.keyboard for button in row if button.data]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    duration_s=st.sampled_from([1.0, 1.5, 8.0, 118.0, 1800.0]),
    made=st.booleans(),
    language=st.sampled_from(Language),
    steps=steps,
)
def test_whatever_is_pressed_or_typed_every_button_lives(
    duration_s: float, made: bool, language: Language, steps: list[Step]
) -> None:
    walker = Walker(duration_s, made=made, language=language)
    for step in steps:
        walker.step(step)
    assert walker.world.shown & FOREIGN[language] == set()


def test_the_languages_to_choose_from_are_shown_in_their_own_words() -> None:
    walker = Walker(8.0, made=False)
    walker.step(("command", 0, "defaults"))
    walker.world.press_data(f"{Verb.SETTINGS}:language")
    assert {"deutsch", "español"} <= walker.world.shown
    assert walker.world.shown & FOREIGN[Language.ENGLISH] == set()


def test_a_word_of_another_language_would_be_found() -> None:
    assert {"press", "recording", "pulsa"} <= FOREIGN[Language.GERMAN]
    assert {"drück", "schneiden", "press"} <= FOREIGN[Language.SPANISH]
    assert {"drück", "pulsa"} <= FOREIGN[Language.ENGLISH]


@settings(max_examples=60, deadline=None)
@given(typed=st.lists(st.sampled_from(WORDS[:12] + WORDS[13:16]), min_size=1, max_size=12))
def test_undo_brings_every_edit_back_in_turn(typed: list[str]) -> None:
    world = World()
    world.send()
    world.hear()
    edits = [world.edit]
    for text in typed:
        world.type(text)
        if world.edit != edits[-1]:
            edits.append(world.edit)
    for edit in reversed(edits[:-1]):
        world.type("undo")
        assert world.edit == edit
    assert "nothing left" in world.type("undo")


def test_a_decision_on_an_old_reading_is_refused_and_can_be_taken_again() -> None:
    world = World()
    world.send()
    world.hear()
    stale = world.project
    world.type("0:10-1:30")
    decision = flow.press(stale, f"lf:{stale.id}:s", world.facts(stale))
    try:
        world.apply(decision)
    except StaleProject:
        world.press_data(f"lf:{stale.id}:s")
    assert world.kept == [(10.0, 90.0)]
    assert world.edit.shape == "s"


def test_every_phase_has_a_view() -> None:
    missing = set(Phase) - set(flow._VIEWS) - {Phase.READY}
    assert missing == set()
    world = World()
    world.send()
    assert phase(world.project, world.facts(world.project)) is Phase.LISTENING
