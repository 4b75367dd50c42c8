"""Every kind of part in every format that chats are exported as: what a format cannot hold, it names."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.conftest import Run
from tests.support.formats import EACH_FORMAT
from tests.support.parts import one_of_each, words_of
from workbench.app import open_services
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Audio, Blob, Image, Part

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cf"
    "c0f01f0005000201ff3ad5b2f00000000049454e44ae426082"
)


def exported(run: Run, data: Path, path: Path, parts: tuple[Part, ...], format: str, **options: bool) -> str:
    """The text of an export of a chat with one reply."""
    async def work() -> None:
        async with open_services(data) as services:
            await services.store.put_blob(PIXEL, "image/png", "dot.png")
            chat = await services.store.create_chat(Chat("", "All"))
            await services.store.add_message(chat.id, None, Message("assistant", parts, "a/model"))
            await services.import_export.export([chat.id], format, path, options=dict(options),
                                                progress=lambda done, total: None)

    run(work(), timeout=60)
    if format == "pdf":
        pages = "".join(page.extract_text() for page in PdfReader(path).pages)
        return unicodedata.normalize("NFKC", "".join(pages.split()))  # lines break anywhere, fonts have ligatures
    return path.read_text("utf-8")


@pytest.mark.parametrize("format", EACH_FORMAT)
def test_every_part_is_there_or_named(format: str, run: Run, isolated: Path, tmp_path: Path) -> None:
    parts = one_of_each()
    text = exported(run, isolated, tmp_path / f"x.{format}", parts, format)
    missing = [part.kind for part in parts if words_of(part) not in text]
    assert not missing, f"{format} drops {missing} without a word"


@pytest.mark.parametrize("format", EACH_FORMAT)
def test_attachments_that_are_left_out_are_named(format: str, run: Run, isolated: Path, tmp_path: Path) -> None:
    blob = Blob(hashlib.sha256(PIXEL).hexdigest(), len(PIXEL), "image/png", "dot.png")
    parts = (Image(blob), *one_of_each(blob)[3:4], Audio(blob))
    text = exported(run, isolated, tmp_path / f"x.{format}", parts, format, attachments=False)
    assert "dot.png" in text and "words-of-file" in text and "audio" in text.lower(), text
