"""The inline dialect of the view: a few tags, and everything else is text."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

import pytest

from workbench.rendering.markup import escape, escape_attribute, view_html
from workbench.rendering.reference_scope import Scope
from workbench.rendering.render import LeafRenderer


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


@pytest.mark.parametrize(("text", "html"), [
    ("H<sub>2</sub>O", "H<sub>2</sub>O"), ("x<SUP>2</SUP>", "x<sup>2</sup>"),
    ("<kbd>Ctrl</kbd>+C", "<kbd>Ctrl</kbd>+C"),
    ("<u>under</u>", "<u>under</u>"), ("a<br>b", "a<br>b"), ("a<br />b", "a<br>b"),
    ("<sub>open", "&lt;sub&gt;open"), ("<sup onclick='x'>2</sup>", "&lt;sup onclick='x'&gt;2&lt;/sup&gt;"),
    ("<sub>&lt;b&gt;</sub>", "<sub>&lt;b&gt;</sub>"),
    ("<details>\n<summary>Show &amp; tell</summary>", "<strong>Show &amp; tell</strong>"),
    ("<details open><summary>T</summary>", "<strong>T</strong>"), ("text\n</details>", "text\n"),
    ("Use <details> for that.", "Use &lt;details&gt; for that."),
    ("<details onclick='x'>", "&lt;details onclick='x'&gt;"), ("<!-- seen -->", "&lt;!-- seen --&gt;"),
])
def test_the_few_tags_that_stand_for_what_markdown_lacks(text: str, html: str) -> None:
    assert LeafRenderer(Scope()).inline(text) == html
