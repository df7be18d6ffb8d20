"""Telegram's HTML as Telegram reads it: text, entities in UTF-16 units, refusals in its words."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phone.entities import Words, read_words, with_found
from phone.markup import parse_html, utf16_length
from phone.refusals import Refusal


def entity(kind: str, offset: int, length: int, **more: str) -> dict[str, object]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain", "plain", []),
        ("<b>a</b>b", "ab", [entity("bold", 0, 1)]),
        ("<B>a</B>", "a", [entity("bold", 0, 1)]),
        ("🎧<i>b</i>", "🎧b", [entity("italic", 2, 1)]),
        ("<b><i>a</i>b</b>", "ab", [entity("bold", 0, 2), entity("italic", 0, 1)]),
        ("<b></b>a", "a", []),
        ("<b>a</>", "a", [entity("bold", 0, 1)]),
        ("&lt;b&gt; &amp; &quot;", '<b> & "', []),
        ("&nbsp; &#65;&#x42; &", "&nbsp; AB &", []),
        (
            '<a href="https://a.b/?x=1&amp;y=2">go</a>',
            "go",
            [entity("text_link", 0, 2, url="https://a.b/?x=1&y=2")],
        ),
        ('<a href="nowhere">go</a>', "go", []),
        ('<span class="tg-spoiler">s</span>', "s", [entity("spoiler", 0, 1)]),
        ("<blockquote expandable>q</blockquote>", "q", [entity("expandable_blockquote", 0, 1)]),
        ('<code class="language-c">x</code>', "x", [entity("code", 0, 1, language="c")]),
    ],
)
def test_marks_become_entities(source: str, text: str, entities: list[dict[str, object]]) -> None:
    assert parse_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b>a</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<p>a</p>", 'Unsupported start tag "p" at byte offset 0'),
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b class", 'Unclosed start tag "b" at byte offset 0'),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_html_is_refused(source: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {why}"


@given(st.text(max_size=60))
def test_escaped_text_comes_back_whole(text: str) -> None:
    assert parse_html(html.escape(text)) == (text, [])


@given(st.text(alphabet='<>/&;"= abi#x1\n🎧', max_size=40))
def test_anything_is_parsed_or_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except Refusal as refused:
        assert refused.code == 400  # noqa: PT017  # either end is right
        return
    for one in entities:
        assert one["length"] > 0
        assert one["offset"] + one["length"] <= utf16_length(text)


def test_the_white_space_around_is_cut_and_entities_move() -> None:
    words = read_words(" \n<b> a</b> ", "HTML", None, most_units=10, what="text")
    assert words == Words(text="a", entities=(entity("bold", 0, 1),))


@pytest.mark.parametrize(
    ("text", "kind", "offset", "length"),
    [
        ("see https://a.b/c?d=1.", "url", 4, 17),
        ("/start claim_x", "bot_command", 0, 6),
        ("🎧 /help@pocketreel_bot", "bot_command", 3, 20),
        ("ask @robin99", "mention", 4, 8),
        ("a #tag", "hashtag", 2, 4),
        ("to me@example.org", "email", 3, 14),
    ],
)
def test_links_and_commands_are_found(text: str, kind: str, offset: int, length: int) -> None:
    assert with_found(Words(text=text)).entities == (entity(kind, offset, length),)


def test_nothing_is_found_inside_code_and_links() -> None:
    words = read_words("<code>/start</code> a/b 1/2", "HTML", None, most_units=99, what="text")
    assert [one["type"] for one in words.entities] == ["code"]
