"""The table of built-in tools: what the model is told of each, and what runs it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.core.chat.parts import File
from workbench.core.errors import BadInput, WorkbenchError
from workbench.core.json_types import Json, JsonObject
from workbench.core.ports.tools import FetchPage, ReadPage
from workbench.core.tools.tool import BUILT_IN, Outcome, Tool, cut

from .calculate import calculate
from .clock import time_now
from .folders import inside, listing, piece, plain_text
from .pages import checked_address, decoded, is_text

if TYPE_CHECKING:
    from workbench.core.ports.attachments import Attachments
    from workbench.core.ports.settings_file import SettingsFile
    from workbench.core.ports.store import Store

MOST_HITS = 20


@dataclass(frozen=True)
class Surroundings:
    """What the built-in tools work with. ``attachments`` are loaded with the first document."""

    settings: SettingsFile
    store: Store
    attachments: Callable[[], Attachments]
    fetch: FetchPage
    read_page: ReadPage


class BuiltInTools:
    """The built-in tools. What each says of itself is what the model and the user read."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._work: dict[str, Callable[[JsonObject], Awaitable[str]]] = {
            "calculate": self._calculate, "time": self._time, "fetch_page": self._fetch_page,
            "list_files": self._list_files, "read_file": self._read_file, "search_chats": self._search_chats,
        }
        self.tools = TOOLS

    async def call(self, name: str, arguments: JsonObject) -> Outcome:
        """Runs a tool, whatever the settings say of it. Never raises."""
        began = time.monotonic()
        try:
            text, fine = cut(await self._work[name](arguments)), True
        except WorkbenchError as error:
            text, fine = str(error), False
        return Outcome(text, "ok" if fine else "error", seconds=time.monotonic() - began)

    async def _calculate(self, arguments: JsonObject) -> str:
        return await asyncio.to_thread(calculate, _text(arguments, "expression"))

    async def _time(self, arguments: JsonObject) -> str:
        return time_now(_text(arguments, "zone", ""))

    async def _fetch_page(self, arguments: JsonObject) -> str:
        url = checked_address(_text(arguments, "url"))
        page = await self._around.fetch(url)
        if page.mime in ("text/html", "application/xhtml+xml"):
            text = await self._around.read_page(page)
        elif is_text(page.mime):
            text = decoded(page)
        else:
            name = page.url.rpartition("/")[2] or "page"
            prepared = await self._around.attachments().prepare_bytes(page.data, name)
            text = prepared.part.text if isinstance(prepared.part, File) else ""
        if not text.strip():
            raise BadInput(f"{page.url} has no text ({page.mime or 'of an unknown kind'}).")
        return f"{page.url}\n\n{piece(text, _number(arguments, 'offset'))}"

    async def _list_files(self, arguments: JsonObject) -> str:
        folders = self._around.settings.value.tool_folders
        return await asyncio.to_thread(listing, folders, _text(arguments, "path", ""))

    async def _read_file(self, arguments: JsonObject) -> str:
        folders = self._around.settings.value.tool_folders
        file = await asyncio.to_thread(inside, folders, _text(arguments, "path"))
        text = await asyncio.to_thread(plain_text, file)
        if text is None:
            prepared = await self._around.attachments().prepare(file)
            text = prepared.part.text if isinstance(prepared.part, File) else ""
        if not text:
            raise BadInput(f"“{file.name}” has no text.")
        return piece(text, _number(arguments, "offset"))

    async def _search_chats(self, arguments: JsonObject) -> str:
        hits = await self._around.store.search(_text(arguments, "query"), MOST_HITS)
        found = [{"chat": hit.chat_title, "role": hit.role, "date": time.strftime("%Y-%m-%d", time.localtime(
            hit.created)), "text": hit.snippet} for hit in hits]
        return json.dumps(found, ensure_ascii=False, indent=1) if found else "Nothing was found."


def _text(arguments: JsonObject, name: str, default: str | None = None) -> str:
    value = arguments.get(name, default)
    if not isinstance(value, str):
        raise BadInput(f"{name} must be a text.")
    return value


def _number(arguments: JsonObject, name: str) -> int:
    value = arguments.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadInput(f"{name} must be a whole number from 0.")
    return value


def _tool(name: str, title: str, description: str, needed: tuple[str, ...] = (), **fields: Json) -> Tool:
    schema: JsonObject = {"type": "object", "properties": fields, "required": list(needed),
                          "additionalProperties": False}
    return Tool(BUILT_IN, name, description, schema, title, {"readOnlyHint": True})


_OFFSET: Json = {"type": "integer", "minimum": 0, "description": "Where to begin, in letters; 0 when left out."}
TOOLS = (
    _tool("calculate", "Calculate", "Returns the exact value of an arithmetic expression, such as 2 * (3 + 4) ** 2 or "
          "sqrt(2).", ("expression",), expression={"type": "string"}),
    _tool("time", "Time", "Returns the date, the weekday and the time now.", zone={
        "type": "string", "description": "A time zone such as Europe/Berlin; the user's own when left out."}),
    _tool("fetch_page", "Fetch a page", "Fetches a page of the web and returns its text. Pages of private networks are "
          "refused.", ("url",), url={"type": "string", "description": "An address with https:// or http://."},
          offset=_OFFSET),
    _tool("list_files", "List files", "Lists the files in the folders that the user has chosen.", path={
        "type": "string", "description": "A folder; the chosen ones when left out."}),
    _tool("read_file", "Read a file", "Returns the text of a file or document in the folders that the user has "
          "chosen.", ("path",), path={"type": "string"}, offset=_OFFSET),
    _tool("search_chats", "Search my chats", "Searches the user's own earlier chats and returns passages of them.",
          ("query",), query={"type": "string", "description": "Words that must all occur; “a phrase” in quotes."}),
)
