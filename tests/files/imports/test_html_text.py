"""HTML to Markdown: what stood in an answer, without scripts."""

from __future__ import annotations

import pytest

from workbench.files.imports.html_text import markdown_of


@pytest.mark.parametrize(("page", "text"), [
    ("<p>Hi</p><script>x</script><p>there</p>", "Hi\n\nthere"),
    ('<pre><code class="language-python">x = 1\n</code></pre>', "```python\nx = 1\n```"),
    ("<pre><code>a\n```\nb</code></pre>", "````\na\n```\nb\n````"),
    ("<pre>one\n\n\n\ntwo  \n  three</pre>", "```\none\n\n\n\ntwo  \n  three\n```"),
    ("Say <code>p</code>, <code>a`b</code> and <code></code>", "Say `p`, `` a`b `` and"),
    ("<ul><li><p>one</p></li><li>two</li></ul>", "- one\n\n- two"),
    ("<table><tr><td><code>a|b</code></td><td>2</td></tr></table>", "| `a\\|b` | 2 |\n| --- | --- |"),
    ("a \x010\x01 b", "a 0 b"), ("", ""),
])
def test_markdown(page: str, text: str) -> None:
    assert markdown_of(page) == text
