"""Files to message parts, with real files and a real worker process."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

import pytest
from PIL import Image as Pillow

from workbench.core.chat.parts import File, Image
from workbench.core.errors import BadInput
from workbench.core.ports.attachments import PreparedAttachment
from workbench.files.attachments import pdf_text
from workbench.files.attachments.attachments import MOST_BYTES, FileAttachments


def prepare(path: Path) -> PreparedAttachment:
    return asyncio.run(FileAttachments().prepare(path))


def refusal(path: Path) -> str:
    with pytest.raises(BadInput) as caught:
        prepare(path)
    return str(caught.value)


def picture(path: Path, size: tuple[int, int], **options: object) -> Path:
    Pillow.effect_mandelbrot(size, (-2, -1, 1, 1), 20).convert("RGB").save(path, **options)
    return path


def sent(prepared: PreparedAttachment) -> Pillow.Image:
    assert isinstance(prepared.part, Image) and prepared.part.blob
    return Pillow.open(io.BytesIO(prepared.blobs[prepared.part.blob.sha256]))


def test_photograph_loses_its_metadata_and_keeps_the_original(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[0x010F] = "MakerOfTheCamera"
    exif[0x0112] = 6  # lies on its side
    path = picture(tmp_path / "photo.jpg", (300, 200), exif=exif)
    prepared = prepare(path)
    assert isinstance(prepared.part, Image) and prepared.part.blob and prepared.part.original
    assert sent(prepared).size == (200, 300) == (prepared.part.width, prepared.part.height)
    assert b"MakerOfTheCamera" not in prepared.blobs[prepared.part.blob.sha256]
    assert prepared.blobs[prepared.part.original.sha256] == path.read_bytes()


def test_large_picture_is_scaled_and_says_so(tmp_path: Path) -> None:
    prepared = prepare(picture(tmp_path / "wide.png", (4096, 1024)))
    assert sent(prepared).size == (2048, 512)
    assert "4096 × 1024 to 2048 × 512" in prepared.note


def test_transparency_survives(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    Pillow.new("RGBA", (20, 20), (255, 0, 0, 10)).save(path)
    assert sent(prepare(path)).getpixel((0, 0)) == (255, 0, 0, 10)


def test_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    path = tmp_path / "bomb.png"
    Pillow.new("1", (20_000, 20_000)).save(path)
    assert path.stat().st_size < 100_000
    assert "20000 × 20000 pixels" in refusal(path)


def test_sixty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(60_000_000)
    assert refusal(path) == "huge.png has 60.0 MB; at most 50.0 MB can be attached."
    assert path.stat().st_size > MOST_BYTES


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n" + b"x" * 50, b"BM" + b"\0" * 60, b"\xff\xd8\xff\xe0"]
)
def test_damaged_or_foreign_image(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(content)
    assert "attach it again" in refusal(path)


def test_truncated_image(tmp_path: Path) -> None:
    path = picture(tmp_path / "cut.png", (400, 400))
    path.write_bytes(path.read_bytes()[:2000])
    assert refusal(path).startswith("cut.png is damaged")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_goes_in_whole(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "notes.txt"
    path.write_bytes("Grüße, 世界\n".encode(encoding))
    part = prepare(path).part
    assert isinstance(part, File) and part.text == "Grüße, 世界\n" and part.name == "notes.txt"


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xfe\x00\xd8", b"caf\xe9", b"ab\0cd"])
def test_text_that_is_no_text(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data.txt"
    path.write_bytes(content)
    assert "neither text in UTF-8" in refusal(path)


def test_empty_missing_and_folder(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    assert "is empty" in refusal(tmp_path / "empty.txt")
    assert "There is no file" in refusal(tmp_path / "nowhere.txt")
    assert "is a folder" in refusal(tmp_path)


def pdf_with(text: str) -> bytes:
    """A minimal PDF of one page, written by hand so that no second library is needed to test the first."""
    stream = f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % start)
    return out.getvalue()


@pytest.mark.process
def test_pdf_by_its_text(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(pdf_with("Streams are trees"))
    part = prepare(path).part
    assert isinstance(part, File) and part.text == "Streams are trees"


@pytest.mark.process
def test_pdf_without_text_and_damaged_pdf(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf_with(""))
    assert "holds no text" in refusal(path)
    path.write_bytes(b"%PDF-1.7\nnothing of the kind")
    assert "damaged" in refusal(path)
    path.write_bytes(pdf_with("x" * 3000))
    with pytest.raises(BadInput, match="more text than can be attached"):
        pdf_text.extract_text(path.read_bytes(), path.name, 2000)
