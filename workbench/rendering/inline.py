"""The inline stage: one pass over the text of a leaf, from left to right.

It takes the place of Python-Markdown's own (one pass per pattern over text full of placeholders), runs the
inline processors that are registered, and adds what needs memory: links and images by a stack of brackets,
emphasis by delimiter runs (CommonMark 0.31, appendix "A parsing strategy", phase 2).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element, TreeBuilder

from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from .addresses import LABEL, Target, read_inline_target
from .characters import SPECIAL
from .emphasis import Run, pair, read_run
from .leaves import cut
from .limits import MAX_LABEL, MAX_NESTING, PIECE, TooDeep
from .reference_scope import Scope
from .spans import SPANS, Span
from .speculative_tail import pair_unfinished, trim

_RUN = re.compile(r"\*+|_+|~+")


@dataclass(slots=True, eq=False)
class Bracket:
    """An opening bracket: ``token`` is its place among the tokens, ``start`` where its text begins."""

    token: int
    start: int
    image: bool
    runs: int
    active: bool = True
    holds_bracket: bool = False


@dataclass(frozen=True, slots=True)
class Open:
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Close:
    pass


Token: TypeAlias = str | Element | Run | Open | Close


class InlineStage(Treeprocessor):  # type: ignore[misc]  # Python-Markdown has no types
    """Parses the text of every element that is not an ``AtomicString``. One parser is not for two threads."""

    def __init__(self, md: Any) -> None:
        super().__init__(md)
        self.scope = Scope()
        self.in_cell = False
        self.unfinished = False
        self._spans: dict[str, list[Span]] = {}
        self._tokens: list[Token] = []
        self._brackets: list[Bracket] = []
        self._runs: list[Run] = []

    def register_spans(self) -> None:
        """Registers the program's inline processors, and no others, with the Markdown instance."""
        for priority, span in enumerate(reversed(SPANS)):
            self.md.inlinePatterns.register(span(self), span.__name__.lower(), priority)
        for processor in self.md.inlinePatterns:
            for character in processor.triggers:
                self._spans.setdefault(character, []).append(processor)

    def run(self, root: Element) -> None:
        """Parses all elements of a document, as the step of Python-Markdown's pipeline."""
        for leaf in list(root.iter()):
            text = leaf.text
            if text and not isinstance(text, AtomicString):
                leaf.text = None
                try:
                    parsed = self.parse(text, in_cell=leaf.tag in ("td", "th"))
                except TooDeep:
                    leaf.text = AtomicString(text)
                else:
                    leaf.text = parsed.text
                    leaf.extend(parsed)

    def parse(self, text: str, in_cell: bool = False, unfinished: bool = False) -> Element:
        """Parses a text into the content of an element; an unfinished one as it will probably continue. Raises
        TooDeep."""
        self.in_cell, self.unfinished = in_cell, unfinished
        if unfinished:
            text = trim(text)
        self._tokens = []
        while len(text) > PIECE:
            at = cut(text)
            self._parse_piece(text[:at])
            text = text[at:]
        self._parse_piece(text)
        return _build(self._tokens)

    def _parse_piece(self, text: str) -> None:
        self._brackets.clear()
        self._runs.clear()
        tokens, pos = self._tokens, 0
        while match := SPECIAL.search(text, pos):
            at = match.start()
            if at > pos:
                tokens.append(text[pos:at])
            pos = self._special(text, at)
        if pos < len(text):
            tokens.append(text[pos:])
        if self.unfinished and self._runs:
            closer = pair_unfinished(self._runs, len(text))
            tokens += [closer] if closer else []
        else:
            pair(self._runs)

    def _special(self, text: str, at: int) -> int:
        """Reads what begins at a special character. Returns where it ends."""
        character = text[at]
        for span in self._spans.get(character, ()):
            match = span.compiled_re.match(text, at)
            if match is not None:
                node, _, end = span.handleMatch(match, text)
                if end is not None:
                    self._tokens.append(node)
                    return int(end)
        if character in "*_~":
            return self._read_run(text, at)
        if character in "[!":
            return self._open_bracket(at, image=character == "!")
        if character == "]":
            return self._close_bracket(text, at)
        self._tokens.append(character)
        return at + 1

    def _read_run(self, text: str, at: int) -> int:
        match = _RUN.match(text, at)
        assert match is not None
        run = read_run(text, at, match.end())
        if run.opens or run.closes:
            self._runs.append(run)
            self._tokens.append(run)
        else:
            self._tokens.append(match.group())
        return match.end()

    # ---------------------------------------------------------------- links and images

    def _open_bracket(self, at: int, image: bool) -> int:
        if self._brackets:
            self._brackets[-1].holds_bracket = True
        end = at + 1 + image
        self._brackets.append(Bracket(len(self._tokens), end, image, len(self._runs)))
        self._tokens.append("![" if image else "[")
        return end

    def _close_bracket(self, text: str, at: int) -> int:
        opener = self._brackets.pop() if self._brackets else None
        found = self._find_target(text, at, opener) if opener and opener.active else None
        if opener is None or found is None:
            self._tokens.append("]")
            return at + 1
        target, end = found
        inner = self._runs[opener.runs :]
        del self._runs[opener.runs :]
        pair(inner)
        if opener.image:
            self._make_image(opener, target)
        else:
            self._make_link(opener, target)
        return end

    def _find_target(self, text: str, at: int, opener: Bracket) -> tuple[Target, int] | None:
        after = at + 1
        if text.startswith("(", after) and (inline := read_inline_target(text, after)):
            return inline
        match = LABEL.match(text, after)
        if match and match.group(1).strip():
            label = match.group(1)
        elif opener.holds_bracket or at - opener.start > MAX_LABEL:
            return None
        else:
            label = text[opener.start : at]
        target = self.scope.reference(label)
        return (Target(*target), match.end() if match else after) if target else None

    def _make_link(self, opener: Bracket, target: Target) -> None:
        attributes = {"href": target.address}
        if target.title:
            attributes["title"] = target.title
        tokens = self._tokens
        tokens[opener.token] = Open(attributes)
        for at in range(opener.token + 1, len(tokens)):
            token = tokens[at]
            if isinstance(token, Element) and token.tag == "a":
                tokens[at] = token.text or ""
        tokens.append(Close())
        for bracket in self._brackets:  # a link holds no link
            if not bracket.image:
                bracket.active = False

    def _make_image(self, opener: Bracket, target: Target) -> None:
        alt = "".join(_texts(islice(self._tokens, opener.token + 1, None)))
        image = Element("img", {"src": target.address, "alt": alt})
        if target.title:
            image.set("title", target.title)
        self._tokens[opener.token :] = [image]


def _texts(tokens: Any) -> Any:
    for token in tokens:
        if isinstance(token, str):
            yield token
        elif isinstance(token, Run):
            yield token.character * token.count
        elif isinstance(token, Element):
            yield token.get("alt") or token.text or ""


def _build(tokens: Sequence[Token]) -> Element:
    builder = TreeBuilder()
    builder.start("inline", {})
    depth = 0
    for token in tokens:
        if isinstance(token, str):
            builder.data(token)
        elif isinstance(token, Element):
            builder.start(token.tag, token.attrib)
            builder.data(token.text or "")
            builder.end(token.tag)
        elif isinstance(token, Run):
            for tag in token.closing:
                builder.end(tag)
            builder.data(token.character * token.count)
            for tag in reversed(token.opening):
                builder.start(tag, {})
            depth += len(token.opening) - len(token.closing)
        elif isinstance(token, Open):
            builder.start("a", token.attributes)
            depth += 1
        else:
            builder.end("a")
            depth -= 1
        if depth > MAX_NESTING:
            raise TooDeep
    builder.end("inline")
    return builder.close()
