"""Parts that a protocol has no place for: every kind in a message of every role is sent, or there is a note."""

from __future__ import annotations

import base64
import json
from typing import get_args

import pytest

from tests.support.parts import one_of_each, words_of
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Audio, Blob, Citation, Failure, Image, Part, Reasoning, Role, ToolCall
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Request
from workbench.core.settings import ProviderConfig
from workbench.providers.endpoints.endpoint import Endpoint, Network
from workbench.providers.endpoints.presets import preset
from workbench.providers.protocols.registry import PROTOCOLS

BLOB = Blob("sha", 3, "image/png", "x.png")
BLOBS = {"sha": b"PNG"}
REF = ModelRef("p", "m")
READ_ONLY = (Reasoning, Citation, Failure)
"""Said to the reader of a reply, and to no model."""


def outgoing(name: str, messages: tuple[Message, ...]) -> tuple[str, set[str]]:
    """The body's JSON and the kinds of part that there is a note for."""
    made = PROTOCOLS[name].outgoing(_endpoint(name), Request(REF, messages, blobs=BLOBS), ModelInfo(REF), {})
    return json.dumps(made.body), {note.parameter for note in made.adjustments if note.action == "dropped"}


def _endpoint(protocol: str) -> Endpoint:
    config = ProviderConfig("p", base_url="https://p.example/v1", protocol=protocol)
    return Endpoint("p", "P", preset("custom"), config, config.base_url, protocol, Network())


@pytest.mark.parametrize("role", get_args(Role))
@pytest.mark.parametrize("name", PROTOCOLS)
def test_sent_or_noted(name: str, role: Role) -> None:
    for part in one_of_each(BLOB):
        if isinstance(part, ToolCall):  # one without an answer is left out on purpose: see test_open_calls.py
            continue
        message = Message(role, (part,))
        body, notes = outgoing(name, (message,) if role != "assistant" else (user("Q"), message))
        words = base64.b64encode(b"PNG").decode() if isinstance(part, Image | Audio) else words_of(part)
        sent = words in body
        if isinstance(part, READ_ONLY):
            assert not sent and not notes, (part.kind, notes)
        else:
            assert sent is (part.kind not in notes), (part.kind, body, notes)


def test_a_kind_is_noted_once_for_each_role() -> None:
    sounds: tuple[Part, ...] = (Audio(BLOB), Audio(BLOB))
    messages = (user("Q"), Message("assistant", sounds), user("R"), Message("assistant", sounds), user("S"))
    request = Request(REF, messages, blobs=BLOBS)
    (note,) = PROTOCOLS["openai-chat"].outgoing(_endpoint("openai-chat"), request, ModelInfo(REF), {}).adjustments
    assert (note.parameter, note.action) == ("audio", "dropped") and "role assistant" in note.reason
