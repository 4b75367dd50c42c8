"""Characters that are not seen: shown where they deceive, kept where languages need them."""

from __future__ import annotations

import pytest

from workbench.rendering.hidden_characters import SIGN, WIDE_SIGN, reveal_in_code, reveal_in_prose
from workbench.rendering.page import render_html
from workbench.rendering.reference_scope import Scope
from workbench.rendering.render import LeafRenderer


def test_overrides_and_tag_characters_are_seen_in_prose() -> None:
    assert reveal_in_prose("photo\u202egpj.exe") == f"photo{SIGN}gpj.exe"
    assert reveal_in_prose("hi\U000e0041\U000e0042") == f"hi{WIDE_SIGN}{WIDE_SIGN}"


@pytest.mark.parametrize("text", [
    "نص\u200f (1)\u200e", "\u2067עברית\u2069 and", "👩\u200d🔬", "می\u200cخواهم",
    "\U0001f3f4\U000e0067\U000e0062\U000e0073"
    "\U000e0063\U000e0074\U000e007f", "plain", "zero\u200bwidth",
])
def test_what_writing_needs_stays(text: str) -> None:
    assert reveal_in_prose(text) == text


def test_code_shows_everything_that_is_not_seen() -> None:
    code = "if admin\u202e \u2066// check\u2069\u200b:\ufeff"
    assert reveal_in_code(code) == f"if admin{SIGN} {SIGN}// check{SIGN}{SIGN}:{SIGN}"
    assert len(reveal_in_code("a\U000e0041".encode("utf-16-le").decode("utf-16-le")).encode("utf-16-le")) == 6


def test_links_pages_and_views_show_them() -> None:
    text = "[\u202egpj.exe](https://a.example) after `x\u200b` \n\n```\n\u2066y\n```"
    page = render_html(text)
    assert "\u202e" not in page and f">{SIGN}gpj.exe</a>" in page and f"{SIGN}y" in page
    assert LeafRenderer(Scope()).inline("a\u202eb") == f"a{SIGN}b"
