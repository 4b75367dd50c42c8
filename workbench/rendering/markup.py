"""Markup: elements as HTML, in the inline dialect of the view (see ``blocks``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .hidden_characters import reveal_in_prose

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def escape(text: str) -> str:
    """Returns text as HTML content, with hidden characters to be seen."""
    text = reveal_in_prose(text)
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def escape_attribute(text: str) -> str:
    """Returns text as the content of a quoted attribute."""
    return escape(text).replace('"', "&quot;")


def view_html(parent: Element) -> str:
    """Returns the content of an inline element, in the view's dialect."""
    parts = [escape(parent.text or "")]
    for child in parent:
        match child.tag:
            case "br":
                parts.append("<br>")
            case "a":
                title = child.get("title")
                titled = f' title="{escape_attribute(title)}"' if title else ""
                parts.append(f'<a href="{escape_attribute(child.get("href", ""))}"{titled}>{view_html(child)}</a>')
            case "img":
                address, alt = child.get("src", ""), child.get("alt", "")
                parts.append(f'<span class="image" title="{escape_attribute(address)}">{escape(alt)}</span>')
            case "math":
                parts.append(f'<span class="math">{escape(child.text or "")}</span>')
            case "footnote":
                label = child.text or ""
                parts.append(f'<sup><a href="#fn-{escape_attribute(label)}">{escape(label)}</a></sup>')
            case tag:
                parts.append(f"<{tag}>{view_html(child)}</{tag}>")
        if child.tail:
            parts.append(escape(child.tail))
    return "".join(parts)
