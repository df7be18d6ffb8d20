"""`pocketreel fetch`: no spelling of an address inside is dialled; what is allowed is."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.whole.test_make import typed

NOT_DIALLED = {"link_not_public", "link_not_allowed", "link_missing"}
HERE = (127 << 24) + 1
SOUND = bytes(range(256)) * 100


def spellings() -> list[str]:
    """Ways to write 127.0.0.1 and its like as the host of a link."""
    parts = ("127", "0", "0", "1")
    octal, hexadecimal = ("0177", "00", "00", "01"), ("0x7f", "0x0", "0x0", "0x1")
    mixed = [
        ".".join((first, *(parts[1:3]), last))
        for first in (parts[0], octal[0], hexadecimal[0], "0000000177", "0x0000007f")
        for last in (parts[3], octal[3], hexadecimal[3])
    ]
    short = ["127.1", "127.0.1", "0x7f.1", "0177.1", "0", "0.0.0.0", "0x0", "00", "127.255.255.254"]
    whole = [str(HERE), hex(HERE), f"0{HERE:o}", hex(HERE).upper(), str(HERE + 2**32)]
    six = ["::1", "0:0:0:0:0:0:0:1", "0000::0001", "::", "::ffff:127.0.0.1", "::ffff:7f00:1",
           "::ffff:0:127.0.0.1", "::127.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::7f00:1",
           "2002:7f00:1::", "2001:0:7f00:1::", "fe80::1", "fe80::1%25lo", "fec0::1",
           "0:0:0:0:0:FFFF:7F00:0001"]  # fmt: skip
    odd = ["localhost", "LOCALHOST", "localhost.", "%6c%6fcalhost", "127.0.0.1.", "127.0.0.1%00",
           "127。0。0。1", "①②⑦.0.0.1", "127\uff0e0\uff0e0\uff0e1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "loc\u00adalhost",
           "a@127.0.0.1", "example.com@127.0.0.1", "127.0.0.1#", "127.0.0.1\\"]  # fmt: skip
    return [*mixed, *short, *whole, *(f"[{host}]" for host in six), *odd]


class Canary(BaseHTTPRequestHandler):
    """A server that counts who comes, serves a sound, and sends on to `?to=`."""

    def do_GET(self) -> None:
        wanted = parse_qs(urlsplit(self.path).query).get("to")
        self.send_response(302 if wanted else 200)
        if wanted:
            self.send_header("Location", wanted[0])
        self.send_header("Content-Type", "audio/mpeg")
        self.send_header("Content-Length", "0" if wanted else str(len(SOUND)))
        self.end_headers()
        if not wanted:
            self.wfile.write(SOUND)

    def log_message(self, format: str, *arguments: Any) -> None: ...


class Server(ThreadingHTTPServer):
    """Every connection counts, whatever comes through it."""

    dialled = 0

    def get_request(self) -> Any:
        self.dialled += 1
        return super().get_request()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@pytest.fixture
def canary() -> Iterator[Server]:
    yield from _served()


@pytest.fixture
def site() -> Iterator[Server]:
    yield from _served()


def _served() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Canary) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def fetched(folder: Path, urls: Sequence[str], *options: str) -> list[dict[str, Any]]:
    """The verdicts of one run of the command."""
    done = typed(folder, "fetch", *urls, "--json", *options)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    verdicts = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(verdicts) == len(urls)
    assert all(set(verdict) == {"accepted", "code"} for verdict in verdicts)
    return verdicts


def assert_nobody_came(verdicts: list[dict[str, Any]], canary: Server) -> None:
    assert [verdict for verdict in verdicts if verdict["code"] not in NOT_DIALLED] == []
    assert canary.dialled == 0


def test_no_spelling_of_an_address_inside_is_dialled(tmp_path: Path, canary: Server) -> None:
    hosts = spellings()
    assert len(hosts) > 55
    urls = [f"{scheme}://{host}:{canary.port}/a" for host in hosts for scheme in ("http", "https")]
    # The port is let through for another address, so that what stops these is the address alone.
    assert_nobody_came(fetched(tmp_path, urls, "--allow", f"192.0.2.1:{canary.port}"), canary)


def test_nothing_inside_is_asked_without_a_word_of_allow(tmp_path: Path, canary: Server) -> None:
    urls = [f"{scheme}://127.0.0.1:{canary.port}/a" for scheme in ("http", "https", "ftp", "file")]
    urls += ["https://127.0.0.1/", "https://169.254.169.254/latest", "https://[fd00:ec2::254]/"]
    assert_nobody_came(fetched(tmp_path, urls), canary)


def test_a_redirect_from_a_good_place_leads_nowhere_inside(
    tmp_path: Path, canary: Server, site: Server
) -> None:
    hosts = ("127.0.0.1", "127.1", str(HERE), hex(HERE), "localhost", "[::ffff:127.0.0.1]")
    good = f"http://127.0.0.1:{site.port}/a"
    urls = [f"{good}?to=http://{host}:{canary.port}/a" for host in hosts]
    urls.append(f"{good}?to={good}%3Fto=http://127.0.0.1:{canary.port}/a")
    # The canary's port may be asked elsewhere: it is the address that is refused.
    allow = ("--allow", f"127.0.0.1:{site.port}", "--allow", f"192.0.2.1:{canary.port}")
    assert_nobody_came(fetched(tmp_path, urls, *allow), canary)
    assert site.dialled == len(urls) + 1


def test_good_links_pass_with_allow(tmp_path: Path, site: Server) -> None:
    good = f"http://127.0.0.1:{site.port}"
    urls = [f"{good}/{number}.mp3?a=b&c=%20#x" for number in range(48)]
    urls += [f"http://localhost:{site.port}/ä.mp3", f"{good}/a?to=/b.mp3"]
    verdicts = fetched(tmp_path, urls, "--allow", f"127.0.0.1:{site.port}")
    assert verdicts == [{"accepted": True, "code": None}] * 50


def test_allow_takes_a_name_and_refuses_what_is_no_host_and_port(
    tmp_path: Path, site: Server
) -> None:
    named = ("--allow", f"localhost:{site.port}")
    assert fetched(tmp_path, [f"http://127.0.0.1:{site.port}/a"], *named)[0]["accepted"]
    for wrong in ("127.0.0.1", "127.0.0.1:x", ":80", "a@127.0.0.1:80", "127.0.0.1:80/"):
        done = typed(tmp_path, "fetch", "https://example.com/", "--allow", wrong)
        assert done.returncode == 2
        assert "HOST:PORT" in done.stderr


def test_no_setting_lets_an_address_through(tmp_path: Path, canary: Server) -> None:
    allowed = f"127.0.0.1:{canary.port}"
    settings = {"ALLOW": allowed, "POCKETREEL_ALLOW": allowed, "LINK_ALLOW": allowed}
    proxy = {"HTTP_PROXY": f"http://{allowed}", "https_proxy": f"http://{allowed}"}
    url = f"http://127.0.0.1:{canary.port}/a"
    done = typed(tmp_path, "fetch", url, "https://127.0.0.1/", **settings, **proxy)
    told = [line.rpartition(" ")[2] for line in done.stdout.splitlines()]
    assert told == ["link_not_allowed", "link_not_public"]
    assert canary.dialled == 0
