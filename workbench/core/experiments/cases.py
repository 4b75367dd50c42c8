"""Cases: turns of conversations to ask again, each with checks on its answer."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Image, Part, Role, Text, blobs_of
from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject
from workbench.core.request.parameters import check_all
from workbench.core.request.tool_secrets import hidden

from .checks import Check, read_check
from .fields import at, list_of, meant, table_of, texts_of


@dataclass(frozen=True, slots=True)
class Case:
    """A row of an experiment: a conversation whose last message is the question, or only the variables that fill the
    plan's prompt.

    ``system``, ``model`` and ``params`` are those it was asked with; they hold where the plan does not set its own.
    ``values`` fill the variables of the plan's texts. ``files`` are the bytes that messages name, by SHA-256.
    ``origin`` has the ids of its ``chat`` and of the ``message`` that was the answer.
    """

    name: str
    messages: tuple[Message, ...] = ()
    system: str = ""
    model: str = ""
    params: Mapping[str, Json] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> JsonObject:
        """Returns the case as a plan's file has it, without empty fields."""
        data: JsonObject = {
            "name": self.name, "system": self.system, "model": self.model,
            "messages": [_message_json(message) for message in self.messages],
            "params": hidden(self.params), "values": dict(self.values),
            "checks": [check.to_json() for check in self.checks],
            "files": {sha256: base64.b64encode(data).decode() for sha256, data in self.files.items()},
            "origin": dict(self.origin),
        }
        return {name: value for name, value in data.items() if value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Case:
        """Raises ``BadInput`` with what is wrong."""
        for name in sorted(set(data) - set(cls.__slots__)):
            with at(name):
                raise BadInput(f"A case has {name}, which no case has. Known are: {', '.join(cls.__slots__)}."
                               + meant(name, cls.__slots__))
        name = str(data.get("name") or "")
        params = dict(table_of(data, "params"))
        check_all(params)
        return cls(
            name, tuple(_message(item, name) for item in list_of(data, "messages")), str(data.get("system") or ""),
            str(data.get("model") or ""), params, texts_of(table_of(data, "values")),
            _checks(list_of(data, "checks")), _files(table_of(data, "files"), name),
            texts_of(table_of(data, "origin")),
        )


def check_cases(cases: Iterable[Case]) -> None:
    """Raises ``BadInput`` for cases that cannot be asked or distinguished."""
    names = set[str]()
    for number, case in enumerate(cases):
        with at("cases", number):
            _check_case(case, names)
        names.add(case.name)


def _check_case(case: Case, taken: Collection[str]) -> None:
    if not case.name.strip():
        raise BadInput("Each case needs a name.")
    if case.name in taken:
        raise BadInput(f"Two cases are called “{case.name}”. Give each its own name.")
    if not case.messages or case.messages[-1].role == "assistant":
        raise BadInput(f"The case “{case.name}” needs messages, and the last must be the question.")
    needed = {blob.sha256 for blob in blobs_of(part for message in case.messages for part in message.parts)}
    if needed - set(case.files):
        raise BadInput(f"A message of the case “{case.name}” has a picture or file that is not among its files.")


def free_name(name: str, cases: Iterable[Case]) -> str:
    """Returns the name, followed by a number when another case has it."""
    taken, number, found = {case.name for case in cases}, 2, name
    while found in taken:
        found, number = f"{name} {number}", number + 1
    return found


def sendable(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Returns messages as a case keeps them: what is sent, without where it came from."""
    return tuple(Message(message.role, tuple(map(_part, message.parts))) for message in messages)


def _part(part: Part) -> Part:
    return replace(part, original=None) if isinstance(part, Image) else part


def _message_json(message: Message) -> JsonObject:
    """Returns ``role`` and ``content`` where that is all, else the parts as the program keeps them."""
    if len(message.parts) == 1 and isinstance(part := message.parts[0], Text) and not part.extra:
        return {"role": message.role, "content": part.text}
    return message.to_json()


def _checks(items: list[Any]) -> tuple[Check, ...]:
    found = []
    for number, item in enumerate(items):
        with at("checks", number):
            found.append(read_check(item))
    return tuple(found)


def _message(item: Any, case: str) -> Message:
    role = item.get("role") if isinstance(item, dict) else None
    if isinstance(role, str) and role not in get_args(Role):
        raise BadInput(f"A message of the case “{case}” has the role {role}; roles are {', '.join(get_args(Role))}."
                       + meant(role, get_args(Role)))
    try:
        if isinstance(item["role"], str) and isinstance(item.get("content"), str):
            return Message(item["role"], (Text(item["content"]),))  # type: ignore[arg-type]
        return Message.from_json(item)
    except (KeyError, TypeError, ValueError):
        raise BadInput(f"A message of the case “{case}” must have role and content: "
                       f"{json.dumps(item, ensure_ascii=False, default=str)[:80]} has not.") from None


def _files(data: Mapping[str, Any], case: str) -> dict[str, bytes]:
    try:
        return {name: base64.b64decode(str(text), validate=True) for name, text in data.items()}
    except binascii.Error:
        raise BadInput(f"The files of the case “{case}” must be in base64.") from None


