"""The help pages as sections and as plain text."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.core.errors import StoreError
from workbench.providers.builtin.pages import Section, cut, load, prose

PAGE = """# Title

Intro with `code`.

## First

Text.

```sh
# no heading
```

### Deeper

More.

## Empty

## Last
End.
"""


def test_a_page_is_cut_at_its_headings() -> None:
    sections = list(cut("page", PAGE))
    assert [(section.title, section.page_title) for section in sections] == [
        ("Title", "Title"), ("First", "Title"), ("Last", "Title")]
    assert "# no heading" in sections[1].body and "### Deeper" in sections[1].body
    assert [section.label for section in sections] == ["Title", "Title › First", "Title › Last"]


def test_text_before_any_heading_belongs_to_the_page() -> None:
    assert list(cut("page", "Just text.")) == [Section("page", "page", "page", "Just text.")]
    assert list(cut("page", "")) == []


def test_all_pages_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "b.md").write_text("# B\nb", "utf-8")
    (tmp_path / "a.md").write_text("# A\na", "utf-8")
    (tmp_path / "notes.txt").write_text("# C\nc", "utf-8")
    assert [section.title for section in load(tmp_path)] == ["A", "B"]
    with pytest.raises(StoreError, match="install the program again"):
        load(tmp_path / "none")


def test_plain_text_has_no_marks_code_or_tables() -> None:
    body = """One *two* `three` [four](https://a.example) five.

| a | b |
|---|---|

```sh
workbench never said this here
```

- [ ] an item with some words
- another item with **bold** words
- short
"""
    assert list(prose([Section("page", "Page", "Page", body)])) == [
        "One two three four five.", "an item with some words", "another item with bold words"]


def test_a_question_stands_before_its_answer() -> None:
    section = Section("page", "Page", "Where is it?", "It is in the folder.\n\nAnd in the backup too.")
    assert list(prose([section])) == ["Where is it? It is in the folder.", "And in the backup too."]
