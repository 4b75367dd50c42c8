"""Plain text export: the speakers and their words, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbench.core.chat.parts import File, Reasoning, Text, ToolCall, ToolResult
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument
from .reading import heading, metrics, part_line, settings, titled_part


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    for document in documents:
        yield f"{document.chat.title}\n{'=' * len(document.chat.title)}\n\n"
        about = [document.chat.model, settings(document.chat.params)]
        if any(about):
            yield f"{' · '.join(filter(None, about))}\n\n"
        if document.chat.system:
            yield f"System prompt\n\n{document.chat.system}\n\n"
        for node in document.nodes:
            yield f"--- {heading(node, document)} ---\n\n"
            for part in node.message.parts:
                match part:
                    case Text():
                        yield f"{part.text}\n\n"
                    case Reasoning():
                        yield f"[Reasoning]\n{part.text}\n[End of reasoning]\n\n"
                    case File() if not options.attachments:
                        yield f"[{part_line(part)}]\n\n"
                    case File() | ToolCall() | ToolResult():
                        title, text = titled_part(part)
                        yield f"[{title}]\n{text}\n[End]\n\n"
                    case _:
                        yield f"[{part_line(part)}]\n\n"
            if node.record is not None and (line := metrics(node.record)):
                yield f"[{line}]\n\n"
