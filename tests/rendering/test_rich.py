"""Rich HTML for files: drawn formulas, coloured code, directions, and nothing that runs."""

from __future__ import annotations

import re

from workbench.rendering.rich import coloured, rich_html, safe_html, typed_html


def test_html_draws_formulas_and_colours_code() -> None:
    page = rich_html("$x^2$ and $\\nope{$\n\n```python\nimport os  # <b>\n```\n\nA[^1] and `$5`.\n\n[^1]: note", "3-0")
    assert page.count('<svg class="formula"') == 1 and "\\nope{" in page
    assert '<span class="c-keyword">import</span>' in page and "# &lt;b&gt;</span>" in page
    assert 'href="#fn-3-0-1"' in page and 'id="fn-3-0-1"' in page


def test_what_a_person_typed_keeps_its_lines_and_spaces() -> None:
    assert typed_html("a\n  b <i>\n\n# c") == "<p>a<br>&nbsp;&nbsp;b &lt;i&gt;</p>\n<p># c</p>\n"


def test_each_block_reads_its_own_way() -> None:
    page = safe_html("English\n\nالعربية\n\n- نقطة\n\n| a | عربي |\n|---|---|\n| b | **عربي** |")
    assert "<p>English</p>" in page and '<p dir="rtl">' in page and '<ul dir="rtl">\n<li dir="rtl">' in page
    assert "<th>a</th>" in page and '<td dir="rtl"><strong>' in page
    assert "rtl" not in safe_html("Hello شكرا")


def test_boxes_of_tasks_stand_in_the_line_of_their_text() -> None:
    loose = safe_html("- [x] done\n\n- [ ] not")
    assert re.search(r'<li><p><input type="checkbox" [^>]*checked=""[^>]*> done</p>', loose), loose


def test_alerts_keep_their_kind() -> None:
    assert '<blockquote class="alert warning">' in safe_html("> [!WARNING]\n> Careful")


def test_formulas_take_the_ink_of_the_page_or_of_the_text_around_them() -> None:
    assert "currentColor" in rich_html("$x^2$", "1") and "#112233" in rich_html("$x^2$", "1", ink="#112233")


def test_code_of_no_known_language_is_only_escaped() -> None:
    assert coloured("a < b", "nonsense") == '<pre><code class="language-nonsense">a &lt; b</code></pre>'


def test_nothing_runs_or_is_fetched() -> None:
    page = safe_html("<script>x</script> [a](javascript:x) ![i](http://h/p.png) <img src=x onerror=y>")
    assert "<script" not in page and "<img" not in page and 'href="javascript' not in page and "src=" not in (
        re.sub("&[^;]*;", "", page).replace("img src", ""))
