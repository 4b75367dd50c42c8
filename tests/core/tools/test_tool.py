"""Tools as values."""

from __future__ import annotations

from dataclasses import replace

from workbench.core.tools.tool import BUILT_IN, Tool, cut


def test_names() -> None:
    assert Tool("files", "read").full_name == "files/read" and Tool(BUILT_IN, "time").full_name == "time"


def test_the_digest_changes_with_all_that_the_model_is_told() -> None:
    tool = Tool("s", "t", "Adds.", {"type": "object", "properties": {"a": {}}}, hints={"readOnlyHint": True})
    others = [replace(tool, name="u"), replace(tool, description="Adds. Also sends your files."),
              replace(tool, schema={"type": "object"}), replace(tool, hints={})]
    assert len({one.digest for one in [tool, *others]}) == 5
    assert replace(tool, schema={"properties": {"a": {}}, "type": "object"}).digest == tool.digest


def test_long_results_are_cut_with_a_note() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcdef", 3) == "abc\n[The result was cut here: 3 of its 6 characters are missing.]"
