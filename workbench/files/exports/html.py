"""HTML export: one file that needs nothing else, light and dark, prints well, and runs or fetches nothing."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from html import escape

from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import Citation, Failure, File, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.palette import LIGHT
from workbench.core.ports.exports import ExportOptions
from workbench.files.page_style import palette_css
from workbench.rendering.rich import rich_html, typed_html

from .document import ChatDocument
from .reading import heading, metrics, moment, part_line, settings, source_link, titled_part

_STYLE = palette_css() + """
body { font:15px/1.6 system-ui,sans-serif; color:var(--text); background:var(--background); margin:32px auto;
  max-width:760px; padding:0 16px; }
h1 { font-size:24px; } article { margin:24px 0; overflow-wrap:anywhere; }
article > header, footer, .dim { color:var(--dim); font-size:13px; }
article.user > .body { background:var(--code); border-radius:8px; padding:4px 16px; }
pre { background:var(--code); padding:12px; border-radius:8px; overflow-x:auto; font-size:13px; }
code { font-family:ui-monospace,monospace; font-size:.9em; background:var(--code); border-radius:4px;
  padding:1px 4px; } pre code { background:none; padding:0; font-size:inherit; } article > header { margin-bottom:6px; }
table { border-collapse:collapse; display:block; overflow-x:auto; margin:12px 0; }
th,td { border:1px solid var(--line); padding:4px 10px; overflow-wrap:normal; }
th:not([align]):not([style]) { text-align:start; } img { max-width:100%; border-radius:8px; }
mark { color:inherit; background:var(--accent-soft); }
blockquote { border-left:3px solid var(--line); margin-left:0; padding-left:12px; color:var(--dim); }
a { color:var(--accent); } details { border-left:3px solid var(--line); padding-left:12px; margin:8px 0; }
.bad { color:var(--bad); } .math.display { overflow-x:auto; text-align:center; margin:1em 0; }
section { border-top:1px solid var(--line); margin-top:16px; color:var(--dim); font-size:13px; }
li:has(> input, > p > input) { list-style:none; } li > input, li > p > input { margin:0 6px 0 -20px; }
.alert { color:inherit; } .alert-title { font-weight:600; color:var(--accent); margin-bottom:4px; }
.tip > .alert-title { color:var(--ok); } .warning > .alert-title { color:var(--warn); }
.caution > .alert-title { color:var(--bad); }
@media print { body { margin:0; max-width:none; } pre { white-space:pre-wrap; } img,tr { break-inside:avoid; }
  h1,h2,h3,h4,article > header { break-after:avoid; } table { display:table; }
  details::details-content { content-visibility:visible; block-size:auto; } }
"""

_STYLE += "".join(f".c-{role} {{ color:var(--code-{role}); }}\n" for role in LIGHT.code_colours)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A browser that opens the file loads nothing, whatever a model wrote into it."""


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    for document in documents:
        title = escape(document.chat.title or "Chat")
        yield (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
               f'<meta name="viewport" content="width=device-width">'
               f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
               f"<style>{_STYLE}</style></head><body>\n<h1 dir=\"auto\" lang=\"\">{title}</h1>\n")
        chat = document.chat
        about = [chat.model, moment(chat.created), " / ".join(document.folder), ", ".join(chat.tags),
                 settings(chat.params)]
        yield f'<p class="dim">{escape(" · ".join(filter(None, about)))}</p>\n'
        if document.chat.system:
            yield ('<details><summary>System prompt</summary>'
                   f'<pre lang="">{escape(document.chat.system)}</pre></details>\n')
        for number, node in enumerate(document.nodes):
            yield from _node(node, f"{number}", document, options)
        yield "</body></html>\n"


def _node(node: MessageNode, number: str, document: ChatDocument, options: ExportOptions) -> Iterator[str]:
    yield (f'<article class="{escape(node.message.role)}"><header>{escape(heading(node, document))}</header>'
           '<div class="body" lang="">\n')  # of the languages of what is said, nothing is known
    for place, part in enumerate(node.message.parts):
        name = f"{number}-{place}"
        match part:
            case Text() if node.message.role == "user":
                yield typed_html(part.text)
            case Text():
                yield rich_html(part.text, name)
            case Reasoning():
                yield f"<details><summary>Reasoning</summary>{rich_html(part.text, name)}</details>\n"
            case Image(blob=blob) if blob is not None and blob.sha256 in document.blobs:
                data = base64.b64encode(document.blobs[blob.sha256]).decode("ascii")
                yield f'<p><img alt="{escape(blob.name)}" src="data:{escape(blob.mime)};base64,{data}"></p>\n'
            case File() if not options.attachments:
                yield f'<p class="dim" dir="auto">{escape(part_line(part))}</p>\n'
            case File() | ToolCall() | ToolResult():
                title, text = titled_part(part)
                yield f"<details><summary>{escape(title)}</summary><pre>{escape(text)}</pre></details>\n"
            case Citation():
                yield f'<p class="dim" dir="auto">{source_link(part)}</p>\n'
            case _:
                tone = "bad" if isinstance(part, Failure) else "dim"
                yield f'<p class="{tone}" dir="auto">{escape(part_line(part))}</p>\n'
    yield "</div>"
    if node.record is not None and (line := metrics(node.record)):
        yield f"<footer>{escape(line)}</footer>"
    yield "</article>\n"
