"""One HTML file that needs nothing else: light and dark, prints well, and runs or fetches nothing."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from html import escape

from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import Citation, Failure, File, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.ports.exports import ExportOptions
from workbench.rendering.rich import CODE_COLOURS, INK, rich_html, typed_html

from .document import ChatDocument
from .reading import heading, metrics, moment, part_line, settings, source_link, titled_part

_STYLE = """
:root { color-scheme: light dark; --bg:#fff; --text:#16191f; --dim:#5b6270; --line:#e2e5ea; --panel:#f3f4f7;
  --bad:#c22f33; --ok:#12804f; --warn:#96610a; --link:#3366f0; }
@media (prefers-color-scheme: dark) { :root { --bg:#16181d; --text:#e7e9ee; --dim:#a2a9b6; --line:#2c313a;
  --panel:#20242c; --bad:#f0787b; --ok:#47c28b; --warn:#dba53f; --link:#7396ff; } }
body { font:15px/1.6 system-ui,sans-serif; color:var(--text); background:var(--bg); margin:32px auto;
  max-width:760px; padding:0 16px; }
h1 { font-size:24px; } article { margin:24px 0; overflow-wrap:anywhere; }
article > header, footer, .dim { color:var(--dim); font-size:13px; }
article.user > .body { background:var(--panel); border-radius:8px; padding:4px 16px; }
pre { background:var(--panel); padding:12px; border-radius:8px; overflow-x:auto; font-size:13px; }
code { font-family:ui-monospace,monospace; font-size:.9em; background:var(--panel); border-radius:4px;
  padding:1px 4px; } pre code { background:none; padding:0; font-size:inherit; } article > header { margin-bottom:6px; }
table { border-collapse:collapse; display:block; overflow-x:auto; margin:12px 0; }
th,td { border:1px solid var(--line); padding:4px 10px; overflow-wrap:normal; }
th:not([align]):not([style]) { text-align:start; } img { max-width:100%; border-radius:8px; }
blockquote { border-left:3px solid var(--line); margin-left:0; padding-left:12px; color:var(--dim); }
a { color:var(--link); } details { border-left:3px solid var(--line); padding-left:12px; margin:8px 0; }
.bad { color:var(--bad); } .math.display { overflow-x:auto; text-align:center; margin:1em 0; }
section { border-top:1px solid var(--line); margin-top:16px; color:var(--dim); font-size:13px; }
li:has(> input, > p > input) { list-style:none; } li > input, li > p > input { margin:0 6px 0 -20px; }
.alert { color:inherit; } .alert-title { font-weight:600; color:var(--link); margin-bottom:4px; }
.tip > .alert-title { color:var(--ok); } .warning > .alert-title { color:var(--warn); }
.caution > .alert-title { color:var(--bad); }
@media print { body { margin:0; max-width:none; } pre { white-space:pre-wrap; } img,tr { break-inside:avoid; }
  h1,h2,h3,h4,article > header { break-after:avoid; } table { display:table; }
  details::details-content { content-visibility:visible; block-size:auto; } }
"""

_LIGHT = "".join(f"--{role}:{light}; " for role, (light, _) in CODE_COLOURS.items())
_DARK = "".join(f"--{role}:{dark}; " for role, (_, dark) in CODE_COLOURS.items())
_STYLE += f":root {{ {_LIGHT}}}\n@media (prefers-color-scheme: dark) {{ :root {{ {_DARK}}} }}\n"
_STYLE += "".join(f".c-{role} {{ color:var(--{role}); }}\n" for role in CODE_COLOURS)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A browser that opens the file loads nothing, whatever a model wrote into it."""


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    for document in documents:
        title = escape(document.chat.title or "Chat")
        yield (f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
               f'<meta name="viewport" content="width=device-width">'
               f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
               f"<style>{_STYLE}</style></head><body>\n<h1 dir=\"auto\">{title}</h1>\n")
        chat = document.chat
        about = [chat.model, moment(chat.created), " / ".join(document.folder), ", ".join(chat.tags),
                 settings(chat.params)]
        yield f'<p class="dim">{escape(" · ".join(filter(None, about)))}</p>\n'
        if document.chat.system:
            yield f"<details><summary>System prompt</summary><pre>{escape(document.chat.system)}</pre></details>\n"
        for number, node in enumerate(document.nodes):
            yield from _node(node, f"{number}", document, options)
        yield "</body></html>\n"


def _node(node: MessageNode, number: str, document: ChatDocument, options: ExportOptions) -> Iterator[str]:
    yield (f'<article class="{escape(node.message.role)}"><header>{escape(heading(node, document))}</header>'
           '<div class="body">\n')
    for place, part in enumerate(node.message.parts):
        name = f"{number}-{place}"
        match part:
            case Text() if node.message.role == "user":
                yield typed_html(part.text)
            case Text():
                yield _body(part.text, name)
            case Reasoning():
                yield f"<details><summary>Reasoning</summary>{_body(part.text, name)}</details>\n"
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


def _body(markdown: str, name: str) -> str:
    """Formulas take the colour of the text around them, on light and on dark."""
    return rich_html(markdown, name).replace(f'"{INK}"', '"currentColor"')
