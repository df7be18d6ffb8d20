"""`pocketreel run | worker | try | demo | make | probe | fetch | doctor`: the command line.

Each command loads what it needs by itself: the whole takes a second of the processor, and most
need half of it.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import errno
import json
import logging
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bot.redaction import configure_logging, secrets_of
from jobs.errors import StoreUnavailable, StoreUnusable
from modal_render.contract import LOOKS, RESPONSES
from settings import Refused, Settings, SettingsError, read_settings

if TYPE_CHECKING:
    from checking import Verdict
    from pipelines.addresses import Endpoint

log = logging.getLogger(__name__)

SHAPES = {"vertical": "v", "square": "s", "wide": "w"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], Awaitable[int]] = options.command
    try:
        return asyncio.run(command(options))  # type: ignore[arg-type]  # they are coroutines
    except KeyboardInterrupt:
        return 130
    except Exception as problem:  # told in a sentence, or as what nobody foresaw
        if told := _sentence(_innermost(problem)):
            print(told, file=sys.stderr)
        else:
            # Not raised: the interpreter would write a traceback with secrets in it.
            log.critical("it broke", exc_info=problem)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pocketreel", description="Voice note in, video out.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serve = commands.add_parser("run", help="the bot, with a worker beside it")
    serve.set_defaults(command=_run)

    worker = commands.add_parser("worker", help="one more worker on the same database and files")
    worker.set_defaults(command=_worker)

    at_home = commands.add_parser("try", help="everything on this machine, a phone in the browser")
    at_home.add_argument("--port", help="of the phone; the one above is used too")
    at_home.add_argument("--data-dir", help="where everything is kept")
    at_home.set_defaults(command=_try)

    demo = commands.add_parser("demo", help="go the whole way once, without anybody")
    demo.add_argument("out", type=Path, help="folder for video.mp4, card.png, transcript.json")
    demo.set_defaults(command=_demo)

    video = commands.add_parser("make", help="a video from a file, without a chat")
    video.add_argument("audio", type=Path, metavar="AUDIO")
    video.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.mp4")
    video.add_argument("--look", choices=tuple(LOOKS), default=next(iter(LOOKS)))
    video.add_argument("--shape", choices=tuple(SHAPES), default="vertical")
    video.add_argument("--title", default="")
    video.add_argument("--cover", type=Path, help="a picture")
    video.add_argument("--brand", default="", metavar="#rrggbb", help="a colour to build on")
    video.add_argument("--response", choices=tuple(RESPONSES), default="", help="how it moves")
    video.add_argument("--trim", default="", metavar="0:10-1:30", help="what to keep")
    video.set_defaults(command=_make)

    file = commands.add_parser("probe", help="whether the bot would take a file as a recording")
    file.add_argument("files", type=Path, nargs="+", metavar="FILE")
    file.add_argument("--json", action="store_true", help="a line of JSON for each")
    file.set_defaults(command=_probe)

    link = commands.add_parser("fetch", help="whether the bot would fetch what a link leads to")
    link.add_argument("urls", nargs="+", metavar="URL")
    link.add_argument("--json", action="store_true", help="a line of JSON for each")
    # Here only: what may be dialled inside one's own network is nothing to be left in a setting.
    link.add_argument("--allow", type=_endpoints, action="append", default=[], metavar="HOST:PORT")
    link.set_defaults(command=_fetch)

    doctor = commands.add_parser("doctor", help="check what is set up; say how to mend what is not")
    doctor.add_argument("--cloud", action="store_true", help="try every account there is a key to")
    doctor.set_defaults(command=_doctor)

    copy = commands.add_parser("backup", help="copy the database and the key, while it is at work")
    copy.add_argument("folder", type=Path)
    copy.set_defaults(command=_backup)

    chaos = commands.add_parser(
        "chaos", help="kill, freeze and restart workers, stop jobs, and count what goes wrong"
    )
    chaos.add_argument("--jobs", type=int, default=500)
    chaos.add_argument("--workers", type=int, default=4)
    chaos.add_argument("--kills", type=int, default=10)
    chaos.add_argument("--freezes", type=int, default=3)
    chaos.add_argument("--restarts", type=int, default=0, help="of workers, as a deploy does it")
    chaos.add_argument("--cancels", type=int, default=0, help="jobs to stop at random moments")
    chaos.add_argument("--seed", type=int, default=0, help="of what is left to chance")
    chaos.add_argument("--database", default="", metavar="URL", help="a libSQL server; else SQLite")
    chaos.add_argument("--json", action="store_true", help="one line of JSON")
    chaos.set_defaults(command=_chaos)
    return parser


async def _run(_: argparse.Namespace) -> int:
    settings = _with_token(read_settings())
    from assembly import run, stop_on_signals
    from bot import sentry

    _log(settings)
    sentry.report(settings)
    with stop_on_signals() as stopping:
        await run(settings, stopping, _say)
    return 0


async def _worker(_: argparse.Namespace) -> int:
    settings = read_settings()
    from assembly import run_worker, stop_on_signals
    from bot import sentry

    _log(settings)
    sentry.report(settings)
    with stop_on_signals() as stopping:
        await run_worker(settings, stopping)
    return 0


async def _try(options: argparse.Namespace) -> int:
    from assembly import stop_on_signals
    from home import run_at_home

    given = {"PORT": options.port, "DATA_DIR": options.data_dir}
    settings = read_settings(**{name: value for name, value in given.items() if value})
    _log(settings, level="WARNING")
    with stop_on_signals() as stopping:
        await run_at_home(settings, stopping, _say)
    return 0


async def _demo(options: argparse.Namespace) -> int:
    from assembly import run
    from home import phone_at_home
    from phone.demo import play
    from phone.visitor import NothingCame, PhoneRefused

    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pocketreel-") as folder:
        settings = dataclasses.replace(read_settings({}), data_dir=Path(folder), port=0)
        _log(settings, level="WARNING")
        async with phone_at_home(settings) as (phone, home), asyncio.TaskGroup() as group:
            stopping = asyncio.Event()
            group.create_task(run(home, stopping, lambda _: None))
            try:
                parameter = phone.start_parameter
                video = await play(phone.url, options.out, _say, parameter=parameter)
            except (NothingCame, PhoneRefused) as problem:
                print(problem, file=sys.stderr)
                return 1
            finally:
                stopping.set()
    _say(f"made {video}")
    return 0


async def _make(options: argparse.Namespace) -> int:
    from making import Wish, make

    wish = Wish(
        audio=options.audio,
        output=options.output,
        look=options.look,
        shape=SHAPES[options.shape],
        title=options.title,
        cover=options.cover,
        trim=options.trim,
        brand=options.brand,
        response=options.response,
    )
    settings = read_settings()
    configure_logging("ERROR", ())  # no secret is used
    _say(await make(wish, settings, _say))
    return 0


async def _probe(options: argparse.Namespace) -> int:
    from checking import probe
    from pipelines.sandbox import find_sandbox

    settings = read_settings()
    configure_logging("ERROR", ())
    sandbox = await find_sandbox()
    print(sandbox.words, file=sys.stderr)
    for path in options.files:
        verdict = await probe(path, settings, sandbox)
        _say(
            json.dumps(dataclasses.asdict(verdict))
            if options.json
            else f"{_shown(path)}: {_words(verdict)}"
        )
    return 0


async def _fetch(options: argparse.Namespace) -> int:
    from checking import fetch_url

    settings = read_settings()
    configure_logging("ERROR", ())
    allow: frozenset[Endpoint] = frozenset().union(*options.allow)
    for url in options.urls:
        verdict = await fetch_url(url, settings, allow)
        told = {"accepted": verdict.accepted, "code": verdict.code}
        _say(json.dumps(told) if options.json else f"{_shown(url)}: {_words(verdict)}")
    return 0


def _endpoints(text: str) -> frozenset[Endpoint]:
    from checking import endpoints

    try:
        return endpoints(text)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from wrong


def _words(verdict: Verdict) -> str:
    return "accepted" if verdict.accepted else f"refused: {verdict.code}"


async def _doctor(options: argparse.Namespace) -> int:
    from doctor import examine

    findings = await examine(read_settings(), cloud=options.cloud)
    for finding in findings:
        _say(f"{'ok  ' if finding.is_well else 'MEND'}  {finding.name}: {finding.words}")
    return 0 if all(finding.is_well or finding.is_optional for finding in findings) else 1


async def _backup(options: argparse.Namespace) -> int:
    from backup import backup

    for path in await backup(read_settings(), options.folder):
        _say(f"wrote {path}")
    return 0


async def _chaos(options: argparse.Namespace) -> int:
    from chaos import run as chaos

    plan = chaos.Plan(
        jobs=options.jobs,
        workers=options.workers,
        kills=options.kills,
        freezes=options.freezes,
        restarts=options.restarts,
        cancels=options.cancels,
        seed=options.seed,
        database_url=options.database,
    )
    tally = await chaos.run(plan)
    told = dataclasses.asdict(tally)
    _say(json.dumps(told) if options.json else "\n".join(f"{k}: {v}" for k, v in told.items()))
    return 0 if tally.is_clean else 1


def _with_token(settings: Settings) -> Settings:
    if not settings.telegram_bot_token:
        raise SettingsError(
            "TELEGRAM_BOT_TOKEN: is needed; BotFather gives one. `pocketreel try` needs none"
        )
    return settings


def _log(settings: Settings, *, level: str = "") -> None:
    configure_logging(level or settings.log_level, secrets_of(settings), settings.log_format)


def _innermost(problem: Exception) -> Exception:
    """What is inside of task groups."""
    while isinstance(problem, ExceptionGroup):
        problem = problem.exceptions[0]
    return problem


def _sentence(problem: Exception) -> str:
    """What a person is told of it; nothing of what nobody foresaw."""
    if isinstance(problem, Refused | StoreUnusable | StoreUnavailable):
        return str(problem)
    if isinstance(problem, BlockingIOError):
        return "DATA_DIR: another Pocketreel is using it; stop that one, or set another"
    if isinstance(problem, OSError) and problem.errno == errno.EADDRINUSE:
        return f"PORT: it is taken, or the one above it; set another ({problem.strerror})"
    if isinstance(problem, OSError):
        where = f"{_shown(problem.filename)}: " if problem.filename else ""
        return f"{where}{problem.strerror or problem}"
    return ""


def _shown(name: object) -> str:
    """A name on one line, whatever is in it: a terminal obeys some characters, and cannot print
    others."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(name))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
