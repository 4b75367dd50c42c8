"""The context of an import: attachments, and notes on what a reader did not understand."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar, cast, get_args

from workbench.core.chat.parts import Audio, Blob, File, Image, Part, Role, Unknown
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.ports.bulk_store import StoredChat
from workbench.core.request.parameters import partition_valid

from .fields import Fields, as_json, data_address
from .secret_fields import SecretFilter

MOST_ATTACHMENT = 200_000_000
T = TypeVar("T")
StoredChats = Callable[[Path], AbstractContextManager[Iterator[StoredChat]]]
Keep = Callable[[Blob, bytes], None]

_IMAGES = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF87a", "image/gif"),
           (b"GIF89a", "image/gif"))


def _no_database(path: Path) -> AbstractContextManager[Iterator[StoredChat]]:
    raise BadInput(f"{path.name} is a database of Chat Workbench, which cannot be read here.")


class ImportContext:
    """Counts and notes. ``keep`` is called with bytes before the chat that names them; ``stored_chats`` opens another
    database of this program."""

    def __init__(self, keep: Keep, stored_chats: StoredChats = _no_database) -> None:
        self.keep = keep
        self.stored_chats = stored_chats
        self._notes: Counter[str] = Counter()
        self._made: dict[Hashable, object] = {}
        self.secrets = SecretFilter()
        self.skipped = 0

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """Returns what ``make`` returned when it was first asked for under this key, such as an index of a source."""
        if key not in self._made:
            self._made[key] = make()
        return cast(T, self._made[key])

    def note(self, sentence: str) -> None:
        """Notes a finished sentence; one that is noted again is reported once, with the number of times."""
        self._notes[sentence] += 1

    def skip(self, sentence: str) -> None:
        """Notes an item of the file that is not imported, and why."""
        self.skipped += 1
        self.note(sentence)

    def role(self, value: object, other: Role = "assistant", **names: Role) -> Role:
        """Returns the role that ``value`` names, here or in ``names``; for an unknown one ``other``, with a note."""
        known: dict[str, Role] = {**{role: role for role in get_args(Role)}, **names}
        if isinstance(value, str) and value in known:
            return known[value]
        self.note(f"A message of an unknown role was imported as one of the {other}.")
        return other

    def unknown(self, app: str, kind: str, content: Fields) -> Unknown:
        """Returns content of an unknown kind, whole, with a note."""
        self.note(f"Content of the kind “{kind[:60]}” is not known; it was kept as it is.")
        return Unknown({"kind": f"{app}:{kind}", "content": as_json(content)})

    def params(self, values: Mapping[str, Json]) -> dict[str, Json]:
        """Returns the request parameters that can be sent, with a note on each of the others."""
        valid, invalid = partition_valid(values)
        for name in invalid:
            self.note(f"A value of {name} that cannot be sent was left out.")
        return valid

    def noted(self) -> Counter[str]:
        """Returns how often each sentence has been noted."""
        return self._notes.copy()

    def notes(self, since: Counter[str] | None = None) -> tuple[str, ...]:
        """Returns all sentences, or those that came after ``noted`` was called."""
        fresh = self._notes - (since or Counter())
        return tuple(text if count == 1 else f"{text} ({count} times)" for text, count in fresh.items() if text)

    def attachment(self, data: bytes, name: str, mime: str = "", *, width: int = 0, height: int = 0) -> Part:
        """Returns an image, a sound or a file, by its bytes rather than its name."""
        if len(data) > MOST_ATTACHMENT:
            raise BadInput(f"The attachment {name} has more than {MOST_ATTACHMENT // 1_000_000} MB: nothing was taken.")
        found = image_type(data)
        mime = found or mime or "application/octet-stream"
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data), mime, name)
        self.keep(blob, data)
        if found:
            return Image(blob, width=width, height=height)
        if mime.startswith("audio/"):
            return Audio(blob)
        return File(name or "attachment", _text_of(data) if mime.startswith("text/") else "", blob)

    def image_at(self, address: str, name: str = "") -> Part:
        """Returns the image that an address contains; another address is kept as it is and never fetched."""
        inside = data_address(address)
        if inside is not None and inside[0]:
            return self.attachment(inside[0], name, inside[1])
        if address.startswith("data:"):
            self.note("An image in the file is damaged and was not imported.")
            return File(name or "damaged image")
        if not address.startswith(("http://", "https://")):
            self.note("Images that the file only names, without their bytes, were imported by name only.")
        return Image(url=address)


def image_type(data: bytes) -> str:
    """Returns the MIME type of an image that can be shown, ``""`` for anything else."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((mime for beginning, mime in _IMAGES if data.startswith(beginning)), "")


def _text_of(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""
