"""Images prepared for sending: checked before decoding, turned upright, without metadata, not too large.

Metadata goes because photographs carry the place they were taken at. Formats are the four that every vision
server takes; SVG and the rest are refused, since their decoders are a risk.
"""

from __future__ import annotations

import hashlib
import io

from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from workbench.core.chat.parts import Blob, Image
from workbench.core.errors import BadInput
from workbench.core.ports.attachments import PreparedAttachment

MOST_PIXELS = 100_000_000
"""Decoding takes 3 to 4 bytes a pixel, so this bounds memory at 400 MB."""

Pillow.MAX_IMAGE_PIXELS = None  # its own limit would warn where ours refuses with the size

LONGEST_SIDE = 2048
"""Pixels. OpenAI scales to 2048, Anthropic to 1568: more only costs time."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
_JPEG_QUALITY = 90
_BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*")


def looks_like_image(data: bytes) -> bool:
    """Returns whether the first bytes are those of an image; a name proves nothing."""
    return (
        data.startswith(_BEGINNINGS)
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or data[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif")
    )


def prepare(data: bytes, name: str) -> PreparedAttachment:
    """Returns the part to send and its blobs (the sent one and the original). Raises ``BadInput``."""
    original = _open(data, name)
    if original.width * original.height > MOST_PIXELS:
        raise BadInput(
            f"{name} has {original.width} × {original.height} pixels, more than the "
            f"{MOST_PIXELS // 1_000_000} million that can be handled. Make it smaller and attach it again."
        )
    mime = Pillow.MIME[original.format or "PNG"]
    frames = getattr(original, "n_frames", 1)
    sent, sent_mime, size = _encode(original, name)
    kept = Blob(hashlib.sha256(data).hexdigest(), len(data), mime, name)
    blob = Blob(hashlib.sha256(sent).hexdigest(), len(sent), sent_mime, name)
    part = Image(blob=blob, original=None if blob == kept else kept, width=size[0], height=size[1])
    return PreparedAttachment(part, {kept.sha256: data, blob.sha256: sent}, _note(name, original.size, size, frames))


def _open(data: bytes, name: str) -> Pillow.Image:
    try:
        return Pillow.open(io.BytesIO(data), formats=_FORMATS)
    except (UnidentifiedImageError, ValueError, OSError, SyntaxError):
        raise BadInput(
            f"{name} is not a PNG, JPEG, WebP or GIF image, or it is damaged. Save it as one of these and "
            "attach it again."
        ) from None


def _encode(image: Pillow.Image, name: str) -> tuple[bytes, str, tuple[int, int]]:
    photo = image.format == "JPEG"
    try:
        if photo:
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # decodes a large photograph at a fraction
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Pillow.Resampling.LANCZOS)
        transparent = "A" in upright.getbands() or "transparency" in upright.info
        plain = upright.convert("RGBA" if transparent else "RGB")
    except (OSError, SyntaxError, ValueError, EOFError):
        raise BadInput(f"{name} is damaged and cannot be decoded. Save it again and attach that.") from None
    out = io.BytesIO()
    if photo or (image.format == "WEBP" and not transparent):
        plain.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True)
        return out.getvalue(), "image/jpeg", plain.size
    plain.save(out, "PNG", optimize=plain.width * plain.height < 1_000_000)
    return out.getvalue(), "image/png", plain.size


def _note(name: str, before: tuple[int, int], after: tuple[int, int], frames: int) -> str:
    notes = []
    if max(before) > max(after):
        notes.append(f"{name} was scaled from {before[0]} × {before[1]} to {after[0]} × {after[1]} pixels.")
    if frames > 1:
        notes.append(f"{name} is animated; its first picture is sent.")
    return " ".join(notes)
