from __future__ import annotations

import pytest

from workbench.ui.chat.reply_text import last_code, plain_text


@pytest.mark.parametrize(("markdown", "code"), [
    ("```py\none = 1\n```\n\ntext\n\n```\ntwo\n\nlines\n```\nend", "two\n\nlines"),
    ("- item\n\n  ```sh\n  ls\n  ```\n", "ls"),
    ("```\nnever closed", "never closed"),
    ("no code, `but a span`", None),
    ("", None),
])
def test_the_last_code_block(markdown: str, code: str | None) -> None:
    assert last_code(markdown) == code


def test_plain_text_has_no_marks() -> None:
    assert plain_text("# Title\n\nSome **bold** and `code` and [a link](https://example.org).") == (
        "Title\n\nSome bold and code and a link.")
