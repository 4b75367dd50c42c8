"""A real PDF by the real process: its words, links, pictures, pages and headings, and that nothing is fetched."""

from __future__ import annotations

import io
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Pillow
from pypdf import PdfReader

from tests.conftest import Run
from workbench.app import open_services
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Image, Text
from workbench.core.errors import BadInput
from workbench.files.exports import pdf_printer

pytestmark = pytest.mark.process

ANSWER = """# Heading

A [link](https://example.org/a?b=1) and 中文, これ, $E = mc^2$.

```python
def f(): return "%s"
```

| a | b |
|---|---|
| left | right |

- [x] ticked

<img src="file:///etc/passwd"> ![remote](https://far.example/x.png)
""" % ("x" * 400)


def gradient() -> bytes:
    file = io.BytesIO()
    Pillow.linear_gradient("L").save(file, "PNG")
    return file.getvalue()


def export(
    run: Run, data: Path, path: Path, *answers: str, note: Callable[[str], None] = lambda sentence: None
) -> PdfReader:
    async def work() -> None:
        async with open_services(data) as services:
            store = services.store
            chat = await store.create_chat(Chat("", "All of it: 测试", "a/model", "Be kind."))
            picture = Image(await store.put_blob(gradient(), "image/png", "dot.png"))
            above = await store.add_message(chat.id, None, user("Look", picture))
            for answer in answers:
                above = await store.add_message(chat.id, above.id, Message("assistant", (Text(answer),), "a/model"))
            await services.import_export.export(
                [chat.id], "pdf", path, options={}, progress=lambda done, of: None, note=note)

    run(work(), timeout=60)
    return PdfReader(path)


def test_words_links_pictures_and_numbers(run: Run, isolated: Path, tmp_path: Path) -> None:
    reader = export(run, isolated, tmp_path / "out.pdf", ANSWER)
    found = " ".join(page.extract_text() for page in reader.pages)
    text = unicodedata.normalize("NFKC", " ".join(found.split()))  # a font may use one glyph for two characters
    for words in ("All of it: 测试", "Be kind.", "Look", "Heading", "中文", "これ", "def f", "left", "ticked", "1 / 1"):
        assert words in text, words
    assert "".join(text.split()).count("x" * 400) == 1  # wrapped, not cut
    links = {note.get_object()["/A"]["/URI"] for page in reader.pages for note in page.get("/Annots", ())}
    assert {"https://example.org/a?b=1", "https://far.example/x.png"} <= links
    assert sum(len(page.images) for page in reader.pages) == 2  # the picture and the formula
    assert reader.metadata is not None and reader.metadata.title == "All of it: 测试"


def test_no_heading_ends_a_page(run: Run, isolated: Path, tmp_path: Path) -> None:
    filler = "Some words. " * 30
    answer = "\n\n".join(f"{filler}\n\n## Part {number}\n\n### Below {number}\n\n{filler}" for number in range(40))
    pages = export(run, isolated, tmp_path / "out.pdf", answer).pages
    assert len(pages) > 5
    for page in pages[:-1]:
        last = [line for line in page.extract_text().splitlines() if line.strip()][-2]  # before the number
        assert "Some words" in last or "words." in last, last


def test_no_speaker_ends_a_page_and_no_line_is_on_two(run: Run, isolated: Path, tmp_path: Path) -> None:
    lines = [number % 5 + 1 for number in range(300)]
    answers = ("\n\n".join(["Short words."] * count) + "\n\n> Quoted." for count in lines)
    pages = [page.extract_text() for page in export(run, isolated, tmp_path / "out.pdf", *answers).pages]
    assert len(pages) > 15
    for page in pages[:-1]:
        last = [line for line in page.splitlines() if line.strip()][-2]  # before the number
        assert "Short" in last or "Quoted" in last, last
    assert "".join(pages).count("Short") == sum(lines)


def test_the_process_that_exports_never_loads_qt() -> None:
    code = ("import sys, workbench.files.import_export_service, workbench.files.exports.pdf_printer; "
            "sys.exit(any(name.startswith('PySide6') for name in sys.modules))")
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_process_that_fails_is_told(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"\xff no page")
    with pytest.raises(BadInput, match=r"could not be made .*UnicodeDecodeError"):
        pdf_printer.print_pdf(tmp_path / "x.pdf", lambda: None)


SCRIPTS = """# 文字と日本語

文、日本、行、𠮷 and Emoji: 🦉 👍🏽 ⭐️ ✅, letters 𝔸. สวัสดี. नमस्ते दुनिया. Привет, مرحبا بالعالم, $x^2$.

## Formula

$$\\\\frac{1}{2}$$
"""


def test_text_is_found_as_people_type_it(run: Run, isolated: Path, tmp_path: Path) -> None:
    reader = export(run, isolated, tmp_path / "out.pdf", SCRIPTS.replace("\\\\", "\\"))
    text = "".join(page.extract_text() for page in reader.pages)
    for words in ("文字", "日本語", "行", "测试", "𠮷", "🦉", "👍🏽", "⭐️", "✅", "𝔸", "สวัสดี", "नमस्ते", "दुनिया",
                  "Привет", "x^2", "\\frac{1}{2}"):
        assert words in text, words
    assert not [letter for letter in text if "\u2e80" <= letter <= "\u2fdf" or "\ufe70" <= letter <= "\ufefc"]
    assert ("\t" not in text and "مرحبا" in text[::-1]) or "مرحبا" in text


def test_outline_leads_to_speakers_and_headings(run: Run, isolated: Path, tmp_path: Path) -> None:
    reader = export(run, isolated, tmp_path / "out.pdf", SCRIPTS, "# Another")

    def titles(items: list) -> list:
        return [titles(item) if isinstance(item, list) else item.title.partition(" · ")[0] for item in items]

    assert titles(reader.outline) == [
        "All of it: 测试", ["System prompt", "You", "model", ["文字と日本語", ["Formula"]], "model", ["Another"]]]
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"] is not None


def test_characters_without_a_font_are_told(run: Run, isolated: Path, tmp_path: Path) -> None:
    """Of Linear A, which hardly any computer has a font for; an emoji, Chinese and marks are there."""
    notes: list[str] = []
    export(run, isolated, tmp_path / "out.pdf", "here 文字 ✓ e\u0301 \u200bx", note=notes.append)
    assert notes == []
    reader = export(run, isolated / "2", tmp_path / "boxes.pdf", "\U00010600 \U00010601 \U00010600", note=notes.append)
    assert len(notes) == 1 and "no font for “\U00010600”, “\U00010601”: the PDF shows boxes" in notes[0]
    assert "\U00010600" in reader.pages[0].extract_text()


def test_what_is_laid_over_a_picture_is_where_the_picture_is(run: Run, isolated: Path, tmp_path: Path) -> None:
    reader = export(run, isolated, tmp_path / "out.pdf", "before 🦉 after")
    places: dict[str, float] = {}
    reader.pages[0].extract_text(
        visitor_text=lambda text, outer, inner, *_: places.setdefault(text.strip(), outer[3] * inner[5] + outer[5]))
    words = next(y for text, y in places.items() if text.startswith("before"))
    assert abs(places["🦉"] - words) < 2
