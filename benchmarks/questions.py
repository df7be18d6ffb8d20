"""The questions `render` answers, each measured in rounds of its own. A name is a row group."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from functools import partial

from benchmarks import quality
from benchmarks.figures import Figure, Target
from benchmarks.kept import Answer
from benchmarks.ours import (
    MAIN_LOOK,
    ROOT,
    Order,
    Way,
    band_looks,
    full_screen_looks,
    render,
    report,
    still,
)
from benchmarks.peers import programs
from benchmarks.peers.programs import SUPERFAST, VERYFAST, Task
from benchmarks.processes import Cost, run
from benchmarks.rounds import Costs, Plan, interleaved
from modal_render.contract import SIZES
from modal_render.layout import band_layout
from tests import sounds

NUMBA_PYTHON = ROOT / ".venv-numba" / "bin" / "python"  # our own packages and the numba extra


def encode_only(plan: Plan) -> Answer:
    """The whole process on one thread beside one thread that encodes ready-made frames."""
    orders = _each_shape(plan, way=Way.WHOLE, threads=1)
    turns: dict[str, Callable[[], Cost]] = {}
    for shape, order in orders.items():
        turns[f"ours {shape}"] = partial(render, order, plan.folder)
        turns[f"encode only {shape}"] = partial(_encode_only, order, plan)
        if NUMBA_PYTHON.exists():
            turns[f"numba {shape}"] = partial(render, order, plan.folder, str(NUMBA_PYTHON))
    costs = interleaved(turns, plan.rounds)
    figures = []
    for shape in orders:
        what = f"whole-frame path {_size(shape)}: processor time / of encoding only"
        alone = costs.ratios(f"ours {shape}", f"encode only {shape}", "cpu_s")
        figures.append(Figure(f"{what}, numpy alone", alone, Target(1.15)))
        with_numba = (
            costs.ratios(f"numba {shape}", f"encode only {shape}", "cpu_s")
            if NUMBA_PYTHON.exists()
            else ()
        )
        figures.append(
            Figure(f"{what}, with numba", with_numba, Target(1.05), f"no {NUMBA_PYTHON.parts[-3]}")
        )
    return Answer(figures, costs.as_json())


def graph(plan: Plan) -> Answer:
    """Band looks spliced beside ffmpeg's own graph, of the same still and size."""
    orders = _each_shape(plan, way=Way.SPLICE)
    turns: dict[str, Callable[[], Cost]] = {}
    for shape, order in orders.items():
        task = _task(plan, order)
        turns[f"ours {shape}"] = partial(render, order, plan.folder)
        for settings in (VERYFAST, SUPERFAST):
            turns[f"{settings.name} {shape}"] = partial(programs.showfreqs, task, settings)
    costs = interleaved(turns, plan.rounds)
    figures = [
        Figure(
            f"{MAIN_LOOK} spliced {_size(shape)}: wall / of ffmpeg's graph, {settings.name}",
            costs.ratios(f"ours {shape}", f"{settings.name} {shape}"),
            target,
        )
        for shape in orders
        for settings, target in ((VERYFAST, Target(0.25)), (SUPERFAST, Target(0.33)))
    ]
    return Answer(figures, costs.as_json())


def truth(plan: Plan) -> Answer:
    """Size and PSNR of spliced files. The same bytes come out each time, so one round is all."""
    audio = plan.speech(plan.speech_s)
    others = [look for look in band_looks() if look != MAIN_LOOK]
    orders = [
        *_each_shape(plan, way=Way.SPLICE).values(),
        *(Order(audio=audio, look=look, way=Way.SPLICE) for look in others),
    ]
    figures, raw = [], {}
    for order in orders:
        render(order, plan.folder)
        ours = quality.of_video(order, order.request(plan.folder).video)
        whole = quality.of_whole_frames(order)
        raw[order.name] = {"ours": asdict(ours), "whole": asdict(whole)}
        beside = f"{order.look} spliced {_size(order.shape)} beside whole frames at GOP"
        smaller, truer = ours.size_bytes / whole.size_bytes, ours.psnr_y_db - whole.psnr_y_db
        figures.append(Figure(f"{beside} {quality.GOP}: bytes / bytes", (smaller,), Target(1.10)))
        figures.append(
            Figure(f"{beside} {quality.GOP}: PSNR-Y, dB more", (truer,), Target(0.0, at_least=True))
        )
    return Answer(figures, raw)


def bands(plan: Plan) -> Answer:
    """Every band look at every size as users get it, checks and all."""
    bound = {"v": 14.0, "s": 14.0, "w": 12.0}
    orders = {
        (look, shape): Order(audio=plan.speech(plan.speech_s), look=look, shape=shape)
        for shape in SIZES
        for look in band_looks()
    }
    costs = _rendered(plan, orders.values())
    figures = [
        Figure(
            f"{look} {_size(shape)}: times real time",
            _speeds(costs, order, plan.speech_s),
            Target(bound[shape], at_least=True),
        )
        for (look, shape), order in orders.items()
    ]
    reports = [report(order, plan.folder) for order in orders.values()]
    fallen = sum(one.fallbacks for one in reports)
    figures.append(Figure("segments of these that were encoded whole after all", (fallen,)))
    return Answer(figures, costs.as_json())


def full_screen(plan: Plan) -> Answer:
    """Every full-screen look at 1080x1920."""
    orders = {
        look: Order(audio=plan.speech(plan.speech_s), look=look) for look in full_screen_looks()
    }
    costs = _rendered(plan, orders.values())
    return Answer(
        [
            Figure(
                f"{look} {_size('v')}: times real time (stretch 2)",
                _speeds(costs, order, plan.speech_s),
                Target(1.6, at_least=True),
            )
            for look, order in orders.items()
        ],
        costs.as_json(),
    )


def moviepy(plan: Plan) -> Answer:
    """Beside moviepy at 1080x1920, libx264 veryfast."""
    return _beside(plan, "moviepy", programs.moviepy, plan.speech_s, Target(0.15))


def seewav(plan: Plan) -> Answer:
    """Beside seewav at 1080x1920."""
    return _beside(plan, "seewav", programs.seewav, plan.seewav_s, Target(0.03))


def long(plan: Plan) -> Answer:
    """Half an hour of a band look at 1080x1920."""
    order = Order(audio=plan.speech(plan.long_s))
    costs = _rendered(plan, [order])
    what = f"{plan.long_s / 60:g} min of {MAIN_LOOK} {_size('v')}"
    # A shorter one reaches nothing that half an hour has to.
    wall, peak = (Target(110.0), Target(450.0)) if plan.judged else (None, None)
    return Answer(
        [
            Figure(f"{what}: wall, s", costs.of(order.name), wall),
            Figure(f"{what}: peak memory, MB", costs.of(order.name, "peak_mb"), peak),
        ],
        costs.as_json(),
    )


def workers(plan: Plan) -> Answer:
    """Two threads beside one on the same plan, for each kind of path."""
    kinds = [(MAIN_LOOK, Way.AUTO), (MAIN_LOOK, Way.WHOLE), (full_screen_looks()[0], Way.AUTO)]
    audio = plan.speech(plan.speech_s)
    pairs = [
        [Order(audio=audio, look=look, way=way, threads=threads) for threads in (2, 1)]
        for look, way in kinds
    ]
    costs = _rendered(plan, [order for pair in pairs for order in pair])
    return Answer(
        [
            Figure(
                f"{two.look} {two.way} {_size('v')}: 2 workers / 1, wall",
                costs.ratios(two.name, one.name),
                Target(0.60),
            )
            for two, one in pairs
        ],
        costs.as_json(),
    )


QUESTIONS: Mapping[str, Callable[[Plan], Answer]] = {
    "encode-only": encode_only,
    "graph": graph,
    "truth": truth,
    "bands": bands,
    "full-screen": full_screen,
    "workers": workers,
    "long": long,
    "moviepy": moviepy,
    "seewav": seewav,
}


def _beside(
    plan: Plan, peer: str, make: Callable[[Task], Cost], duration_s: float, target: Target
) -> Answer:
    what = f"{MAIN_LOOK} {_size('v')}: wall / of {peer}"
    if peer not in programs.versions():
        return Answer([Figure(what, (), target, f"{peer} is not in .venv-bench")])
    order = Order(audio=plan.speech(duration_s))
    task = _task(plan, order)
    turns = {"ours": partial(render, order, plan.folder), peer: partial(make, task)}
    costs = interleaved(turns, plan.rounds)
    return Answer([Figure(what, costs.ratios("ours", peer), target)], costs.as_json())


def _rendered(plan: Plan, orders: Iterable[Order]) -> Costs:
    turns = {order.name: partial(render, order, plan.folder) for order in orders}
    return interleaved(turns, plan.rounds)


def _each_shape(plan: Plan, *, way: Way, threads: int = 0) -> dict[str, Order]:
    audio = plan.speech(plan.speech_s)
    return {shape: Order(audio=audio, shape=shape, way=way, threads=threads) for shape in SIZES}


def _encode_only(order: Order, plan: Plan) -> Cost:
    """Wall and memory are those of the measuring process, and mean nothing."""
    request = order.write(plan.folder)
    command = [sys.executable, "-m", "benchmarks.encode_only", str(request)]
    cost, said = run(command, folder=ROOT)
    return replace(cost, cpu_s=float(json.loads(said)["cpu_s"]))


def _task(plan: Plan, order: Order) -> Task:
    silence = plan.folder / "silence.wav"
    if not silence.exists():
        sounds.write(silence, sounds.silence(1.0))
    width, height = SIZES[order.shape]
    return Task(
        folder=plan.folder,
        still=still(order, plan.folder, silence),
        audio=order.audio,
        width=width,
        height=height,
        stage=band_layout(order.scene).stage,
    )


def _speeds(costs: Costs, order: Order, duration_s: float) -> tuple[float, ...]:
    return tuple(duration_s / wall_s for wall_s in costs.of(order.name))


def _size(shape: str) -> str:
    width, height = SIZES[shape]
    return f"{width}x{height}"
