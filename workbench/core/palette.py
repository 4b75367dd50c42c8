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
    line: str  # between areas
    edge: str  # borders of controls: at least 3:1
    hover: str  # background under the pointer
    text: str
    dim: str  # secondary text
    faint: str  # placeholders and the like: at least 4.5:1, as all text
    disabled: str  # text and icons of controls that do nothing now
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
    background="#ffffff", panel="#f5f6f8", line="#e2e5ea", edge="#7f8694", hover="#e2e5ea",
    text="#16191f", dim="#525967", faint="#646b78", disabled="#a6acb7",
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
    background="#16181d", panel="#1b1e24", line="#2c313a", edge="#757d8c", hover="#2c313a",
    text="#e7e9ee", dim="#a9b0bc", faint="#929aa9", disabled="#565d6a",
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

LIGHT_CONTRAST = Palette(
    name="light-contrast", dark=False,
    background="#ffffff", panel="#ffffff", line="#595959", edge="#000000", hover="#dedede",
    text="#000000", dim="#1f1f1f", faint="#3d3d3d", disabled="#767676",
    accent="#0a2e9e", accent_text="#ffffff", accent_soft="#dbe4ff", code="#f2f2f2",
    ok="#00502c", warn="#603900", bad="#970012",
    code_colours={
        "keyword": "#4b1296", "string": "#00502c", "number": "#6b3300", "comment": "#3d3d3d",
        "function": "#0a2e9e", "type": "#573900", "constant": "#6b3300", "tag": "#8a0f22",
        "attribute": "#573900", "operator": "#1f1f1f", "deleted": "#8a0f22", "inserted": "#00502c",
        "error": "#970012", "heading": "#0a2e9e",
    },
    series=("#0a2e9e", "#00502c", "#603900", "#4b1296", "#970012", "#00474f"),
)
"""For eyes that need it: all text at least 7:1, all borders drawn plainly."""

DARK_CONTRAST = Palette(
    name="dark-contrast", dark=True,
    background="#000000", panel="#000000", line="#a6a6a6", edge="#ffffff", hover="#333333",
    text="#ffffff", dim="#ededed", faint="#d0d0d0", disabled="#8c8c8c",
    accent="#9fc2ff", accent_text="#000000", accent_soft="#0b2f6b", code="#161616",
    ok="#6fe8ae", warn="#ffd166", bad="#ffa3a6",
    code_colours={
        "keyword": "#dcc4ff", "string": "#9df0c0", "number": "#ffcb9a", "comment": "#d0d0d0",
        "function": "#a9ccff", "type": "#ffe19a", "constant": "#ffcb9a", "tag": "#ffb5bc",
        "attribute": "#ffe19a", "operator": "#ededed", "deleted": "#ffb5bc", "inserted": "#9df0c0",
        "error": "#ffa3a6", "heading": "#a9ccff",
    },
    series=("#9fc2ff", "#6fe8ae", "#ffd166", "#dcc4ff", "#ffa3a6", "#7fe3ee"),
)
"""The same on black."""

PAPER_LINE = "#c9ced6"
"""A line on paper, on which that of ``LIGHT`` is too pale."""
