"""The inline dialect of the view: a few tags, and everything else is text."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from workbench.rendering.markup import escape, escape_attribute, view_html


def made(tag: str, text: str = "", tail: str = "", **attributes: str) -> Element:
    parent = Element("p")
    child = SubElement(parent, tag, attributes)
    child.text, child.tail = text, tail
    return parent


def test_text_is_escaped() -> None:
    assert escape('a < b & "c" > d') == 'a &lt; b &amp; "c" &gt; d' and escape_attribute('"<') == "&quot;&lt;"


def test_each_tag_of_the_dialect() -> None:
    assert view_html(made("a", "x", " y", href='http://h/?a="b"', title="<t>")) == (
        '<a href="http://h/?a=&quot;b&quot;" title="&lt;t&gt;">x</a> y')
    assert view_html(made("img", src="http://h/p.png", alt="<p>")) == (
        '<span class="image" title="http://h/p.png">&lt;p&gt;</span>'), "an image is never fetched"
    assert view_html(made("math", "a < b")) == '<span class="math">a &lt; b</span>'
    assert view_html(made("footnote", "1")) == '<sup><a href="#fn-1">1</a></sup>'
    assert view_html(made("br", tail="x")) == "<br>x" and view_html(made("em", "x")) == "<em>x</em>"
