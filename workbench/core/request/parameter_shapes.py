"""Shapes of JSON parameters: each function says what is wrong with a value, ``""`` when nothing is.

Only what every server agrees on is demanded; what one of them adds passes.
"""

from __future__ import annotations

import re

from workbench.core.json_types import Json

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def is_object(value: Json) -> str:
    return "" if isinstance(value, dict) else "needs a JSON object, in braces"


def logit_bias(value: Json) -> str:
    if not isinstance(value, dict):
        return "needs an object of token ids and numbers, such as {\"50256\": -100}"
    for token, bias in value.items():
        if not re.fullmatch(r"-?\d+", token):
            return f"needs token ids, whole numbers in quotation marks; “{token}” is not one"
        if isinstance(bias, bool) or not isinstance(bias, int | float) or not -100 <= bias <= 100:
            return f"needs numbers between -100 and 100; the one of {token} is not"
    return ""


def metadata(value: Json) -> str:
    if not isinstance(value, dict):
        return "needs an object of texts"
    if len(value) > 16:
        return f"takes at most 16 pairs; these are {len(value)}"
    for key, text in value.items():
        if len(key) > 64 or not isinstance(text, str) or len(text) > 512:
            return f"needs keys of at most 64 characters and texts of at most 512; “{key[:20]}” has another"
    return ""


def response_format(value: Json) -> str:
    if not isinstance(value, dict) or value.get("type") not in ("text", "json_object", "json_schema"):
        return "needs an object whose type is text, json_object or json_schema"
    if value["type"] != "json_schema":
        return ""
    inner = value.get("json_schema")
    if not isinstance(inner, dict):
        return "of type json_schema needs a json_schema object with a name and a schema"
    name = inner.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return "needs a schema name of at most 64 letters, digits, hyphens or underscores"
    if not isinstance(inner.get("schema", {}), dict):
        return "needs a schema that is a JSON object"
    return ""


def tools(value: Json) -> str:
    if not isinstance(value, list) or not value:
        return "needs a list of tools"
    for number, tool in enumerate(value, 1):
        function = tool.get("function", tool.get("custom")) if isinstance(tool, dict) else None
        if isinstance(tool, dict) and isinstance(kind := tool.get("type"), str) and kind not in ("function", "custom"):
            continue  # of the server's own, such as web_search
        if not isinstance(function, dict) or not isinstance(tool, dict) or "type" not in tool:
            return f"number {number} needs a type and a function object"
        name = function.get("name")
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            return f"number {number} needs a name of at most 64 letters, digits, hyphens or underscores"
        if not isinstance(function.get("parameters", {}), dict):
            return f"number {number} needs parameters that are a JSON schema"
    return ""


def tool_choice(value: Json) -> str:
    if isinstance(value, dict) or value in ("none", "auto", "required", "any"):
        return ""
    return "needs none, auto, required, or an object that names a tool"


def modalities(value: Json) -> str:
    known = ("text", "audio", "image")
    if isinstance(value, list) and value and all(item in known for item in value):
        return ""
    return f"needs a list of {', '.join(known)}"


def prediction(value: Json) -> str:
    fine = isinstance(value, dict) and value.get("type") == "content" and isinstance(value.get("content"), str | list)
    return "" if fine else 'needs an object such as {"type": "content", "content": "the expected text"}'


def thinking(value: Json) -> str:
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        return ""
    return 'needs an object with a type, such as {"type": "enabled", "budget_tokens": 2048}'
