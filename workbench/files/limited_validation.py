"""JSON Schema validation by schemas that strangers wrote: of servers of tools, imported chats, restored settings."""

from __future__ import annotations

import json
import re

from workbench.core.json_types import Json
from workbench.core.ports.check_worker import CheckNotMade

from .json_schema import validate

_COSTLY = re.compile(r'"(pattern|patternProperties|uniqueItems|\$ref|\$dynamicRef|\$recursiveRef)": ')
"""Keywords by which a short schema can take for ever: patterns that backtrack, references that multiply."""

_MOST = 20_000
"""Characters of a schema that is tried here: a long one may have alternatives without end."""


def validate_within_limits(instance: Json, schema: Json) -> str:
    """Returns what ``validate`` returns. A schema that may take for ever is tried in a process that is ended after some
    seconds; its fault then begins with “the schema cannot be used”. Waits: call from a thread."""
    text = json.dumps(schema)
    if len(text) <= _MOST and not _COSTLY.search(text):
        return validate(instance, schema)
    from workbench.files.experiments.check_process import CheckProcess  # few schemas need it

    with CheckProcess() as process:
        try:
            return process.validate(instance, schema)
        except CheckNotMade as fault:
            said = str(fault)
            return said if said.startswith(("the schema is wrong", "the schema cannot")) else (
                f"the schema cannot be used: {said}")
