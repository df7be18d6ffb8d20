"""The phone answers its own page and this machine's programs, and hands out its own files only."""

from __future__ import annotations

import pytest

from phone.people import PAGE_USER_ID
from phone.visitor import Visitor
from tests.phone.wire import Wire


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Host": "localhost.:80"},
        {"Host": "["},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
@pytest.mark.parametrize("path", ["/phone/state", "/bot{token}/getMe", "/page/mark.svg"])
async def test_another_sites_requests_are_refused(
    wire: Wire, headers: dict[str, str], path: str
) -> None:
    status, _, answered = await wire.get(path.format(token=wire.phone.token), headers=headers)
    assert status in (400, 403)
    assert "Access-Control-Allow-Origin" not in answered


async def test_another_site_cannot_ask_whether_it_may(wire: Wire) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    url = f"{wire.phone.url}/phone/text"
    async with wire.session.options(url, headers=asked) as answer:
        assert answer.status == 403
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_link_from_elsewhere_opens_the_page_and_only_the_page(wire: Wire) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert (await wire.get("/", headers=link))[0] == 200
    assert (await wire.get("/phone/state", headers=link))[0] == 403


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_the_phones_own_page_is_let_in(wire: Wire, name: str) -> None:
    host = f"{name}:{wire.phone.url.rpartition(':')[2]}"
    headers = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    assert (await wire.get("/phone/state", headers=headers))[0] == 200


async def test_every_answer_forbids_what_the_page_does_not_need(wire: Wire) -> None:
    for path in ("/", "/phone/state", "/nothing"):
        _, _, headers = await wire.get(path)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "script-src 'self'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/phone/media/..%2F..%2Frecord.jsonl",
        "/phone/media/%2Fetc%2Fpasswd",
        "/phone/media/",
        "/page/..%2Fserver.py",
        "/page/%2e%2e/server.py",
        "/file/bot{token}/..%2Frecord.jsonl",
        "/file/bot{token}/../record.jsonl",
        "/file/bot{token}/%2Fetc%2Fpasswd",
        "/file/bot{token}/photos",
        "/file/bot{token}/incoming/x",
        "/file/bot1:x/record.jsonl",
    ],
)
async def test_only_files_of_chats_are_handed_out(wire: Wire, visitor: Visitor, path: str) -> None:
    await visitor.send_sample("speech")
    status, body, _ = await wire.get(path.format(token=wire.phone.token))
    assert status in (401, 403, 404)
    assert b"/start" not in body


async def test_a_name_does_not_say_where_a_file_is_kept(wire: Wire, visitor: Visitor) -> None:
    url = f"{wire.phone.url}/phone/file"
    query = {"kind": "document", "file_name": "../../../x.%00/..\\y.p\x00y", "mime": "a/b\r\nX: y"}
    async with wire.session.post(url, params=query, data=b"content") as answer:
        document = (await answer.json())["message"]["document"]
    status, body, headers = await wire.get(f"/phone/media/{document['file_id']}")
    assert (status, body) == (200, b"content")
    assert "X" not in headers
    path = (await wire.call("getFile", file_id=document["file_id"])).result["file_path"]
    assert path.startswith("documents/file_")


@pytest.mark.parametrize("kind", ["document", "voice", "audio", "video"])
async def test_a_page_that_somebody_sends_is_no_page_of_ours(
    wire: Wire, visitor: Visitor, kind: str
) -> None:
    url = f"{wire.phone.url}/phone/file"
    query = {"kind": kind, "file_name": "a.html", "mime": "text/html"}
    async with wire.session.post(url, params=query, data=b"<script>") as answer:
        file_id = (await answer.json())["message"][kind]["file_id"]
    _, _, headers = await wire.get(f"/phone/media/{file_id}")
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''a.html"


async def test_nobody_writes_in_the_chat_of_another(wire: Wire, visitor: Visitor) -> None:
    async with Visitor(wire.phone.url, user_id=5, name="Sam", chat_id=PAGE_USER_ID) as other:
        await other.send_text("hello")
        assert [message.text for message in await other.messages()] == ["hello"]
    assert [message.text for message in await visitor.messages()] == ["/start"]


async def test_only_this_machine_is_served(wire: Wire) -> None:
    assert wire.phone.url.startswith("http://127.0.0.1:")
