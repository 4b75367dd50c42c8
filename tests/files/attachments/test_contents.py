"""What a model gets of documents of each kind, and what is said about the rest of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.files.attachments import made_files
from workbench.core.errors import BadInput
from workbench.files.attachments import contents

MEMORY = 200_000_000


def read(data: bytes, name: str, most: int = 100_000) -> dict[str, Any]:
    facts, _ = contents.read(data, name=name, most=most, memory=MEMORY)
    return facts


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(BadInput) as caught:
        read(data, name)
    return str(caught.value)


def test_docx_keeps_order_headings_lists_and_tables() -> None:
    assert read(made_files.docx(), "a.docx")["text"].split("\n\n") == [
        "## Bericht", "Der Grünspecht ruft.", "- erstens", "| Art  | Zahl  |\n世界 🦉", "Kasten", "Eine Fußnote."]


def test_slides_come_in_their_order_with_their_notes() -> None:
    text = read(made_files.pptx(), "a.pptx")["text"]
    assert text == "## Slide 1\nAnfang\n\nNotes: Langsam sprechen\n\n## Slide 2\nEnde"


def test_sheets_come_whole_whatever_dimension_they_claim() -> None:
    assert read(made_files.xlsx(), "a.xlsx")["text"] == '# Vögel\n"Name, Art",3\n1.5,2023-03-15'


def test_open_document() -> None:
    text = read(made_files.odt(), "a.odt")["text"]
    assert text == "# Kopf\n\nEin  Satz\nund noch einer.\n\n- Punkt\n\n| a  | b  |"


def test_chapters_of_a_book_come_in_their_order() -> None:
    assert read(made_files.epub(), "a.epub")["text"] == "# Erstes\u00a0Kapitel\n\nEs war einmal.\n\nEnde & gut"


def test_notebook_with_what_it_put_out() -> None:
    facts = read(made_files.notebook(), "a.ipynb")
    assert "```python\n1 + 1\n```\n\n```\n2\n```" in facts["text"] and "\nValueError: no\n" in facts["text"]
    assert facts["notes"] == ["A picture in a.ipynb is not sent."]


def test_rich_text() -> None:
    assert read(made_files.RTF, "a.rtf")["text"] == "Grüße fett\nZweite Zeile 世"


def test_mail_with_its_headers_decoded_and_its_files_named() -> None:
    facts = read(made_files.MAIL, "a.eml")
    assert facts["text"].split("\n") == [
        "From: Jürgen <j@example.org>", "To: a@example.org", "Subject: Grüße", "", "Schöne Grüße"]
    assert "rechnung.pdf" in facts["notes"][0]


def test_page_without_scripts_and_styles() -> None:
    facts = read(made_files.PAGE, "a.html")
    assert facts["text"].startswith("## Titel\n\nEin Wort mehr.\n\n- eins\n- zwei\n\n| a | ü")
    assert "alert" not in facts["text"] and "x\n  y" in facts["text"] and "[Image: Eule]" in facts["text"]
    assert facts["notes"] == ["The text of a.html is sent, without its markup."]


def test_pages_of_a_pdf_without_text_are_counted() -> None:
    facts = read(made_files.pdf("One", "", "Three", scanned=2), "a.pdf")
    assert facts["text"] == "One\n\nThree"
    assert (facts["pages"], facts["scanned"]) == (5, [4, 5])  # the second is blank: nothing is missed there


def test_pdf_with_bytes_before_its_header() -> None:
    assert read(b"HTTP/1.1 200 OK\r\n\r\n" + made_files.pdf("Hello"), "a.pdf")["text"] == "Hello"


def test_pages_as_pictures() -> None:
    sizes, pictures = contents.draw(made_files.pdf("One", scanned=1), name="a.pdf", pages=[2, 1])
    assert [each[1:] for each in sizes] == [[1212, 1568]] * 2
    assert pictures.startswith(b"\xff\xd8\xff") and len(pictures) == sum(each[0] for each in sizes)


def test_what_is_long_is_cut_and_said_to_be() -> None:
    body = "<w:p><w:r><w:t>abcdefghij</w:t></w:r></w:p>" * 100
    facts = read(made_files.docx(body), "long.docx", most=50)
    assert len(facts["text"]) <= 50 and facts["notes"] == ["long.docx is long: only its first 50 characters are sent."]


@pytest.mark.parametrize("entity", ["", '<!ENTITY b "&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/hostname">'])
def test_entities_are_refused(entity: str) -> None:
    declared = f'<!DOCTYPE x [<!ENTITY a "aaaa">{entity}]>'
    swollen = made_files.archive({"word/document.xml": f"{declared}<w:d xmlns:w='w'><w:p><w:t>&a;</w:t></w:p></w:d>"})
    assert refusal(swollen, "a.docx").startswith("a.docx is damaged")


@pytest.mark.parametrize(("name", "data", "sentence"), [
    ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old format that cannot be read. Save it as DOCX"),
    ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xls is damaged"),
    ("a.zip", made_files.archive({"x.txt": "x"}), "is an archive. Unpack it"),
    ("a.docx", made_files.docx()[:300], "a.docx is damaged"),
    ("a.bin", bytes(range(256)) * 9, "neither text, nor a picture or a document"),
    ("a.ipynb", b"[" * 100_000, "a.ipynb is damaged"), ("a.pdf", b"%PDF-1.7\nnothing", "damaged or too complex"),
    ("a.epub", made_files.archive({"META-INF/container.xml": "<a/>", "META-INF/rights.xml": ""}), "protected against"),
])
def test_what_cannot_be_read_says_what_to_do(name: str, data: bytes, sentence: str) -> None:
    assert sentence in refusal(data, name)


def test_text_in_another_encoding_says_which() -> None:
    facts = read("姓名,年龄\n张三,30\n".encode("gbk"), "a.csv")
    assert facts["text"] == "姓名,年龄\n张三,30"
    assert facts["notes"] == [
        "a.csv is not in UTF-8. It was read as GB 18030 (Chinese): look whether its text is right."]
