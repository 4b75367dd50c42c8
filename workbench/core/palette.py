"""The palette: every colour of the window, of exported pages and of reports, each for light and for dark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one scheme, as ``#rrggbb``."""

    name: str
    dark: bool
    background: str
    panel: str
    line: str
    text: str
    dim: str  # secondary text: at least 4.5:1 on background and panel
    faint: str  # placeholders, disabled: at least 3:1
    accent: str
    accent_text: str  # on accent
    accent_soft: str  # behind selected things
    code: str  # background of code and of the user's messages
    ok: str
    warn: str
    bad: str
    code_colours: Mapping[str, str]  # by a token's role: keyword, string, number, comment …; readable on code
    series: tuple[str, ...]  # the lines of a plot, in order


LIGHT = Palette(
    name="light", dark=False,
    background="#ffffff", panel="#f5f6f8", line="#e2e5ea", text="#16191f", dim="#5b6270", faint="#7f8694",
    accent="#2d5de6", accent_text="#ffffff", accent_soft="#e6edfe", code="#f3f4f7",
    ok="#12804f", warn="#96610a", bad="#c22f33",
    code_colours={
        "keyword": "#7c2fd6", "string": "#0d7a45", "number": "#9a4b00", "comment": "#676e7b",
        "function": "#1f5fd0", "type": "#8a5a00", "constant": "#9a4b00", "tag": "#b0263b",
        "attribute": "#8a5a00", "operator": "#4b5563", "deleted": "#b0263b", "inserted": "#0d7a45",
        "error": "#c22f33", "heading": "#1f5fd0",
    },
    series=("#2d5de6", "#12804f", "#96610a", "#7c2fd6", "#c22f33", "#0e7c86"),
)

DARK = Palette(
    name="dark", dark=True,
    background="#16181d", panel="#1b1e24", line="#2c313a", text="#e7e9ee", dim="#a2a9b6", faint="#757d8c",
    accent="#7396ff", accent_text="#0d1117", accent_soft="#22304f", code="#20242c",
    ok="#47c28b", warn="#dba53f", bad="#f0787b",
    code_colours={
        "keyword": "#c39bff", "string": "#7fd6a0", "number": "#f0b27a", "comment": "#8a93a3",
        "function": "#82aaff", "type": "#e5c07b", "constant": "#f0b27a", "tag": "#f28b95",
        "attribute": "#e5c07b", "operator": "#b4bac6", "deleted": "#f28b95", "inserted": "#7fd6a0",
        "error": "#f0787b", "heading": "#82aaff",
    },
    series=("#7396ff", "#47c28b", "#dba53f", "#c39bff", "#f0787b", "#4fc3cf"),
)

PAPER_LINE = "#c9ced6"
"""A line on paper, on which that of ``LIGHT`` is too pale."""
