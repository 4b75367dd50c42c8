"""Element trees of whole texts, which Python-Markdown's pipeline passes on from its block parser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from .addresses import normal_label
from .blockstage import BlockStage
from .containers import FootnoteNode, ItemNode, ListNode, Node, QuoteNode
from .footnotes import number
from .leaves import Chain, Code, Leaf, Math, Paragraph, Rule, Table
from .reference_scope import Scope
from .tables import split_row


def build_tree(lines: Sequence[str], root_tag: str) -> tuple[Element, Scope]:
    """Returns the tree of a text, its inline content not yet parsed, and what that content may refer to.

    Tags are HTML's, but for ``text`` (a paragraph of a tight list, which has no tags of its own) and ``note`` (a
    footnote).
    """
    stage = BlockStage()
    for line in lines if lines[-1] else lines[:-1]:  # a newline ends a line, and begins none
        stage.feed(line)
    stage.close()
    builder = _TreeBuilder(Element(root_tag))
    for leaf in stage.closed:
        builder.add(leaf)
    builder.end_paragraph()
    return builder.root, Scope(stage.references, {label: label for label in stage.footnotes})


class _TreeBuilder:
    def __init__(self, root: Element) -> None:
        self.root = root
        self._made: dict[Node | ListNode, Element] = {}
        self._paragraph: Element | None = None
        self._pieces: list[str] = []

    def add(self, leaf: Leaf) -> None:
        if isinstance(leaf, Paragraph):
            if not leaf.continued:
                self.end_paragraph()
                self._paragraph = self._begin_paragraph(leaf)
            self._pieces.append(leaf.text)
            return
        self.end_paragraph()
        parent = self._container(leaf.chain)
        if isinstance(leaf, Code):
            code = SubElement(SubElement(parent, "pre"), "code")
            if leaf.language:
                code.set("class", f"language-{leaf.language}")
            code.text = AtomicString(leaf.drain() + "\n" if leaf.begun else "")
        elif isinstance(leaf, Table):
            _add_table(parent, leaf)
        elif isinstance(leaf, Math):
            SubElement(parent, "div", {"class": "math display"}).text = AtomicString(f"\\[{leaf.tex}\\]")
        elif isinstance(leaf, Rule):
            SubElement(parent, "hr")

    def end_paragraph(self) -> None:
        if self._paragraph is not None:
            text = "".join(self._pieces).strip(" \t\n")
            atomic = isinstance(self._paragraph.text, AtomicString)
            self._paragraph.text = AtomicString(text) if atomic else text
        self._paragraph, self._pieces = None, []

    def _begin_paragraph(self, leaf: Paragraph) -> Element:
        parent = self._container(leaf.chain)
        node = leaf.chain[-1][0] if leaf.chain else None
        tight = isinstance(node, ItemNode) and not node.parent.loose
        tag = f"h{leaf.level}" if leaf.level else "text" if tight else "p"
        paragraph = SubElement(parent, tag)
        if leaf.refused:
            paragraph.text = AtomicString("")
        return paragraph

    def _container(self, chain: Chain) -> Element:
        """Returns the element of the innermost container; missing ones are made."""
        parent = self.root
        for node, _ in chain:
            if node not in self._made:
                self._made[node] = self._make(node, parent)
            parent = self._made[node]
        return parent

    def _make(self, node: Node, parent: Element) -> Element:
        if isinstance(node, ItemNode):
            siblings = node.parent
            if siblings not in self._made:
                self._made[siblings] = SubElement(parent, "ol" if siblings.ordered else "ul")
                if siblings.ordered and siblings.start != 1:
                    self._made[siblings].set("start", str(siblings.start))
            item = SubElement(self._made[siblings], "li")
            if node.task is not None:
                box = SubElement(item, "input", {"type": "checkbox", "disabled": ""})
                box.attrib.update({"checked": ""} if node.task else {})
            return item
        if isinstance(node, QuoteNode):
            quote = SubElement(parent, "blockquote")
            if node.kind:
                quote.set("class", f"alert {node.kind}")
                SubElement(quote, "p", {"class": "alert-title"}).text = AtomicString(node.kind.capitalize())
            return quote
        assert isinstance(node, FootnoteNode)
        return SubElement(parent, "note", {"label": normal_label(node.label)})


def _add_table(parent: Element, leaf: Table) -> None:
    table = SubElement(parent, "table")
    _add_row(SubElement(table, "thead"), "th", leaf.header, leaf)
    rows = leaf.drain()
    body = SubElement(table, "tbody") if rows else table
    for row in rows:
        _add_row(body, "td", row, leaf)


def _add_row(parent: Element, tag: str, line: str, table: Table) -> None:
    row = SubElement(parent, "tr")
    for cell, align in zip(split_row(line, len(table.align)), table.align, strict=True):
        SubElement(row, tag, {"style": f"text-align: {align}"} if align else {}).text = cell


class FootnoteStage(Treeprocessor):  # type: ignore[misc]  # Python-Markdown has no types
    """Numbers the footnotes and moves them to the end, each with a link back to its first mention."""

    def run(self, root: Element) -> None:
        notes = {note.get("label", ""): note for note in root.findall("note")}
        if not notes:
            return
        within = {label: _mentions(note) for label, note in notes.items()}
        for note in notes.values():
            root.remove(note)
        numbers = number(_mentions(root), within)
        ordered = SubElement(SubElement(root, "section", {"class": "footnotes"}), "ol")
        for label, shown in numbers.items():
            note = notes[label]
            note.tag, note.attrib = "li", {"id": f"fn-{shown}"}
            ordered.append(note)
        mentioned: set[str] = set()
        for mark in root.iter("footnote"):
            shown = numbers[mark.text or ""]
            mark.text = shown
            if shown not in mentioned:
                mark.set("id", f"fnref-{shown}")
            mentioned.add(shown)
        for label, shown in numbers.items():
            if shown in mentioned:
                _add_way_back(notes[label], shown)


def _mentions(element: Element) -> list[str]:
    return [mark.text or "" for mark in element.iter("footnote")]


def _add_way_back(note: Element, shown: str) -> None:
    last: Any = note[-1] if len(note) and note[-1].tag == "p" else note
    if len(last):
        last[-1].tail = (last[-1].tail or "") + " "
    else:
        last.text = (last.text or "") + " "
    SubElement(last, "a", {"href": f"#fnref-{shown}"}).text = "↩"
