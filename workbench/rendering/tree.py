"""The block stage's leaves as an element tree, for a whole text at once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from xml.etree.ElementTree import Element, SubElement

from markdown.util import AtomicString

from .blockstage import BlockStage
from .containers import FootnoteNode, ItemNode, ListNode, Node, QuoteNode
from .inline import Scope
from .leaves import Code, Empty, Leaf, Math, Paragraph, Rule, Table
from .tables import split_row


def build_tree(lines: Iterable[str], root_tag: str) -> tuple[Element, Scope]:
    stage = BlockStage()
    for line in lines:
        stage.feed(line)
    stage.close()
    return Element(root_tag), Scope(stage.references, stage.footnotes)
