"""The event stream decoder: the examples of the HTML Standard, oddities seen in the wild, and every cut."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import Interrupted
from workbench.providers.wire.sse import Comment, Decoder, Item, LineSplitter, ServerEvent

E = ServerEvent

VECTORS: dict[str, tuple[bytes, list[ServerEvent]]] = {
    # The four examples of the standard, section 9.2.6.
    "stocks": (b"data: YHOO\ndata: +2\ndata: 10\n\n", [E("YHOO\n+2\n10")]),
    "four blocks": (
        b": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n",
        [E("first event", id="1"), E("second event")]),
    "empty data": (b"data\n\ndata\ndata\n\ndata:", [E(""), E("\n")]),
    "one space": (b"data:test\n\ndata: test\n\n", [E("test"), E("test")]),
    # Line ends.
    "cr": (b"data: a\r\rdata: b\r\r", [E("a"), E("b")]),
    "crlf": (b"data: a\r\n\r\ndata: b\r\n\r\n", [E("a"), E("b")]),
    "mixed": (b"data: a\r\ndata: b\r\rdata: c\n\r\n", [E("a\nb"), E("c")]),
    "other separators are text": (
        "data: a\u2028b\u0085c\x0bd\x0ce\n\n".encode(), [E("a\u2028b\u0085c\x0bd\x0ce")]),
    # The byte order mark, once and only at the start.
    "bom": (b"\xef\xbb\xbfdata: a\n\n", [E("a")]),
    "bom later": (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [E("a")]),
    "two boms": (b"\xef\xbb\xbf\xef\xbb\xbfdata: b\n\n", []),
    "bom alone": (b"\xef\xbb\xbf", []),
    "half a bom": (b"\xef\xbbdata: a\n\n", []),
    # Fields.
    "event": (b"event: ping\ndata: {}\n\ndata: x\n\n", [E("{}", "ping"), E("x")]),
    "event without data": (b"event: ping\n\ndata: x\n\n", [E("x")]),
    "empty event name": (b"event:\ndata: x\n\n", [E("x")]),
    "id with nul": (b"id: 1\0\ndata: x\n\n", [E("x")]),
    "id stays": (b"id: 7\n\ndata: x\n\n", [E("x", id="7")]),
    "retry": (b"retry: 10\ndata: x\n\n", [E("x", retry=10)]),
    "retry is no number": (b"retry: 1e3\ndata: x\n\n", [E("x")]),
    "retry in other digits": ("retry: ١٢\ndata: x\n\n".encode(), [E("x")]),
    "retry alone": (b"retry: 1000\n\n", []),
    "unknown field": (b"foo: bar\ndata: x\n\n", [E("x")]),
    "case counts": (b"Data: x\nDATA: y\n\n", []),
    "space before the colon": (b"data : x\n\n", []),
    "two colons": (b"data::x\n\n", [E(":x")]),
    "tab": (b"data:\tx\n\n", [E("\tx")]),
    "nul": (b"data: a\0b\n\n", [E("a\0b")]),
    # The end.
    "not closed": (b"data: a\n\ndata: lost\n", [E("a")]),
    "no line end": (b"data: a\n\ndata: lost", [E("a")]),
    "blank lines": (b"\n\n\n\ndata: a\n\n\n\n", [E("a")]),
    "nothing": (b"", []),
    # Text.
    "utf-8": ("data: Ünï 🎉 中\n\n".encode(), [E("Ünï 🎉 中")]),
    "bad bytes": (b"data: a\xffb\xc3\n\n", [E("a\ufffdb\ufffd")]),
    "cut character": (b"data: \xf0\x9f\x8e\ndata: x\n\n", [E("\ufffd\nx")]),
    # What chat servers send.
    "openrouter": (b": OPENROUTER PROCESSING\n\ndata: {}\n\n", [E("{}")]),
    "axum": (b":\n\ndata: {}\n\n", [E("{}")]),
    "done": (b"data: {}\n\ndata: [DONE]\n\n", [E("{}"), E("[DONE]")]),
}


def events(*pieces: bytes) -> list[Item]:
    decoder = Decoder()
    return [item for piece in pieces for item in decoder.feed(piece)]


def dispatched(*pieces: bytes) -> list[Item]:
    return [item for item in events(*pieces) if isinstance(item, ServerEvent)]


@pytest.mark.parametrize("name", VECTORS)
def test_whole_per_byte_and_in_two(name: str) -> None:
    data, expected = VECTORS[name]
    assert dispatched(data) == expected
    assert dispatched(*(data[i : i + 1] for i in range(len(data)))) == expected
    for cut in range(len(data)):
        assert dispatched(data[:cut], data[cut:]) == expected, f"cut at {cut}"


@given(st.lists(st.sampled_from([
    b"data", b"event", b"id", b"retry", b":", b" ", b"\n", b"\r", b"\r\n", b"x", b"12", b"\xef\xbb\xbf",
    "é🎉".encode(), b"\xff", b"\0", b"[DONE]",
])), st.data())
def test_any_cut_gives_the_same(tokens: list[bytes], data: Any) -> None:
    stream = b"".join(tokens)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    pieces = [stream[a:b] for a, b in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert events(*pieces) == events(stream)


def test_comments_are_told() -> None:
    assert events(b": keep-alive\n:\n\n") == [Comment("keep-alive"), Comment("")]


def test_limits() -> None:
    line = Decoder()
    with pytest.raises(Interrupted, match="16 MiB"):
        for _ in range(20):
            list(line.feed(b"x" * 2**20))
    many = Decoder(event_limit=100)
    with pytest.raises(Interrupted, match="One event"):
        for _ in range(20):
            list(many.feed(b"data: 1234567890\n"))
    endless = Decoder(stream_limit=1000)
    with pytest.raises(Interrupted, match="The answer"):
        for _ in range(200):
            list(endless.feed(b": ping\n\n"))


@pytest.mark.parametrize("step", [2**16, 2**24])
def test_pictures_do_not_count_for_the_limit_of_an_event(step: int) -> None:
    """Up to four times as much as an event may say beside them."""
    def told(data: bytes) -> list[Any]:
        decoder = Decoder(event_limit=2**17)
        return [one for at in range(0, len(data), step) for one in decoder.feed(data[at:at + step])]

    picture = b"A" * 2**18
    (event,) = told(b'data: {"picture":"' + picture + b'","words":"' + b"x y " * 2**14 + b'"}\n\n')
    assert json.loads(event.data)["picture"] == picture.decode()
    for many in (b'data: {"words":"' + b"x y " * 2**16, b'data: {"picture":"' + picture * 3):
        with pytest.raises(Interrupted, match="One event"):
            told(many + b'"}\n\n')


def test_a_huge_line_in_pieces_is_kept_once() -> None:
    """Linear: 8 MB in 16 kB pieces."""
    decoder = Decoder()
    found = [item for _ in range(512) for item in decoder.feed(b"x" * 16384)]
    assert found == []
    decoder = Decoder()
    list(decoder.feed(b"data: "))
    for _ in range(512):
        list(decoder.feed(b"x" * 16384))
    (event,) = decoder.feed(b"\n\n")
    assert isinstance(event, ServerEvent) and len(event.data) == 512 * 16384


@pytest.mark.parametrize("piece", [1, 7, 100, 5000])
def test_an_event_that_repeats_data_may_be_larger(piece: int) -> None:
    """Data is left out of it, words stay; another event keeps its data, and words of that size are refused."""
    picture, limit = "iVBOR" * 4000, 15_000
    data = f'{{"a": "{picture}", "b": "data:image/png;base64,{picture}==", "c": "told", "d": "\\n"}}'
    event = f"event: end\ndata: {data}\n\n"
    asked: list[tuple[str, str]] = []

    def repeats(name: str, beginning: str) -> bool:
        asked.append((name, beginning))
        return name == "end"

    def read(text: str) -> list[Item]:
        decoder = Decoder(limit, repeats=repeats)
        return [item for at in range(0, len(text), piece) for item in decoder.feed(text[at:at + piece].encode())]

    (found,) = read(event)
    assert isinstance(found, ServerEvent) and {"c": "told", "d": "\n"}.items() <= json.loads(found.data).items()
    assert len(found.data) < limit and asked[0][1].startswith('data: {"a": "iVBOR')
    (other,) = read(event.replace("event: end", "event: other"))
    assert isinstance(other, ServerEvent) and json.loads(other.data)["a"] == picture
    with pytest.raises(Interrupted):
        read(event.replace("event: end", "event: other").replace("OR", "O "))


def test_lines_and_their_rest() -> None:
    lines = LineSplitter()
    assert lines.feed(b'{"a":1}\r') == [b'{"a":1}']
    assert lines.feed(b'\n{"b"') == []
    assert lines.feed(b":2}") == []
    assert lines.rest() == b'{"b":2}'


@pytest.mark.parametrize(("data", "last"), [
    (b'data: {"a":1}', ServerEvent('{"a":1}')), (b"data: a\ndata: b\n", ServerEvent("a\nb")),
    (b"data: x\n\n", None), (b"", None), (b": hi", None), (b"event: error\ndata: x", ServerEvent("x", "error")),
])
def test_the_event_that_is_left_open(data: bytes, last: ServerEvent | None) -> None:
    decoder = Decoder()
    list(decoder.feed(data))
    assert list(decoder.end()) == ([last] if last else [])


@pytest.mark.parametrize(("data", "found"), [
    (b'data: {"a":1}\ndata: {"b":2}\ndata: [DONE]\n', [E('{"a":1}'), E('{"b":2}'), E("[DONE]")]),
    (b'data: {"a":1}\r\ndata: {"b":2}\r\ndata: [DONE]', [E('{"a":1}'), E('{"b":2}'), E("[DONE]")]),
    (b'{"a":1}\ndata: {"b":2}\n{"c":3}', [E('{"a":1}'), E('{"b":2}'), E('{"c":3}')]),
    (b'event: a\ndata: {"a":1}\nevent: b\ndata: {"b":2}\n', [E('{"a":1}', "a"), E('{"b":2}', "b")]),
    (b'event: a\ndata: {"a":1}\nerror: oops', [E('{"a":1}', "a"), E("oops", "error")]),
    (b'data: {"a":1}\nevent: b\n\n', [E('{"a":1}', "b")]),  # the name may come last
    (b'data: {\ndata: "a": {}\ndata: , "b": {}\ndata: }\n\n', [E('{\n"a": {}\n, "b": {}\n}')]),
    (b'data: [{}\ndata: ,{}]\n\n', [E("[{}\n,{}]")]),
])
def test_events_without_blank_lines_between_them(data: bytes, found: list[ServerEvent]) -> None:
    """Whatever JSON may be written over several lines stays one event."""
    for cut in range(len(data) + 1):
        decoder = Decoder()
        assert [*decoder.feed(data[:cut]), *decoder.feed(data[cut:]), *decoder.end()] == found


def test_events_without_blank_lines_are_told_as_they_come() -> None:
    decoder = Decoder()
    assert list(decoder.feed(b'data: {"a":1}\n')) == []
    assert list(decoder.feed(b'data: {"b":2}\n')) == [E('{"a":1}')]


def test_what_is_written_outside_the_format() -> None:
    assert dispatched(b'error: {"code":500}\n\n') == [ServerEvent('{"code":500}', "error")]
    assert dispatched(b'{"error":"x"}\n\n') == [ServerEvent('{"error":"x"}')]
    assert dispatched(b'{\n  "error": "x"\n}\n\ndata: y\n\n') == [
        ServerEvent('{\n "error": "x"\n}'), ServerEvent("y")]  # a field's value loses one blank
