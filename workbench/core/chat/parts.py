"""Parts of messages: frozen values, and their JSON form.

A message is a list of parts. ``extra`` on a part holds what a provider sent that we do not understand, or
must send back unchanged (signatures, encrypted reasoning); it is kept and never interpreted here.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, ClassVar, Literal, TypeAlias, TypeGuard, assert_never, cast, get_args

from workbench.core.json_types import Json, JsonObject
from workbench.core.text.sinks import MOST_LINE, for_line


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes kept elsewhere, named by their content. ``sha256`` is hexadecimal, ``size`` in bytes."""

    sha256: str
    size: int
    mime: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    kind: ClassVar[str] = "text"
    text: str
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reasoning:
    """The model's thinking before its answer. ``seconds`` is how long it took, when known."""

    kind: ClassVar[str] = "reasoning"
    text: str
    seconds: float | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Image:
    """An image. Either ``blob`` (what is sent; ``original`` when it was re-encoded) or ``url``, which is
    shown but never fetched. ``width`` and ``height`` are pixels of what is sent, 0 when unknown."""

    kind: ClassVar[str] = "image"
    blob: Blob | None = None
    url: str = ""
    original: Blob | None = None
    width: int = 0
    height: int = 0
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes in whole: ``text`` is what the model reads, ``blob`` the file as it was."""

    kind: ClassVar[str] = "file"
    name: str
    text: str = ""
    blob: Blob | None = None
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audio:
    kind: ClassVar[str] = "audio"
    blob: Blob | None = None
    transcript: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that a model asks for. ``arguments`` is the JSON text exactly as it came."""

    kind: ClassVar[str] = "tool_call"
    id: str
    name: str
    arguments: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ToolResult:
    kind: ClassVar[str] = "tool_result"
    call_id: str
    text: str
    name: str = ""
    is_error: bool = False
    extra: Mapping[str, Json] = field(default_factory=dict)


PASSAGES = "passages"


@dataclass(frozen=True, slots=True)
class Citation:
    """A source. ``extra[PASSAGES]`` lists what is cited from it, as the server says: the words, and their place."""

    kind: ClassVar[str] = "citation"
    url: str
    title: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Failure:
    """An error in the thread: a sentence, what it is about, and the raw body for the details."""

    kind: ClassVar[str] = "error"
    sentence: str
    about: str = "other"
    status: int = 0
    body: str = ""
    extra: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A part that this version does not know (an import, a newer version), kept as it was."""

    kind: ClassVar[str] = "unknown"
    data: Mapping[str, Json]
    extra: Mapping[str, Json] = field(default_factory=dict)


BY_SERVER = "by_server"
"""The name in the ``extra`` of a call that the server made by itself, and of its result. They are shown; what goes back
to that server of them, its protocol keeps with the message."""

REFUSAL = "refusal"
"""The name in ``Message.extra`` of the words at the end of a reply's text that the server marked as a refusal."""

Part: TypeAlias = (
    Text | Reasoning | Image | File | Audio | ToolCall | ToolResult | Citation | Failure | Unknown
)
"""Closed: code that tells the kinds apart ends in ``assert_never``, so that the type checker names every place
that a new kind must be added to."""

Attachment: TypeAlias = Image | File | Audio
"""The parts that a user puts beside the text."""

Role: TypeAlias = Literal["system", "developer", "user", "assistant", "tool"]

_KINDS: dict[str, type[Any]] = {cls.kind: cls for cls in get_args(Part) if cls is not Unknown}


def part_to_json(part: Part) -> JsonObject:
    """Returns the JSON form: ``kind`` and every field that differs from its default."""
    if isinstance(part, Unknown):
        return dict(part.data)
    data: JsonObject = {"kind": part.kind}
    for item in dataclasses.fields(part):
        value = getattr(part, item.name)
        if isinstance(value, Blob):
            data[item.name] = cast(Json, dataclasses.asdict(value))
        elif isinstance(value, Mapping):
            if value:
                data[item.name] = dict(value)
        elif value != item.default:
            data[item.name] = value
    return data


def part_from_json(data: Mapping[str, Json]) -> Part:
    """Returns the part that ``part_to_json`` wrote; an unknown kind or shape becomes ``Unknown``."""
    cls = _KINDS.get(str(data.get("kind", "")))
    if cls is None:
        return Unknown(dict(data))
    known = {item.name for item in dataclasses.fields(cls)}
    if not set(data) <= known | {"kind"}:
        return Unknown(dict(data))
    values: dict[str, Any] = _with_short_names({name: value for name, value in data.items() if name in known})
    try:
        for name in ("blob", "original"):
            if values.get(name) is not None:
                values[name] = _checked(Blob(**_with_short_names({**values[name]})))
        return cast(Part, _checked(cls(**values)))
    except TypeError:
        return Unknown(dict(data))


_ONE_LINE = ("name", "title", "mime", "about")
"""Fields that are shown on one line."""


def _with_short_names(values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the fields of a part or a blob, those of one line cut. ``Any``: a foreign file or database may hold
    anything, and names of megabytes hold up whatever lays them out."""
    return {name: for_line(value) if name in _ONE_LINE and isinstance(value, str) and len(value) > MOST_LINE else value
            for name, value in values.items()}


_TYPES: Mapping[str, type[Any] | tuple[type[Any], ...]] = {
    "str": str, "int": int, "bool": bool, "float | None": (float, int, NoneType), "Blob | None": (Blob, NoneType),
    "Mapping[str, Json]": dict}
"""By the annotation of a field. ``Any``: types of all kinds."""


def _checked(value: Any) -> Any:
    """Returns a part or a blob. ``Any``: either. Raises ``TypeError`` when a field is of another type than it says: a
    foreign file or database may hold anything."""
    for item in dataclasses.fields(value):
        if not isinstance(getattr(value, item.name), _TYPES[str(item.type)]):
            raise TypeError(item.name)
    return value


def owes_result(part: Part) -> TypeGuard[ToolCall]:
    """Returns whether a part is a call that waits for a result from the user's side."""
    return isinstance(part, ToolCall) and not part.extra.get(BY_SERVER)


APPROVAL = "mcp_approval"
"""The ``type`` in the ``extra`` of a call that asks whether a server may call a tool elsewhere."""


def asks_approval(call: ToolCall) -> bool:
    """Returns whether a call waits for a yes or a no, not for a result."""
    return call.extra.get("type") == APPROVAL


def blob_of(part: Part) -> Blob | None:
    """Returns the bytes that a part is sent with; None for a part that has none."""
    match part:
        case Image() | File() | Audio():
            return part.blob
        case Text() | Reasoning() | ToolCall() | ToolResult() | Citation() | Failure() | Unknown():
            return None
        case _:
            assert_never(part)


def blobs_of(parts: Iterable[Part], *, originals: bool = False) -> Sequence[Blob]:
    """Returns the blobs that parts are sent with, each once; with ``originals`` also the files that images were
    made from."""
    found: dict[str, Blob] = {}
    for part in parts:
        kept = part.original if originals and isinstance(part, Image) else None
        for blob in (blob_of(part), kept):
            if blob is not None:
                found.setdefault(blob.sha256, blob)
    return tuple(found.values())


_SHA256 = re.compile(r"\b[0-9a-f]{64}\b")


def blobs_named_in(value: Json) -> list[str]:
    """Returns the SHA-256 names that occur anywhere in a value, such as the ``extra`` of a chat: whatever looks like
    one."""
    return list(dict.fromkeys(_SHA256.findall(json.dumps(value)))) if value else []


def plain_text(parts: tuple[Part, ...] | list[Part]) -> str:
    """Returns the text of a message as a reader sees it: the answer, without reasoning or attachments."""
    return "\n\n".join(part.text for part in parts if isinstance(part, Text))
