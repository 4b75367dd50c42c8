"""The print page: a chat as HTML of the kind that Qt lays out, from which ``pdf_printer`` makes a PDF.

Pictures and formulas are in it as ``data:`` addresses. Blocks of code are tables of one cell, since only cells
have a background with room around the text.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from html import escape
from string import Template

from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import Citation, Failure, File, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.palette import LIGHT, PAPER_LINE
from workbench.core.ports.exports import ExportOptions
from workbench.rendering.rich import rich_html, typed_html

from .document import ChatDocument
from .reading import heading, metrics, moment, part_line, settings, source_link, titled_part

_PIXELS = 13.0
"""Of the text; Qt lays the page out at 96 pixels an inch, so this is about 10 points."""

_STYLE = Template("""
body { font-family:sans-serif; font-size:13px; color:$text; }
p { margin-top:4px; margin-bottom:8px; line-height:135%; }
h3, h4, h5, h6 { font-size:14px; margin-top:12px; margin-bottom:4px; }
h3.level1 { font-size:19px; margin-top:16px; margin-bottom:6px; }
h4.level2 { font-size:17px; margin-top:14px; margin-bottom:6px; }
.title { font-size:25px; font-weight:bold; margin-top:0; margin-bottom:6px; }
.about { color:$dim; font-size:11px; margin-top:0; margin-bottom:2px; }
.speaker { color:$accent; font-size:12px; font-weight:bold; margin-top:18px; margin-bottom:4px; }
.dim { color:$dim; font-size:11px; }
.bad { color:$bad; font-size:12px; }
.formula { margin-top:8px; margin-bottom:10px; line-height:100%; }
table.beside { margin-top:4px; margin-bottom:8px; }
.quote, .reasoning { color:$dim; padding-left:10px; } .alert { padding-left:10px; }
.alert-title { font-weight:bold; margin-bottom:0; }
li { margin-bottom:3px; line-height:135%; }
a { color:$accent; text-decoration:none; }
pre { font-family:monospace; font-size:11px; white-space:pre-wrap; margin:0; line-height:125%; }
code { font-family:monospace; font-size:12px; }
table.code { background-color:$code; margin-top:4px; margin-bottom:10px; }
table.grid { border-collapse:collapse; border-style:solid; border-color:$paper_line; margin-top:4px;
  margin-bottom:10px; }
table.grid th { background-color:$code; }
.picture { line-height:100%; }
""").substitute(asdict(LIGHT), paper_line=PAPER_LINE) + "".join(
    f".c-{role} {{ color:{colour}; }}\n" for role, colour in LIGHT.code_colours.items())

_PRE = re.compile(r"<pre>(.*?)</pre>", re.DOTALL)
_SVG = re.compile(
    r'(?P<svg><svg class="formula"[^>]*?vertical-align:(?P<below>-?[\d.]+)em"[^>]*? width="(?P<width>[\d.]+)"'
    r' height="(?P<height>[\d.]+)".*?</svg>)', re.DOTALL)
_DISPLAY = re.compile(rf'<div class="math display">{_SVG.pattern}</div>', re.DOTALL)
_QUOTE = re.compile(r'<blockquote(?: class="alert (\w+)")?>')
_ALERTS = {"note": LIGHT.accent, "important": LIGHT.accent, "tip": LIGHT.ok, "warning": LIGHT.warn,
           "caution": LIGHT.bad}
_HEADING = re.compile(r"<(/?)h([1-6])([^>]*)>")
_TICK = re.compile(r"<input([^>]*)>")


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    for document in documents:
        chat = document.chat
        yield (f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(chat.title or "Chat")}</title>'
               f"<style>{_STYLE}</style></head><body>\n")
        yield f'<h1 class="title">{escape(chat.title or "Chat")}</h1>\n'
        about = [chat.model, moment(chat.created), " / ".join(document.folder), ", ".join(chat.tags)]
        yield f'<p class="about">{escape(" · ".join(filter(None, about)))}</p>\n'
        if chat.params:
            yield f'<p class="about">{escape(settings(chat.params))}</p>\n'
        yield "<hr>\n"
        if chat.system:
            yield f'<h2 class="speaker">System prompt</h2>\n{typed_html(chat.system)}'
        for number, node in enumerate(document.nodes):
            yield from _node(node, number, document, options)
        yield "</body></html>\n"


def _node(node: MessageNode, number: int, document: ChatDocument, options: ExportOptions) -> Iterator[str]:
    yield f'<h2 class="speaker">{escape(heading(node, document))}</h2>\n'
    for place, part in enumerate(node.message.parts):
        match part:
            case Text() if node.message.role == "user":
                yield typed_html(part.text)
            case Text():
                yield _laid_out(part.text, f"{number}-{place}")
            case Reasoning():
                thought = _laid_out(part.text, f"{number}-{place}")
                yield f'<p class="dim"><b>Reasoning</b></p>{_beside(PAPER_LINE, thought, "reasoning")}\n'
            case Image(blob=blob) if blob is not None and blob.sha256 in document.blobs:
                data = base64.b64encode(document.blobs[blob.sha256]).decode("ascii")
                yield f'<p class="picture"><img src="data:{escape(blob.mime)};base64,{data}"></p>\n'
            case File() if not options.attachments:
                yield f'<p class="dim">{escape(part_line(part))}</p>\n'
            case File() | ToolCall() | ToolResult():
                title, text = titled_part(part)
                yield f'<p class="dim"><b>{escape(title)}</b></p>{_cell(escape(text))}\n'
            case Citation():
                yield f'<p class="dim">{source_link(part)}</p>\n'
            case _:
                yield f'<p class="{"bad" if isinstance(part, Failure) else "dim"}">{escape(part_line(part))}</p>\n'
    if node.record is not None and (line := metrics(node.record)):
        yield f'<p class="dim">{escape(line)}</p>\n'


def _laid_out(markdown: str, name: str) -> str:
    page = rich_html(markdown, name, size=_PIXELS, ink=LIGHT.text)
    page = _DISPLAY.sub(_displayed, page)
    page = _SVG.sub(lambda found: _picture(found, float(found["height"]) + float(found["below"]) * _PIXELS), page)
    page = _PRE.sub(lambda found: _cell(found.group(1)), page)
    page = _HEADING.sub(_below_speaker, page)
    page = _TICK.sub(lambda found: "☑" if "checked" in found.group(1) else "☐", page)
    page = _QUOTE.sub(lambda found: _quote(found.group(1) or ""), page).replace("</blockquote>", "</td></tr></table>")
    page = page.replace("<th>", '<th align="left">').replace("<section>", "<hr><div>").replace("</section>", "</div>")
    return page.replace("<table>", '<table class="grid" border="1" cellspacing="0" cellpadding="5">').replace(
        "<del>", "<s>").replace("</del>", "</s>").replace(
        "<mark>", f'<span style="background-color:{LIGHT.accent_soft}">').replace("</mark>", "</span>")


def _below_speaker(found: re.Match[str]) -> str:
    """Returns a heading of a message as one below that of its speaker, in the size that it had."""
    closing, level, rest = found.groups()
    name = "" if closing else f' class="level{level}"'
    return f"<{closing}h{min(6, int(level) + 2)}{name}{rest}>"


def _quote(kind: str) -> str:
    return _beside(_ALERTS.get(kind, PAPER_LINE), "", "alert" if kind else "quote").removesuffix("</td></tr></table>")


def _beside(colour: str, page: str, kind: str) -> str:
    """Returns content beside a line of ``colour``: Qt draws none at a quote itself."""
    return (f'<table class="beside" width="100%" cellspacing="0" cellpadding="0"><tr><td width="3" bgcolor="{colour}">'
            f'</td><td class="{kind}">{page}</td></tr></table>')


def _cell(code: str) -> str:
    code = code.removesuffix("</code>").rstrip("\n") + ("</code>" if code.endswith("</code>") else "")
    return ('<table class="code" width="100%" cellpadding="8" cellspacing="0"><tr><td>'
            f"<pre>{code}</pre></td></tr></table>")


def _displayed(found: re.Match[str]) -> str:
    return f'<p class="formula" align="center">{_picture(found, float(found["height"]))}</p>'


def _picture(found: re.Match[str], ascent: float) -> str:
    """Returns a formula as an image as high as its part above the base line; the rest is drawn below it."""
    svg = base64.b64encode(found["svg"].encode()).decode("ascii")
    return f'<img src="data:image/svg+xml;base64,{svg}" width="{found["width"]}" height="{ascent:.2f}">'
