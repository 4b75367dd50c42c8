"""Claude's artifacts: documents that tool calls write and change step by step, as a file for each version."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.core.chat.parts import File, Part, Reasoning, Text
from workbench.core.text.file_names import shortened

from .fields import Fields, mapping, string

_ENDINGS = {
    "text/markdown": ".md", "text/html": ".html", "text/plain": ".txt", "application/vnd.ant.react": ".jsx",
    "image/svg+xml": ".svg", "application/vnd.ant.mermaid": ".mmd", "application/json": ".json", "text/csv": ".csv",
}
_LANGUAGES = {
    "python": ".py", "javascript": ".js", "typescript": ".ts", "java": ".java", "rust": ".rs", "go": ".go",
    "bash": ".sh", "shell": ".sh", "c": ".c", "cpp": ".cpp", "c++": ".cpp", "csharp": ".cs", "html": ".html",
    "css": ".css", "sql": ".sql", "json": ".json", "yaml": ".yaml", "markdown": ".md", "ruby": ".rb", "php": ".php",
    "swift": ".swift", "kotlin": ".kt", "tsx": ".tsx", "jsx": ".jsx",
}
_TAG = re.compile(
    r"<antArtifact\b([^>]*)>(.*?)(?:</antArtifact>|\Z)|<antThinking>(.*?)(?:</antThinking>|\Z)", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


class Artifacts:
    """The artifacts of one chat as they are so far."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._names: dict[str, str] = {}

    def after(self, call: Fields) -> Iterator[Part]:
        """Yields the version of the file that a tool call leaves."""
        asked = mapping(call.get("input"))
        match string(call.get("name")):
            case "artifacts":
                yield from self._version(string(asked.get("id")), asked, string(asked.get("command")))
            case "create_file":
                path = string(asked.get("path"))
                yield from self._put(path, path, string(asked.get("file_text")))
            case "str_replace":
                path = string(asked.get("path"))
                yield from self._replace(path, asked)
            case "show_widget":
                yield from self._put("widget", "widget.html", string(asked.get("widget_code")))

    def _version(self, id: str, asked: Fields, command: str) -> Iterator[Part]:
        if command == "update":
            yield from self._replace(id, asked)
        elif string(asked.get("content")):
            title = string(asked.get("title")) or self._names.get(id, "") or id or "artifact"
            yield from self._put(id, title if id in self._names and not asked.get("title") else _named(title, asked),
                                 string(asked.get("content")))

    def _put(self, id: str, name: str, text: str) -> Iterator[Part]:
        if text:
            self._texts[id], self._names[id] = text, name.replace("\\", "/").rpartition("/")[2] or "artifact"
            yield File(self._names[id], text)

    def _replace(self, id: str, asked: Fields) -> Iterator[Part]:
        old = string(asked.get("old_str"))
        if id in self._texts and old and old in self._texts[id]:
            yield from self._put(id, self._names[id], self._texts[id].replace(old, string(asked.get("new_str")), 1))


def text_parts(text: str) -> Iterator[Part]:
    """Yields a text with the artifacts and thoughts that older chats have in it as tags."""
    at = 0
    for match in _TAG.finditer(text):
        if before := text[at:match.start()].strip():
            yield Text(before)
        if match.group(3) is not None:
            yield Reasoning(match.group(3).strip())
        else:
            about = dict(_ATTRIBUTE.findall(match.group(1)))
            name = about.get("title") or about.get("identifier") or "artifact"
            yield File(_named(name, about), match.group(2).strip())
        at = match.end()
    if rest := text[at:].strip() if at else text:
        yield Text(rest)


def _named(title: str, about: Fields) -> str:
    ending = _LANGUAGES.get(string(about.get("language")).lower()) or _ENDINGS.get(string(about.get("type")), ".txt")
    plain = shortened(title.replace("/", "-").replace("\\", "-"), 120)
    return plain if plain.endswith(ending) else plain + ending
