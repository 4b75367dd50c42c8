"""Files to message parts, with real files and a real worker process."""

from __future__ import annotations

import asyncio
import io
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image as Pillow

from tests.files.attachments import made_files
from tests.support import worker_tasks
from workbench.core.chat.parts import File, Image
from workbench.core.errors import BadInput
from workbench.core.ports.attachments import PreparedAttachment
from workbench.core.processes.worker import Limits, WorkerFailed, call
from workbench.files.attachments.attachments import MOST_BYTES, FileAttachments

pytestmark = pytest.mark.process
LIMITS = Limits(seconds=30, memory=220_000_000)
ROOT = {"PYTHONPATH": str(Path(__file__).parents[3])}


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
    assert refusal(path).endswith("attach that.")


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


def test_long_text_is_cut_and_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("世" * 4_000_100, "utf-8")
    prepared = prepare(path)
    assert isinstance(prepared.part, File) and prepared.part.text == "世" * 4_000_000
    assert prepared.note == "long.txt is long: only its first 4,000,000 characters are sent."


@pytest.mark.parametrize("content", [b"\x00\x01\x02", b"\xff\xfe\x00\xd8", b"ab\0cd"])
def test_text_that_is_no_text(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "data.txt"
    path.write_bytes(content)
    assert "neither text, nor a picture" in refusal(path)


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is no file, but a device or a pipe" in refusal(tmp_path / "pipe")
    assert "is no file, but a device or a pipe" in refusal(Path("/dev/zero"))


def test_empty_missing_and_folder(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    assert "is empty" in refusal(tmp_path / "empty.txt")
    assert "There is no file" in refusal(tmp_path / "nowhere.txt")
    assert "is a folder" in refusal(tmp_path)


def test_pdf_by_its_text(tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(made_files.pdf("Streams are trees"))
    part = prepare(path).part
    assert isinstance(part, File) and part.text == "Streams are trees"


def test_pages_without_text_are_told_and_become_pictures(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(made_files.pdf("Cover", scanned=3))
    prepared = prepare(path)
    assert prepared.note == "3 of 4 pages of scan.pdf hold no text, only pictures."
    assert prepared.scanned == (2, 3, 4)
    drawn = asyncio.run(FileAttachments().draw_pages(path.read_bytes(), path.name, prepared.scanned))
    assert [sent(each).size for each in drawn] == [(1212, 1568)] * 3
    assert isinstance(drawn[0].part, Image) and drawn[0].part.blob and drawn[0].part.blob.name == "scan.pdf page 2.jpg"


def test_a_scan_has_no_text_at_all_and_a_blank_page_is_nothing(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(made_files.pdf(scanned=2))
    prepared = prepare(path)
    assert prepared.note == "scan.pdf holds no text, only pictures." and prepared.scanned == (1, 2)
    path.write_bytes(made_files.pdf(""))
    assert refusal(path) == "scan.pdf holds no text. Attach another file."


@pytest.mark.parametrize(("name", "make"), [
    ("a.docx", lambda: made_files.docx("<w:p><w:r><w:t>" + "a" * 200_000_000 + "</w:t></w:r></w:p>")),
    ("a.ipynb", lambda: b"[" * 5_000_000), ("a.html", lambda: b"<a " + b"x " * 4_000_000),
])
def test_bombs_take_no_more_than_a_file_may(tmp_path: Path, name: str, make: Callable[[], bytes]) -> None:
    content = make()
    with suppress(BadInput, WorkerFailed):
        peak, _ = call(worker_tasks.peak_of_reading, content, name=name, limits=LIMITS, environment=ROOT)
        assert peak < 250_000_000
    path = tmp_path / name
    path.write_bytes(content)
    with suppress(BadInput):
        assert isinstance(prepare(path).part, File)
