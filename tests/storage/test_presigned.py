"""Links that the S3 checks itself. rclone shows what is refused; moto takes any signature."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, parse_qsl, urlsplit

import aiohttp
import pytest
from yarl import URL

from storage import keys
from storage.adapter import ObjectMissing, ObjectTooLarge
from storage.bucket import Bucket
from storage.presigned import Place, Signing, presigned_url
from storage.r2 import R2Storage
from storage.uploads import accepted
from tests.storage.servers import Server, client

KEY = keys.video("job1", 1)
UPLOAD = keys.upload("token", "voice", "ogg")
VIDEO = b"all of the video"
REFUSED = (400, 403)  # 400 is said of what came too late, here as at R2


class Clock:
    """The adapter's time; the server has its own."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(trust_env=False) as made:
        yield made


async def _filled(place: Place, clock: Clock) -> R2Storage:
    async def video() -> AsyncIterator[bytes]:
        yield VIDEO

    storage = R2Storage(place, Bucket(place), clock=clock)
    await storage.put_stream(KEY, video())
    return storage


@pytest.fixture(params=["moto", "rclone"])
async def storage(request: pytest.FixtureRequest, clock: Clock) -> AsyncIterator[R2Storage]:
    """A bucket with one video, on either server."""
    server: Server = request.getfixturevalue(request.param)
    made = await _filled(server.bucket(), clock)
    yield made
    await made.close()


@pytest.fixture
async def strict(rclone: Server, clock: Clock) -> AsyncIterator[R2Storage]:
    """The same, where signatures are checked."""
    made = await _filled(rclone.bucket(), clock)
    yield made
    await made.close()


async def _status(session: aiohttp.ClientSession, link: str, method: str = "GET") -> int:
    async with session.request(method, URL(link, encoded=True)) as answer:
        return answer.status


async def _put(session: aiohttp.ClientSession, link: str, body: bytes, kind: str) -> int:
    headers = {"Content-Type": kind}
    async with session.put(URL(link, encoded=True), data=body, headers=headers) as answer:
        return answer.status


@pytest.mark.parametrize(
    ("method", "query", "headers"),
    [
        ("GET", {"response-content-disposition": "attachment; filename*=UTF-8''a%20b~.mp4"}, {}),
        ("PUT", {}, {"content-type": "audio/ogg"}),
    ],
)
def test_links_are_signed_as_boto3_signs_them(
    method: str, query: dict[str, str], headers: dict[str, str]
) -> None:
    place = Place(
        endpoint_url="https://0123.r2.cloudflarestorage.com",
        bucket="reels",
        access_key_id="id",
        secret_access_key="secret/with+odd=letters",
    )
    wanted = {"Bucket": place.bucket, "Key": KEY}
    if query:
        wanted["ResponseContentDisposition"] = query["response-content-disposition"]
    if headers:
        wanted["ContentType"] = headers["content-type"]
    theirs: str = client(place).generate_presigned_url(
        f"{method.lower()}_object", Params=wanted, ExpiresIn=600
    )
    (date,) = parse_qs(urlsplit(theirs).query)["X-Amz-Date"]
    at = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    ours = presigned_url(
        place,
        Signing(method=method, key=KEY, at=at, expires_s=600, query=query, headers=headers),
    )
    assert dict(parse_qsl(urlsplit(ours).query)) == dict(parse_qsl(urlsplit(theirs).query))
    assert urlsplit(ours)[:3] == urlsplit(theirs)[:3]


async def test_a_link_opens_its_object(storage: R2Storage, session: aiohttp.ClientSession) -> None:
    link = await storage.download_link(KEY, filename="video.mp4")
    async with session.get(URL(link, encoded=True)) as answer:
        assert await answer.read() == VIDEO
        assert answer.content_type == "video/mp4"


async def test_a_link_names_the_file_it_is_saved_as(
    moto: Server, session: aiohttp.ClientSession, clock: Clock
) -> None:
    """moto shows it: rclone does not heed that wish."""
    storage = await _filled(moto.bucket(), clock)
    link = await storage.download_link(KEY, filename="Ça va? 1.mp4")
    async with session.get(URL(link, encoded=True)) as answer:
        said = answer.headers["Content-Disposition"]
        assert said.endswith("filename*=UTF-8''%C3%87a%20va_%201.mp4")
    await storage.close()


async def test_a_link_lasts_seven_days_and_no_longer(
    strict: R2Storage, session: aiohttp.ClientSession, clock: Clock
) -> None:
    now = clock.now
    clock.now = now - 7 * 24 * 3600 + 60
    assert await _status(session, await strict.download_link(KEY)) == 200
    clock.now = now - 7 * 24 * 3600 - 60
    assert await _status(session, await strict.download_link(KEY)) in REFUSED
    assert await _status(session, await strict.download_link(KEY, expires_s=10**9)) in REFUSED


async def test_a_link_that_was_changed_opens_nothing(
    strict: R2Storage, rclone: Server, session: aiohttp.ClientSession
) -> None:
    link = await strict.download_link(KEY, expires_s=60)
    last = "0" if link[-1] != "0" else "1"
    for forged in (
        link[:-1] + last,
        link.replace("/a1/", "/a2/"),
        link.replace("X-Amz-Expires=60", "X-Amz-Expires=6000"),
        link.replace("inline", "attachment"),
        link.partition("?")[0],
    ):
        assert await _status(session, forged) in REFUSED, forged
    for method in ("PUT", "DELETE"):
        assert await _status(session, link, method) in REFUSED
    stranger = rclone.place(urlsplit(link).path.split("/")[1], secret="of somebody else")
    signing = Signing(method="GET", key=KEY, at=time.time(), expires_s=60)
    assert await _status(session, presigned_url(stranger, signing)) in REFUSED
    assert await _status(session, link) == 200


async def test_moto_would_not_have_noticed(moto: Server, session: aiohttp.ClientSession) -> None:
    storage = await _filled(moto.bucket(), Clock())
    link = await storage.download_link(KEY)
    assert await _status(session, link[:-4] + "0000") == 200
    await storage.close()


async def test_a_link_signed_twice_for_one_moment_is_one_text(strict: R2Storage) -> None:
    signed_at = time.time() - 3600
    first = await strict.download_link(KEY, signed_at=signed_at)
    assert await strict.download_link(KEY, signed_at=signed_at) == first
    assert await strict.download_link(KEY) != first


async def test_an_upload_link_takes_its_content_type_and_no_other(
    strict: R2Storage, session: aiohttp.ClientSession
) -> None:
    link = await strict.upload_link(UPLOAD, max_bytes=10)
    assert await _put(session, link, b"<script>", "text/html") in REFUSED
    assert await _put(session, link, b"a voice", "audio/ogg") == 200
    found = await accepted(strict, UPLOAD, max_bytes=10)
    assert found == await strict.stat(UPLOAD)
    assert await _status(session, link) in REFUSED


async def test_an_upload_link_lasts_an_hour(
    strict: R2Storage, session: aiohttp.ClientSession, clock: Clock
) -> None:
    clock.now -= 3600 + 60
    link = await strict.upload_link(UPLOAD, max_bytes=10)
    assert await _put(session, link, b"a voice", "audio/ogg") in REFUSED
    with pytest.raises(ObjectMissing):
        await accepted(strict, UPLOAD, max_bytes=10)


async def test_too_large_an_upload_is_thrown_away(
    storage: R2Storage, session: aiohttp.ClientSession
) -> None:
    link = await storage.upload_link(UPLOAD, max_bytes=10)
    assert await _put(session, link, b"far too long", "audio/ogg") == 200
    with pytest.raises(ObjectTooLarge):
        await accepted(storage, UPLOAD, max_bytes=10)
    with pytest.raises(ObjectMissing):
        await storage.stat(UPLOAD)
