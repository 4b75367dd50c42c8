"""Links inside a message: from a footnote's mark to its text and back."""

from __future__ import annotations

from workbench.rendering.blocks import Footnote, Prose

from .inline import parse_inline
from .message import Message


def find_target(message: Message, href: str) -> tuple[int, int] | None:
    """Returns the block and the offset that ``#fn-x`` or ``#fnref-x`` means, ``None`` when there is no such place."""
    kind, _, label = href.partition("-")
    for number, view in enumerate(message.views):
        if kind == "#fn":
            if any(isinstance(each, Footnote) and each.first and each.label == label for each in view.containers):
                return number, 0
        elif kind == "#fnref" and isinstance(view.block, Prose) and f'"#fn-{label}"' in view.block.html:
            runs = parse_inline(view.block.html).runs
            return number, next((run.start for run in runs if run.href == f"#fn-{label}"), 0)
    return None
