"""The context of an import: notes that are counted, roles, and attachments by their bytes."""

from __future__ import annotations

import base64

import pytest

from workbench.core.chat.parts import Audio, Blob, File, Image
from workbench.core.errors import BadInput
from workbench.files.imports import import_context
from workbench.files.imports.import_context import ImportContext, image_type

PNG = b"\x89PNG\r\n\x1a\n and more"


@pytest.fixture
def kept() -> dict[str, bytes]:
    return {}


@pytest.fixture
def context(kept: dict[str, bytes]) -> ImportContext:
    def keep(blob: Blob, data: bytes) -> None:
        kept[blob.sha256] = data

    return ImportContext(keep)


def test_sentences_are_counted(context: ImportContext) -> None:
    context.note("One.")
    before = context.noted()
    context.note("One.")
    context.skip("Two.")
    assert context.notes() == ("One. (2 times)", "Two.") and context.skipped == 1
    assert context.notes(before) == ("One.", "Two.")


def test_roles(context: ImportContext) -> None:
    assert context.role("user") == "user" and context.role("human", human="user") == "user"
    assert context.notes() == () and context.role("narrator") == "assistant" and context.role(5, "user") == "user"
    assert len(context.notes()) == 2


def test_attachments_are_what_their_bytes_say(context: ImportContext, kept: dict[str, bytes]) -> None:
    image = context.attachment(PNG, "a.txt", "text/plain", width=3)
    assert isinstance(image, Image) and image.blob is not None and (image.blob.mime, image.width) == ("image/png", 3)
    assert isinstance(context.attachment(b"RIFF", "a.wav", "audio/wav"), Audio)
    text = context.attachment("é".encode(), "", "text/plain")
    assert isinstance(text, File) and (text.name, text.text) == ("attachment", "é")
    broken = context.attachment(b"\xff\xfe\x00", "b.txt", "text/plain")
    assert isinstance(broken, File) and broken.text == "" and len(kept) == 4


def test_images_at_an_address(context: ImportContext, kept: dict[str, bytes]) -> None:
    inside = context.image_at(f"data:image/png;base64,{base64.b64encode(PNG).decode()}", "a.png")
    assert isinstance(inside, Image) and inside.blob is not None and kept[inside.blob.sha256] == PNG
    assert context.image_at("https://example.org/a.png") == Image(url="https://example.org/a.png")
    assert context.notes() == ()
    assert context.image_at("data:image/png;base64,") == File("damaged image")
    assert context.image_at("a.png") == Image(url="a.png") and len(context.notes()) == 2


def test_an_attachment_without_end(context: ImportContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_context, "MOST_ATTACHMENT", 1_000_000)
    with pytest.raises(BadInput, match="more than 1 MB"):
        context.attachment(b"x" * 1_000_001, "big", "text/plain")


@pytest.mark.parametrize(("data", "mime"), [
    (PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a", "image/gif"),
    (b"RIFF1234WEBPVP8", "image/webp"), (b"RIFF1234WAVE", ""), (b"<svg>", ""), (b"", ""),
])
def test_types_of_images(data: bytes, mime: str) -> None:
    assert image_type(data) == mime
