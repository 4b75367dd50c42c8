"""Approvals on the command line: whether a server may call tools elsewhere, by a question or by ``--allow``."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import Any

from workbench.core.chat.approvals import answer, questions
from workbench.core.chat.messages import Message
from workbench.core.chat.parts import ToolCall

from .output import say
from .streams import read_line

MOST = 20
"""Replies to one prompt that may ask: each is a request that costs."""

_YES = ("y", "yes")


class Approvals:
    """Answers what replies ask. ``allow`` is ``never``, ``ask``, ``always``, or None: ask in a terminal.

    ``given`` lists what was decided, for programs.
    """

    def __init__(self, allow: str | None) -> None:
        self._allow = allow
        self.given: list[dict[str, Any]] = []
        self._answered = 0

    async def answer(self, message: Message, where: str = "") -> Message | None:
        """Returns the message that answers a reply; None when it asks nothing, or when nobody can be asked, which is
        said then. ``where`` names the chat that it is kept in."""
        calls = questions(message)
        if not calls:
            return None
        if self._answered >= MOST:
            say(f"The server asked {MOST} times whether it may call a tool. The reply ends here.")
            return None
        if self._allow in (None, "ask") and not in_terminal():
            self._say_how(calls, where)
            return None
        self._answered += 1
        allowed = {call.id: await self._decide(call) for call in calls}
        self.given += [{"id": call.id, "name": call.name, "arguments": call.arguments, "allowed": allowed[call.id]}
                       for call in calls]
        return answer(message, allowed)

    async def _decide(self, call: ToolCall) -> bool:
        if self._allow in ("never", "always"):
            allowed = self._allow == "always"
            say(f"{call.name} {'was allowed' if allowed else 'was denied'} by --allow {self._allow}: {call.arguments}")
            return allowed
        say(f"The server asks whether it may call {call.name} with {call.arguments or 'no arguments'}.")
        say("Allow this call? [y/N]")
        return (await typed_line()).strip().casefold() in _YES

    def _say_how(self, calls: list[ToolCall], where: str) -> None:
        names = ", ".join(call.name for call in calls)
        again = f'workbench ask --continue {where} --allow always "Go on."' if where else (
            "ask again with --allow always")
        say(f"The server asks whether it may call {names}, and nobody can be asked here: nothing was called. "
            f"To allow it: {again}; “--json” shows the arguments.")


def in_terminal() -> bool:
    """Returns whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()


async def typed_line() -> str:
    """Returns a line from the terminal. A thread waits for it that nothing waits for: Ctrl+C ends the program."""
    loop = asyncio.get_running_loop()
    typed: asyncio.Future[str] = loop.create_future()

    def tell(line: str) -> None:
        if not typed.done():
            typed.set_result(line)

    threading.Thread(target=lambda: loop.call_soon_threadsafe(tell, read_line()), daemon=True).start()
    return await typed
