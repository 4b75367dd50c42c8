"""JSON Schema: the first fault as a sentence, and nothing that is fetched or hangs."""

from __future__ import annotations

import json

import pytest

from tests.support.server import Server, json_reply
from workbench.core.chat.chats import Chat
from workbench.core.json_types import Json
from workbench.core.resources import resource
from workbench.files.exports.document import ChatDocument
from workbench.files.exports.own_json import chat_json
from workbench.files.json_schema import validate

NUMBER: Json = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "number"}}}}


def test_a_schema_that_is_referred_to_is_not_fetched(server: Server) -> None:
    server.on("GET", "/schema", json_reply({"type": "string"}))
    assert validate(1, {"$ref": f"{server.url}/schema"}).startswith("the schema cannot be used")
    assert server.requests == []


@pytest.mark.parametrize(("instance", "schema", "wrong"), [
    ({"a": [1]}, NUMBER, ""), ({"a": [1, "x"]}, NUMBER, "a[1]: 'x' is not of type 'number'"),
    ([], NUMBER, "the answer: [] is not of type 'object'"), (1, True, ""), (1, False, "the answer: False schema"),
    (1, {"type": "nonsense"}, "the schema is wrong"), (1, [], "the schema is not a JSON object"),
    (1, {"$ref": "http://192.0.2.1/schema.json"}, "the schema cannot be used"),
    (1, {"$ref": "file:///etc/passwd"}, "the schema cannot be used"),
])
def test_what_is_wrong(instance: Json, schema: Json, wrong: str) -> None:
    found = validate(instance, schema)
    assert found.startswith(wrong) and bool(found) is bool(wrong)


def test_a_schema_that_refers_to_itself_comes_to_an_end() -> None:
    assert validate(1, {"$ref": "#"}) != ""


def test_a_long_fault_is_cut() -> None:
    assert len(validate("x" * 10_000, {"type": "number"})) <= 300


def test_the_schema_says_what_is_wrong() -> None:
    schema = json.loads(resource("chat-format.schema.json").read_text("utf-8"))
    good = {"format": "chat-workbench", "version": 1, "chats": []}
    assert validate(good, schema) == "" and validate({**good, "version": "1"}, schema) != ""
    assert validate(chat_json(ChatDocument(Chat("x"), (), ())), {"$ref": "#/$defs/chat", **{
        "$defs": schema["$defs"]}}) == ""
