"""The formats that chats are exported as, as parameters of tests: a PDF is made by a process of its own."""

from __future__ import annotations

import pytest

from workbench.files.exports.formats import FORMATS

EACH_FORMAT = [pytest.param(name, marks=pytest.mark.process) if name == "pdf" else name for name in FORMATS]
