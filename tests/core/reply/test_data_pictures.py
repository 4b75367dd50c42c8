"""Pictures inside the text, in any pieces."""

from __future__ import annotations

import base64

import pytest

from workbench.core.reply.data_pictures import PictureSplitter, Piece

PIXEL = b"\x89PNG\r\n\x1a\n" + bytes(range(60))
ADDRESS = f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"
SHOWN = (PIXEL, "image/png")


def split(*pieces: str) -> list[Piece]:
    splitter = PictureSplitter()
    found: list[Piece] = []
    for piece in [made for text in pieces for made in splitter.feed(text)] + list(splitter.end()):
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return found


@pytest.mark.parametrize(("text", "expected"), [
    (f"Here: ![a cat]({ADDRESS})\nDone!", ["Here: ", SHOWN, "\nDone!"]),
    (f"![]({ADDRESS})", [SHOWN]),
    (f'![x]( <{ADDRESS}> "A title")![y]({ADDRESS})', [SHOWN, SHOWN]),
    (f"```\n![a]({ADDRESS})\n```\n![b]({ADDRESS})", [f"```\n![a]({ADDRESS})\n```\n", SHOWN]),
    ("![a](https://a.example/b.png) and !b", ["![a](https://a.example/b.png) and !b"]),
    ("![a](data:image/png;base64,iVBORw0KGgo...)!", ["![a](data:image/png;base64,iVBORw0KGgo...)!"]),
    (f"![a]({ADDRESS}", [f"![a]({ADDRESS}"]),
    ("![a](data:image/svg+xml;base64,PHN2Zz4AAAAA)", ["![a](data:image/svg+xml;base64,PHN2Zz4AAAAA)"]),
    ("Wow! [a] ![", ["Wow! [a] !["]),
    ("", []),
])
def test_in_any_pieces(text: str, expected: list[Piece]) -> None:
    assert split(text) == expected
    assert split(*text) == expected
    for cut in range(len(text)):
        assert split(text[:cut], text[cut:]) == expected, f"cut at {cut}"


def test_a_text_full_of_beginnings_stays_text() -> None:
    text = "![a](data:image/png;base64," * 20_000
    assert split(text) == [text]
