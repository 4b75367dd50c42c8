"""Reproduction of a request: whether it was sent again as it was, and whether the answer matched."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.core.chat.messages import MessageNode, Status
from workbench.core.chat.parts import Reasoning
from workbench.core.json_types import Json
from workbench.core.reply.records import RequestRecord
from workbench.core.text.differences import setting_differences


def framing(record: RequestRecord) -> tuple[str | None, str]:
    """Returns the system prompt and the beginning of the reply that a request had, read from what was sent; None: the
    chat's own."""
    system = record.body.get("system")
    found = system if isinstance(system, str) else None
    messages = record.body.get("messages")
    said: Sequence[Json] = messages if isinstance(messages, list) else ()
    first, last = (said[0], said[-1]) if said else (None, None)
    if isinstance(first, dict) and found is None:
        content = first.get("content")
        is_system = first.get("role") in ("system", "developer") and isinstance(content, str)
        found = str(content) if is_system else ""
    ends = isinstance(last, dict) and last.get("role") == "assistant" and isinstance(last.get("content"), str)
    return found, str(last["content"]) if ends and isinstance(last, dict) else ""


def outcome(old: MessageNode, new: MessageNode, alike: bool) -> str:
    """Returns how a reproduction went, in words."""
    if new.status is not Status.COMPLETE:
        return "The reply could not be reproduced: the new one did not come to its end."
    first, second = old.record, new.record
    request = "the same request" if alike else "a request that could not be made quite the same"
    if not alike and first and second and (found := setting_differences(first, second)):
        request = f"a request that differs in {', '.join(each.name for each in found)}"
    thought = [[part.text for part in node.message.parts if isinstance(part, Reasoning)] for node in (old, new)]
    same = old.message.text == new.message.text and thought[0] == thought[1]
    answer = "Reproduced: the text is the same" if same else "Not reproduced: the text differs"
    prints = [record.info.get("system_fingerprint") if record else None for record in (first, second)]
    if None in prints:
        seal = "the server gives no fingerprint"
    else:
        seal = "the fingerprint matches" if prints[0] == prints[1] else "the fingerprint differs"
    return f"{answer}, {seal}, with {request}."
