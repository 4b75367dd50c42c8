"""What a window imports at its start stays light."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import sys
from workbench.rendering import blocks, highlight, math, stream, text
stream.render_blocks("Plain text.")
heavy = {"markdown", "pygments", "ziamath", "xml.etree.ElementTree"} & set(sys.modules)
assert not heavy, heavy
assert stream.render_blocks("*text*")[0].html == "<em>text</em>"
assert "markdown" in sys.modules
"""


@pytest.mark.process
def test_libraries_are_imported_at_their_first_use() -> None:
    subprocess.run([sys.executable, "-c", PROGRAM], check=True)
