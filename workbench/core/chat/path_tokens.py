"""The tokens of paths: as servers counted them where they did, about as many as the text tells elsewhere.

All figures of what a request takes come from here, so that they agree wherever they are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .context import LEFT_OUT, Choices, choices_on, message_tokens, messages_for, text_tokens
from .messages import MessageHeader, MessageNode

SYSTEM = "system"
"""The key of the system prompt, which is no message."""


class PathTokens:
    """Remembers, by message, what was counted and estimated. ``note`` it when a message is loaded or complete."""

    def __init__(self) -> None:
        self._counted: dict[str, int] = {}  # tokens up to the end of a reply, by its id
        self._estimated: dict[str, int] = {}

    def note(self, node: MessageNode) -> None:
        sent = messages_for([node], choices={node.id: ""})
        self._estimated[node.id] = message_tokens(sent[0]) if sent else 0
        usage = node.record.usage if node.record is not None else None
        if usage is not None and usage.input and usage.output is not None:
            self._counted[node.id] = usage.input + usage.output - (usage.reasoning or 0)

    def total(
        self, path: Sequence[MessageHeader], system: str, noted: Mapping[str, Choices], choices: Choices
    ) -> int:
        """Returns about how many tokens a request with this path takes: the sum of ``of`` without what is left out by
        the ``choices`` that hold now."""
        last = self._last_counted(path)
        if last is not None and not (noted or choices):  # nothing was ever left out: the shares are not needed
            return self._counted[path[last].id] + sum(map(self._estimate, path[last + 1 :]))
        return sum(size for key, size in self.of(path, system, noted).items() if choices.get(key) != LEFT_OUT)

    def of(self, path: Sequence[MessageHeader], system: str, noted: Mapping[str, Choices]) -> dict[str, int]:
        """Returns about how many tokens each message of a path takes, and under ``SYSTEM`` the system prompt.

        Up to the last reply whose request was counted they add up to that count, so that what the server adds (tools,
        pictures, its own instructions) is shared among them. ``noted`` are the choices noted with each message: what
        was left out of that request has no share of it.
        """
        sizes = {SYSTEM: text_tokens(system) + 4} if system.strip() else {}
        sizes |= {each.id: self._estimate(each) for each in path}
        last = self._last_counted(path)
        if last is not None:
            ids = [each.id for each in path]
            choices = choices_on(ids[:last], noted)
            asked = {key: sizes[key] for key in (SYSTEM, *ids[: last + 1])
                     if sizes.get(key) and choices.get(key) != LEFT_OUT}
            sizes |= _shared(self._counted[ids[last]], asked)
        return sizes

    def _estimate(self, header: MessageHeader) -> int:
        return self._estimated.get(header.id, header.size // 4 + 4)

    def _last_counted(self, path: Sequence[MessageHeader]) -> int | None:
        """Returns where the last reply of a path is whose request was counted."""
        return next((at for at in reversed(range(len(path))) if path[at].id in self._counted), None)


def _shared(total: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """Shares ``total`` out in proportion to the sizes, in whole numbers that add up to it."""
    whole, before, shared = sum(sizes.values()), 0, {}
    for key, size in sizes.items():
        shared[key] = round(total * (before + size) / whole) - round(total * before / whole)
        before += size
    return shared
