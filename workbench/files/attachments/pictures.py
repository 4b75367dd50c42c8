"""Pictures made ready for sending: upright, without metadata, 8 bits a channel, not too large.

Metadata goes because photographs carry the place they were taken at. A picture is made smaller in strips: only its
pixels as the file has them are in memory whole.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, UnidentifiedImageError

from workbench.core.errors import BadInput

Pillow.MAX_IMAGE_PIXELS = None  # its own limit would warn where ours refuses with the size

LONGEST_SIDE = 2048
"""Pixels. OpenAI scales to 2048, Anthropic to 1568: more only costs time."""

_PHOTOGRAPHS = ("JPEG", "MPO", "HEIF", "AVIF")
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "TIFF", "BMP", "AVIF")
_JPEG_QUALITY = 90
_CHANNELS = {"1": 1, "L": 1, "P": 1, "PA": 2, "LA": 2, "I;16": 2, "I;16B": 2, "I;16L": 2}
"""Bytes that Pillow has for a pixel; for other modes there are 4."""
_DECODER_TAKES = {"WEBP": 18, "AVIF": 10, "HEIF": 12}
"""Bytes a pixel that decoding takes altogether, measured with pictures of 12 million pixels (Pillow 13, pi-heif
1.4)."""
_COEFFICIENTS = 3
"""Bytes a pixel that a progressive JPEG takes until it is decoded, with colours at half the resolution."""
_LIBRARIES = 25_000_000
_BRIGHTEST = 65_535
_DARK = 4_096
"""A picture of 16 bits that stays below this, a sixteenth of the range, would go out black: cameras with 12 bits."""


class Picture(NamedTuple):
    """``mime`` is of ``data``, which is sent; ``kept_mime`` of the file as it was."""

    data: bytes
    mime: str
    width: int
    height: int
    kept_mime: str
    notes: list[str]


def prepare(data: bytes, name: str, memory: int) -> Picture:
    """Returns the picture to send. ``memory`` is how many bytes decoding may take. Raises ``BadInput``."""
    image = _open(data, name)
    before, form = image.size, image.format or "PNG"
    if form in ("JPEG", "MPO"):
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # decodes a large photograph at a fraction
    if _decoding_takes(image, before) > memory - len(data) - _LIBRARIES:
        raise BadInput(
            f"{name} has {before[0]} × {before[1]} pixels, more than can be handled in this format. "
            "Make it smaller and attach it again.")
    notes: list[str] = []
    several = form not in ("JPEG", "MPO") and getattr(image, "is_animated", False)
    try:
        image.load()
        plain = _upright(_small(image, _normaliser(image, name, notes)), image)
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError):
        raise BadInput(f"{name} is damaged and cannot be decoded. Save it again and attach that.") from None
    sent, mime = _encoded(plain, form, lossy=form == "WEBP" or image.mode == "CMYK")
    if max(before) > LONGEST_SIDE:
        notes.insert(0, f"{name} was scaled from {before[0]} × {before[1]} to {plain.width} × {plain.height} pixels.")
    if several:
        notes.append(f"{name} has several pages; the first is sent." if form == "TIFF"
                     else f"{name} is animated; its first picture is sent.")
    kept_mime = "image/jpeg" if form == "MPO" else Pillow.MIME.get(form, "image/heic")
    return Picture(sent, mime, *plain.size, kept_mime, notes)


def _decoding_takes(image: Pillow.Image, size: tuple[int, int]) -> int:
    """Returns about how many bytes decoding takes. ``size`` is the file's; that of ``image`` may be a fraction."""
    whole = size[0] * size[1] * _COEFFICIENTS if image.info.get("progressive") else 0
    a_pixel = _DECODER_TAKES.get(image.format or "", _CHANNELS.get(image.mode, 4))
    return whole + image.width * image.height * a_pixel


def _open(data: bytes, name: str) -> Pillow.Image:
    formats: tuple[str, ...] = _FORMATS
    if data[4:8] == b"ftyp" and data[8:12] not in (b"avif", b"avis"):
        _learn_heic(name)
        formats = ("HEIF",)
    try:
        return Pillow.open(io.BytesIO(data), formats=formats)
    except (UnidentifiedImageError, ValueError, OSError, SyntaxError, TypeError):
        raise BadInput(f"{name} is damaged, or a picture of a kind that cannot be read. Save it as PNG or JPEG and "
                       "attach that.") from None


def _learn_heic(name: str) -> None:
    try:
        import pi_heif
    except ImportError:
        raise BadInput(
            f"{name} is in HEIC, which this installation cannot read. Save it as JPEG and attach that.") from None
    pi_heif.register_heif_opener()


def _small(image: Pillow.Image, normal: Callable[[Pillow.Image], Pillow.Image]) -> Pillow.Image:
    """Returns the picture with 8 bits a channel and no side longer than ``LONGEST_SIDE``."""
    factor = max(1, max(image.size) // LONGEST_SIDE)
    rows = factor * max(1, 256 // factor)
    small = Pillow.new(normal(image.crop((0, 0, 1, 1))).mode, (-(-image.width // factor), -(-image.height // factor)))
    for top in range(0, image.height, rows):
        strip = normal(image.crop((0, top, image.width, min(top + rows, image.height))))
        small.paste(strip.reduce(factor), (0, top // factor))
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Pillow.Resampling.LANCZOS)
    return small


def _normaliser(image: Pillow.Image, name: str, notes: list[str]) -> Callable[[Pillow.Image], Pillow.Image]:
    """Returns what makes a strip of the picture one of RGB or RGBA."""
    if image.mode.startswith("I;16"):
        darkest, brightest = image.getextrema()
        if not isinstance(brightest, tuple) and 255 < brightest < _DARK:
            notes.append(f"{name} is very dark: its brightness was raised.")
            return _grey(float(brightest))
        return _grey(_BRIGHTEST)
    if image.mode in ("I", "F"):
        darkest, brightest = image.getextrema()
        assert not isinstance(darkest, tuple) and not isinstance(brightest, tuple)
        if darkest >= 0 and brightest <= 255:
            return lambda strip: strip.convert("L").convert("RGB")
        notes.append(f"The brightness of {name} was made to fit: its darkest point is black, its brightest white.")
        scale = 255 / ((brightest - darkest) or 1)
        offset = -darkest * scale
        return lambda strip: strip.convert("F").point(lambda value: value * scale + offset).convert("L").convert("RGB")
    return _coloured(image)


def _grey(white: float) -> Callable[[Pillow.Image], Pillow.Image]:
    table = [min(255, round(value * 255 / white)) for value in range(_BRIGHTEST + 1)]

    def convert(strip: Pillow.Image) -> Pillow.Image:
        return strip.convert("I").point(table, "L").convert("RGB")

    return convert


def _coloured(image: Pillow.Image) -> Callable[[Pillow.Image], Pillow.Image]:
    """Returns what brings colours into sRGB: by the picture's own profile, where it has one that can be read."""
    transparent = (image.mode != "LAB" and "A" in image.getbands()) or "transparency" in image.info
    if transparent:
        return lambda strip: strip.convert("RGBA")
    mode = image.mode if image.mode in ("RGB", "CMYK", "LAB") else ""
    profile = image.info.get("icc_profile")
    if mode and (profile or mode == "LAB"):
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            source = (ImageCms.ImageCmsProfile(io.BytesIO(profile)) if profile else ImageCms.createProfile("LAB"))
            transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")
            return lambda strip: ImageCms.applyTransform(strip, transform) or strip
    return lambda strip: strip.convert("RGB")


def _upright(small: Pillow.Image, image: Pillow.Image) -> Pillow.Image:
    """Returns the picture turned as the file says."""
    small.info = {}
    exif = image.getexif()
    if exif.get(_ORIENTATION, 1) == 1:
        return small
    turned = Pillow.Exif()
    turned[_ORIENTATION] = exif[_ORIENTATION]
    small.info["exif"] = turned.tobytes()
    upright = ImageOps.exif_transpose(small)
    upright.info = {}
    return upright


_ORIENTATION = 0x0112


def _encoded(image: Pillow.Image, form: str, lossy: bool) -> tuple[bytes, str]:
    out = io.BytesIO()
    opaque = image.mode == "RGB"
    if opaque and (lossy or form in _PHOTOGRAPHS):
        image.save(out, "JPEG", quality=_JPEG_QUALITY, optimize=True)
        return out.getvalue(), "image/jpeg"
    image.save(out, "PNG", optimize=image.width * image.height < 1_000_000)
    if opaque and form == "TIFF" and out.tell() > _LARGE_PNG:
        return _encoded(image, form, lossy=True)
    return out.getvalue(), "image/png"


_LARGE_PNG = 2_000_000
"""Bytes from which the picture of a TIFF file is taken for a photograph."""
