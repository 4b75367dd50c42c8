"""The Markdown dialect, as an extension of Python-Markdown: its pipeline and registries, with the program's stages in
them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, ElementTree

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.util import Registry

from .inline import InlineStage
from .tree import FootnoteStage, build_tree


class DocumentParser(BlockParser):  # type: ignore[misc]  # Python-Markdown has no types
    """Python-Markdown's block parser, with the program's block stage doing its work."""

    def parseDocument(self, lines: list[str]) -> ElementTree:
        root, scope = build_tree(lines, self.md.doc_tag)
        self.md.references.update(scope.references)
        self.md.treeprocessors["inline"].scope = scope
        return ElementTree(root)


class Dialect(Extension):  # type: ignore[misc]  # Python-Markdown has no types
    """CommonMark with GitHub's additions, footnotes and math; raw HTML is text.

    Replaces the block parser and all registered processors, and writes the tree by ``write``."""

    def __init__(self, write: Callable[[Element], str]) -> None:
        super().__init__()
        self._write = write

    def extendMarkdown(self, md: Any) -> None:
        md.preprocessors, md.inlinePatterns = Registry(), Registry()
        md.treeprocessors, md.postprocessors = Registry(), Registry()
        md.parser = DocumentParser(md)
        stage = InlineStage(md)
        stage.register_spans()
        md.treeprocessors.register(stage, "inline", 20)
        md.treeprocessors.register(FootnoteStage(md), "footnotes", 10)
        md.output_formats = {"html": self._write}


def new_engine(write: Callable[[Element], str]) -> Any:
    """Returns a Markdown instance for the dialect. It keeps state: one thread at a time."""
    return Markdown(extensions=[Dialect(write)], output_format="html")
