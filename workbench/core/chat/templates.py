"""Prompt templates: text with ``{{variables}}``, kept as plain files with TOML front matter.

::

    +++
    name = "Rewrite"
    [variables.audience]
    type = "choice"
    choices = ["developers", "managers"]
    default = "developers"
    +++
    Rewrite for {{audience}}: {{text}}
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.core.errors import BadInput
from workbench.core.text.toml_keys import check_keys

VariableType = Literal["text", "number", "choice", "file"]
_VARIABLE = re.compile(r"\{\{\s*([^\W\d]\w*)\s*\}\}")
_TYPES = ("text", "number", "choice", "file")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a template. ``choices`` only for ``choice``."""

    name: str
    type: VariableType = "text"
    default: str = ""
    choices: tuple[str, ...] = ()
    help: str = ""

    def check(self, value: str) -> str:
        """Returns the value as it is put into the text. Raises ``BadInput``."""
        if self.type == "number":
            try:
                float(value)
            except ValueError:
                raise BadInput(f"{self.name} needs a number, not “{value}”.") from None
        if self.type == "choice" and value not in self.choices:
            raise BadInput(f"{self.name} must be one of {', '.join(self.choices)}; “{value}” is not.")
        return value


@dataclass(frozen=True, slots=True)
class Template:
    """``kind`` is ``prompt`` or ``system``. ``declared`` are the variables of the front matter. ``version`` names the
    content: equal text, equal version."""

    name: str
    body: str
    declared: tuple[Variable, ...] = ()
    kind: str = "prompt"
    description: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return hashlib.sha256(self.body.encode()).hexdigest()[:12]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables in the text, in order of appearance, declared or not."""
        declared = {variable.name: variable for variable in self.declared}
        return tuple(declared.get(name) or Variable(name) for name in names_in(self.body))

    def fill(self, values: Mapping[str, str]) -> str:
        """Returns the text with every variable filled. Raises ``BadInput`` naming those without a value."""
        given = {}
        for variable in self.variables:
            value = values.get(variable.name, variable.default)
            given[variable.name] = variable.check(value) if value or variable.type != "text" else value
        return fill(self.body, {**values, **given})


def names_in(text: str) -> tuple[str, ...]:
    """Returns the names between double braces, each once, in order."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Returns ``text`` with its variables filled in one pass: braces in a value stay as they are."""
    missing = [name for name in names_in(text) if name not in values]
    if missing:
        raise BadInput(f"The prompt has no value for {', '.join(missing)}.")
    return _VARIABLE.sub(lambda match: str(values[match[1]]), text)


def parse(source: str, name: str) -> Template:
    """Parses the text of a template's file; ``name`` is used when the front matter gives none.

    Raises ``BadInput`` for front matter that is not TOML or declares an unknown type.
    """
    text = source.removeprefix("\ufeff").replace("\r\n", "\n")
    head, body = "", text
    if text.startswith("+++\n"):
        head, found, body = text[4:].partition("\n+++\n")
        if not found:
            raise BadInput(f"The front matter of {name} has no second line with +++.")
    import tomllib  # 5 ms that a start without templates need not wait for

    try:
        data = tomllib.loads(check_keys(head))
    except (ValueError, RecursionError) as error:  # also numbers of thousands of digits
        raise BadInput(f"The front matter of {name} is not TOML: {error}.") from None
    known = ("name", "kind", "description", "variables")
    return Template(
        str(data.get("name") or name), body.rstrip("\n"),
        tuple(_variable(name, item, str(data.get("name") or name)) for name, item in _tables(data, name)),
        str(data.get("kind") or "prompt"), str(data.get("description") or ""),
        {key: value for key, value in data.items() if key not in known},
    )


def _tables(data: Mapping[str, Any], template: str) -> list[tuple[str, Mapping[str, Any]]]:
    variables = data.get("variables", {})
    if not isinstance(variables, dict):
        raise BadInput(f"{template}: “variables” must be a table, with a table of its own for each variable.")
    return [(name, item) for name, item in variables.items() if isinstance(item, dict)]


def _variable(name: str, item: Mapping[str, Any], template: str) -> Variable:
    kind = item.get("type", "text")
    if str(kind) not in _TYPES:
        raise BadInput(f"{template}: the type of {name} must be one of {', '.join(_TYPES)}, not {kind}.")
    if not isinstance(offered := item.get("choices", []), list):
        raise BadInput(f"{template}: the choices of {name} must be a list.")
    choices = tuple(map(str, offered))
    return Variable(name, kind, str(item.get("default", "")), choices, str(item.get("help", "")))


def render(template: Template) -> str:
    """Returns the text of a template's file, which ``parse`` reads back as an equal template."""
    lines = ["+++", f"name = {_quoted(template.name)}"]
    if template.kind != "prompt":
        lines.append(f"kind = {_quoted(template.kind)}")
    if template.description:
        lines.append(f"description = {_quoted(template.description)}")
    for key, value in template.extra.items():
        if isinstance(value, str | int | float | bool):
            lines.append(f"{key} = {_quoted(value) if isinstance(value, str) else str(value).lower()}")
    for variable in template.declared:
        lines += [f"[variables.{variable.name}]", f"type = {_quoted(variable.type)}"]
        if variable.default:
            lines.append(f"default = {_quoted(variable.default)}")
        if variable.choices:
            lines.append(f"choices = [{', '.join(_quoted(choice) for choice in variable.choices)}]")
        if variable.help:
            lines.append(f"help = {_quoted(variable.help)}")
    return "\n".join([*lines, "+++", template.body, ""])


def _quoted(text: str) -> str:
    """Returns a TOML basic string, with control characters by their number."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in escaped) + '"'
