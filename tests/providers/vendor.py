"""What each provider really does: one file in ``vendors/`` for each preset, with its documented answers.

Every stream says ``Hello there`` (most after the reasoning ``Let me see.``) and counts 10 tokens in and 5 out, in the
provider's own form. ``test_vendors.py`` runs all of them over HTTP. The keys of a file:

model       the model that is asked
base, chat  the path of the base URL and of the chat call below it; /v1 and /chat/completions when left out
key_header  the name of the header with the key, and what stands before the key; Authorization and Bearer
[request]   what the parameters ``PARAMETERS`` become in the body, and which fields come with them
[reply]     stream: the bytes of the answer; line_end: what ends its lines; reasoning and finish: what is made of it;
            usage: token counts besides the usual ones
[error]     status and body of an error; kind and a part of the sentence that it becomes
[list]      path: where the list of models lies, /models below the base when left out; body: the list; ids: the chat
            models in it; facts: what else it says, by model. Left out for a provider without a list.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "vendors"

PARAMETERS: dict[str, Any] = {"temperature": 1.9, "max_tokens": 50, "seed": 7, "stop": ["END"]}
"""The parameters of each request."""


@dataclass(frozen=True)
class ExpectedReply:
    stream: str
    line_end: str = "\n"
    reasoning: str = "Let me see."
    finish: str = "stop"
    usage: Mapping[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> bytes:
        return self.stream.replace("\n", self.line_end).encode()


@dataclass(frozen=True)
class ExpectedError:
    status: int
    body: str
    kind: str
    sentence: str


@dataclass(frozen=True)
class ExpectedList:
    body: str
    ids: tuple[str, ...]
    path: str = ""
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Vendor:
    preset: str
    model: str
    request: Mapping[str, Any]
    reply: ExpectedReply
    error: ExpectedError
    list: ExpectedList | None = None
    base: str = "/v1"
    chat: str = "/chat/completions"
    key_header: tuple[str, str] = ("authorization", "Bearer ")

    @property
    def chat_path(self) -> str:
        return self.base + self.chat


def load(path: Path) -> Vendor:
    """Reads one file; a key that no field is for is a ``TypeError``."""
    data = tomllib.loads(path.read_text("utf-8"))
    reply, error, listing = data.pop("reply"), data.pop("error"), data.pop("list", None)
    if listing is not None:
        facts = {id: {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
                 for id, found in listing.pop("facts", {}).items()}
        listing = ExpectedList(ids=tuple(listing.pop("ids")), facts=facts, **listing)
    if "key_header" in data:
        data["key_header"] = tuple(data["key_header"])
    return Vendor(path.stem, reply=ExpectedReply(**reply), error=ExpectedError(**error), list=listing, **data)


VENDORS = [load(path) for path in sorted(FOLDER.glob("*.toml"))]
