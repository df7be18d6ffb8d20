"""Two servers that speak S3, as children on loopback, and buckets on them.

moto knows most of S3 but takes any signature; rclone checks signatures and their expiry.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import boto3
from botocore.config import Config

from storage.presigned import Place
from tests.planted import R2_SECRET

ACCESS_KEY_ID = "reel-test-key"
SECRET_ACCESS_KEY = R2_SECRET
PATIENCE_S = 30

MOTO = """
import sys
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print("http://%s:%d" % server.get_host_and_port(), flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class Server:
    """One of the two: its name and its address."""

    name: str
    url: str

    def bucket(self) -> Place:
        """A new, empty bucket."""
        place = self.place(f"reel-{secrets.token_hex(6)}")
        # moto makes buckets in no region but this one; afterwards it does not mind.
        client(place, "us-east-1").create_bucket(Bucket=place.bucket)
        return place

    def place(self, name: str, *, url: str = "", secret: str = SECRET_ACCESS_KEY) -> Place:
        """A bucket of that name; `url` is another way to the server."""
        return Place(
            endpoint_url=url or self.url,
            bucket=name,
            access_key_id=ACCESS_KEY_ID,
            secret_access_key=secret,
        )


def client(place: Place, region: str = "auto") -> Any:
    """boto3 as anybody would use it."""
    return boto3.client(
        "s3",
        endpoint_url=place.endpoint_url,
        aws_access_key_id=place.access_key_id,
        aws_secret_access_key=place.secret_access_key,
        config=Config(region_name=region, s3={"addressing_style": "path"}),
    )


@contextmanager
def moto() -> Iterator[Server]:
    # A child of its own, so that what it holds does not count as the adapter's memory.
    with _child([sys.executable, "-c", MOTO], "stdout") as url:
        yield Server("moto", url)


@contextmanager
def rclone(folder: Path) -> Iterator[Server]:
    program = shutil.which("rclone", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    assert program is not None, "pip install -r requirements-dev.txt brings rclone"
    keys = f"{ACCESS_KEY_ID},{SECRET_ACCESS_KEY}"
    argv = [program, "serve", "s3", "--addr", "127.0.0.1:0", "--auth-key", keys, str(folder)]
    with _child(argv, "stderr") as url:
        yield Server("rclone", url)


@contextmanager
def _child(argv: list[str], speaks: str) -> Iterator[str]:
    """The address the program prints; it is stopped at the end of the block."""
    child = subprocess.Popen(
        argv,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if speaks == "stdout" else subprocess.DEVNULL,
        stderr=subprocess.PIPE if speaks == "stderr" else subprocess.DEVNULL,
        text=True,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent"},
        start_new_session=True,
    )
    try:
        yield _address(child.stdout or child.stderr)
    finally:
        child.terminate()
        child.communicate(timeout=PATIENCE_S)


def _address(lines: IO[str] | None) -> str:
    assert lines is not None
    for line in lines:
        if found := re.search(r"http://127\.0\.0\.1:\d+", line):
            return found[0]
    raise AssertionError("the server did not start")
