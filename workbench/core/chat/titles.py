"""Titles of chats: the first words of the first message, or a title that a model writes."""

from __future__ import annotations

from contextlib import aclosing
from typing import TYPE_CHECKING

from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request

from .context import excerpt
from .messages import user

if TYPE_CHECKING:
    from workbench.core.ports.providers import Providers

TITLE_LENGTH = 60

_INSTRUCTION = (
    "Write a title of at most six words for a conversation that begins with the message below, in the "
    "message's language. Answer with the title alone, without quotation marks.\n\n"
)


def title_from(text: str) -> str:
    """Returns the first line with words in it, without Markdown's marks, at most ``TITLE_LENGTH`` characters."""
    for line in text.splitlines():
        if line.lstrip().startswith(("```", "~~~")):
            continue  # the language of a block of code is no title
        words = line.strip().lstrip("#>*-0123456789.`) ")
        for mark in ("**", "__", "`"):
            words = words.replace(mark, "")
        if words:
            return excerpt(words, TITLE_LENGTH)
    return ""


async def title_by_model(providers: Providers, model: ModelRef, text: str) -> str:
    """Returns a model's title, or ``""`` when it wrote none that is usable."""
    from workbench.core.reply.events import TextDelta

    request = Request(model, (user(_INSTRUCTION + text[:4000]),))
    async with aclosing(providers.stream(request)) as events:
        pieces = [event.text async for event in events if isinstance(event, TextDelta)]
    return title_from("".join(pieces)).strip("\"'“”„«»").rstrip(".")
