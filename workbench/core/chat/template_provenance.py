"""Template provenance: which versions of templates made a request, noted with the message and the chat and kept with
each reply."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workbench.core.json_types import Json
from workbench.core.request.reply_request import ReplyRequest

from .messages import MessageNode

if TYPE_CHECKING:
    from .templates import Template

TEMPLATE = "template"
"""The name in ``Message.extra`` of the template that a message was written with."""

SYSTEM_TEMPLATE = "system_template"
"""The name in ``Chat.extra`` of the template that the system prompt was made from."""


def use_of(template: Template, values: Mapping[str, str] | None = None) -> dict[str, Json]:
    """Returns the note of a template's use: its name, its version and the values of its variables, except files, whose
    text is in the message."""
    kept = {variable.name: values[variable.name] for variable in template.variables
            if values and variable.type != "file" and variable.name in values}
    return {"name": template.name, "version": template.version, **({"values": dict(kept)} if kept else {})}


def values_of(use: Mapping[str, Json] | Json) -> dict[str, str]:
    """Returns the values of the variables in a note of a template's use; nothing for anything else."""
    values = use.get("values") if isinstance(use, Mapping) else None
    return {name: str(value) for name, value in values.items()} if isinstance(values, Mapping) else {}


def system_use_of(template: Template, text: str, values: Mapping[str, str] | None = None) -> dict[str, Json]:
    """Returns the note of a system prompt's template; it holds while the prompt is this text."""
    return {**use_of(template, values), "made": _digest(text)}


def templates_used(wanted: ReplyRequest, path: Sequence[MessageNode]) -> dict[str, Json]:
    """Returns ``name``, ``version`` and ``values`` of the template of the answered message, which ends ``path``, and
    the same in ``system`` for that of the system prompt; without those that were not used."""
    used: dict[str, Json] = {}
    prompt = path[-1].message.extra.get(TEMPLATE) if path else None
    if isinstance(prompt, Mapping):
        used.update(prompt)
    system = wanted.chat.extra.get(SYSTEM_TEMPLATE)
    if wanted.system is None and isinstance(system, Mapping) and system.get("made") == _digest(wanted.chat.system):
        used["system"] = {name: value for name, value in system.items() if name != "made"}
    return used


def template_words(use: Mapping[str, Json] | Json) -> str:
    """Returns a template and its version for people; ``""`` when the value is not a note of one."""
    return f"{use['name']} · version {use.get('version')}" if isinstance(use, Mapping) and "name" in use else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
