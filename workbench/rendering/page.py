"""Pages: a whole text as standard HTML, for files and for the specification's examples."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .addresses import is_web_address
from .dialect import new_engine
from .hidden_characters import reveal_in_code
from .markup import escape, escape_attribute

_LEAVES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "li", "th", "td", "div"})
_HOLDS_BLOCKS = frozenset({"ul", "ol", "blockquote", "table", "thead", "tbody", "tr", "section"})


class PageWriter:
    """Writes a tree as HTML, laid out in lines as the specification does.

    Unless ``trusted``, images are links (nothing is fetched by looking at the page), and a link that leads
    elsewhere than to the web, a mailbox or a place in the page is its text, with the address as a tip.
    """

    def __init__(self, trusted: bool) -> None:
        self._trusted = trusted
        self._parts: list[str] = []
        self._in_link = False

    def write(self, root: Element) -> str:
        self._parts = []
        self._element(root)
        return "".join(self._parts)

    def _element(self, element: Element) -> None:
        tag, parts = element.tag, self._parts
        if tag == "p" and not element.text and not len(element):
            pass  # all that it held was the frame of something folded
        elif tag in _LEAVES or tag in _HOLDS_BLOCKS:
            self._line()
            parts.append(f"<{tag}{_attributes(element.attrib)}>")
            if tag in _HOLDS_BLOCKS:
                self._line()
            self._content(element)
            if tag in _HOLDS_BLOCKS:
                self._line()
            parts.append(f"</{tag}>\n")
        elif tag == "text":
            self._content(element)
        elif tag == "hr":
            self._line()
            parts.append("<hr />\n")
        elif tag in ("br", "input"):
            parts.append(f"<{tag}{_attributes(element.attrib)} />" + (" " if tag == "input" else ""))
        elif tag == "math":
            parts.append(f'<span class="math inline">\\({escape(element.text or "")}\\)</span>')
        elif tag == "footnote":
            shown = escape(element.text or "")
            parts.append(f'<sup{_attributes(element.attrib)}><a href="#fn-{shown}">{shown}</a></sup>')
        elif tag == "img":
            self._image(element)
        elif tag == "a":
            self._link(element)
        else:
            self._wrap(tag, element.attrib, element)

    def _link(self, element: Element) -> None:
        address = element.get("href", "")
        if self._trusted or is_web_address(address):
            self._in_link = True
            self._wrap("a", element.attrib, element)
            self._in_link = False
        else:
            self._wrap("span", {"title": address}, element)

    def _image(self, element: Element) -> None:
        address, alt = element.get("src", ""), element.get("alt", "")
        if self._trusted:
            self._parts.append(f"<img{_attributes(element.attrib)} />")
        elif is_web_address(address) and not self._in_link:
            self._parts.append(f'<a class="image"{_attributes({"href": address})}>{escape(alt or address)}</a>')
        else:
            self._parts.append(f'<span class="image"{_attributes({"title": address})}>{escape(alt)}</span>')

    def _wrap(self, tag: str, attributes: dict[str, str], element: Element) -> None:
        self._parts.append(f"<{tag}{_attributes(attributes)}>")
        self._content(element)
        self._parts.append(f"</{tag}>")

    def _content(self, element: Element) -> None:
        if element.text:
            text = reveal_in_code(element.text) if element.tag == "code" else element.text
            self._parts.append(escape(text).replace('"', "&quot;"))
        for child in element:
            self._element(child)
            if child.tail:
                self._parts.append(escape(child.tail).replace('"', "&quot;"))

    def _line(self) -> None:
        if self._parts and not self._parts[-1].endswith("\n"):
            self._parts.append("\n")


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f' {name}="{escape_attribute(value)}"' for name, value in attributes.items())


def render_html(text: str, *, trusted: bool = False) -> str:
    """Returns Markdown as standard HTML: semantic, nested, raw HTML escaped. See ``PageWriter`` for ``trusted``."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    html: str = new_engine(PageWriter(trusted).write).convert(text)
    return html
