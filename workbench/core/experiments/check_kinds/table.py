"""The table of all kinds of checks, from which come the reader of plans, the form, the help and the labels."""

from __future__ import annotations

from collections.abc import Mapping

from . import code, judge, reply, structure, texts, values, wording
from .kind import CheckKind

KINDS: Mapping[str, CheckKind] = {kind.name: kind for kind in (
    *texts.KINDS, *values.KINDS, *wording.KINDS, *structure.KINDS, *reply.KINDS, *code.KINDS, *judge.KINDS)}
