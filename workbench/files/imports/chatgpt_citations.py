"""Citations of ChatGPT: marks in the text, of characters for private use, and what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.core.chat.parts import Citation

from .fields import Fields, items, mapping, mappings, parsed, string, whole

_MARK = re.compile("\ue200([^\ue200-\ue202]*)(?:\ue202([^\ue200\ue201]*))?(?:\ue201|\\Z)")
_STRAY = re.compile("[\ue200-\ue206]")
_LISTS = ("items", "fallback_items", "sources", "supporting_websites")


def without_marks(text: str, metadata: Fields) -> str:
    """Returns the text with what the marks stand for, from the last to the first, since offsets count from the
    beginning. A mark that nothing explains goes with all that is in it."""
    references = sorted(mappings(metadata.get("content_references")), key=lambda one: whole(one.get("start_idx")) or 0)
    for reference in reversed(references):
        matched = string(reference.get("matched_text"))
        if not matched.strip():
            continue
        start = whole(reference.get("start_idx")) or 0
        if text[start:start + len(matched)] != matched:
            start = text.rfind(matched)
        if start >= 0:
            text = text[:start] + _instead(reference, matched) + text[start + len(matched):]
    return _STRAY.sub("", _MARK.sub(_name_in, text)) if "\ue200" in text else _STRAY.sub("", text)


def _instead(reference: Fields, matched: str) -> str:
    match string(reference.get("type")):
        case "entity":
            return string(reference.get("name")) or _MARK.sub(_name_in, matched)
        case "alt_text" | "products" | "product_entity":
            return string(reference.get("alt"))
        case "image_group" | "image_inline" | "image_v2":
            return "\n".join(string(url) for url in items(reference.get("safe_urls")))
        case _:
            return "" if _STRAY.search(matched) else matched


def _name_in(mark: re.Match[str]) -> str:
    if mark.group(1) != "entity":
        return ""
    about = items(parsed(mark.group(2)))
    return string(about[1]) if len(about) > 1 else ""


def cited(metadata: Fields) -> Iterator[Citation]:
    """Yields the sources of a message, each once."""
    seen: set[str] = set()
    for found in (*mappings(metadata.get("citations")), *mappings(metadata.get("content_references"))):
        for url, title in _sources(mapping(found.get("metadata")) if "metadata" in found else found):
            if url and url not in seen:
                seen.add(url)
                yield Citation(url, title)


def _sources(found: Fields) -> Iterator[tuple[str, str]]:
    if found.get("type") in ("hidden", "attribution", "image_group", "image_inline", "image_v2"):
        return
    yield string(found.get("url")), string(found.get("title")) or string(found.get("name"))
    for name in _LISTS:
        if name == "fallback_items" and found.get("items"):
            continue
        for item in mappings(found.get(name)):
            yield string(item.get("url")), string(item.get("title"))
            for more in mappings(item.get("supporting_websites")):
                yield string(more.get("url")), string(more.get("title"))
