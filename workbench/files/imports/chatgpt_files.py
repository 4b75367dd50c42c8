"""Files of a ChatGPT export: pictures and others beside the conversations, by the ids in their names or by the lists
that newer exports have of them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from workbench.core.chat.parts import File, Part

from .fields import mapping, mappings, string
from .import_context import MOST_ATTACHMENT, ImportContext
from .json_text import load
from .sources import Source

_FILE_ID = re.compile(r"file[-_][0-9A-Za-z]+")
_REAL_NAMES, _LIBRARY = "conversation_asset_file_names.json", "library_files.json"


class Files:
    """The index of one export."""

    def __init__(self, source: Source, context: ImportContext) -> None:
        self._source, self._context = source, context
        self._members: dict[str, str] = {}
        self._names: dict[str, str] = {}
        lists = {PurePosixPath(member).name: member for member in source.members}
        real = mapping(load(source, lists[_REAL_NAMES])) if len(lists) > 1 and _REAL_NAMES in lists else {}
        by_name: dict[str, str] = {}
        for member in source.members:
            path = PurePosixPath(member)
            name = string(real.get(path.name)) or string(real.get(path.stem))
            by_name.setdefault(name or path.name, member)
            for id in filter(None, (file_id(path.name), file_id(name), path.stem if path.suffix == ".dat" else "")):
                self._members.setdefault(id, member)
                if name:
                    self._names.setdefault(id, _plain(name))
        if len(lists) > 1 and _LIBRARY in lists:
            for item in mappings(load(source, lists[_LIBRARY])):
                id, name = file_id(string(item.get("file_id"))), string(item.get("file_name"))
                if id and name in by_name:
                    self._members.setdefault(id, by_name[name])
                    self._names[id] = name

    def part(self, address: str, name: str = "", *, mime: str = "", width: int = 0, height: int = 0) -> Part:
        """Returns the file that ``file-service://file-…``, ``sediment://file_…`` or a bare id names."""
        id = file_id(address) or address.rpartition("/")[2]
        member = self._members.get(id)
        name = name or self._names.get(id, "")
        if member is None or self._source.size(member) > MOST_ATTACHMENT:
            self._context.note("Images and files that are not in the export were imported by name only.")
            return File(name or id or "file")
        with self._source.open(member) as stream:
            data = stream.read()
        return self._context.attachment(data, name or member.rpartition("/")[2], mime, width=width, height=height)


def file_id(address: str) -> str:
    """Returns the id in the last part of an address or a path; ``""`` without one."""
    found = _FILE_ID.match(address.rpartition("/")[2])
    return found.group() if found else ""


def _plain(name: str) -> str:
    """Returns a name without the id before it."""
    return _FILE_ID.sub("", name).lstrip("-_") or name
