"""Pictures of every kind that cameras, scanners and programs write, as they are sent."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image as Pillow
from PIL import ImageCms

from workbench.core.errors import BadInput
from workbench.files.attachments.file_kinds import is_picture
from workbench.files.attachments.pictures import LONGEST_SIDE, Picture, prepare

MEMORY = 200_000_000
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAVZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABegABAAAAAAAAABoAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA1mlwcnAAAAC3aXBjbwAAAHhodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgIaDAgAAAMAyAAAAwAIQGIAAQAHRAHBcrAiQAAAABNjb2xy"
    "bmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAABBwaXhpAAAAAAMICAgAAAAXaXBtYQAAAAAAAAABAAEEgQIDBAAAACJt"
    "ZGF0AAAAFigBrxmA93yFN//3Dmf9TYv+FwV4tHA="
)


def encoded(image: Pillow.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def sent(data: bytes) -> tuple[Pillow.Image, Picture]:
    assert is_picture(data)
    picture = prepare(data, "x", MEMORY)
    opened = Pillow.open(io.BytesIO(picture.data))
    opened.load()
    assert opened.size == (picture.width, picture.height)
    return opened, picture


def ramp(mode: str, brightest: int) -> Pillow.Image:
    image = Pillow.new(mode, (256, 4))
    for x in range(256):
        for y in range(4):
            image.putpixel((x, y), x * brightest // 255)
    return image


def mandelbrot(width: int, height: int) -> Pillow.Image:
    return Pillow.effect_mandelbrot((width, height), (-2, -1, 1, 1), 20).convert("RGB")


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_sixteen_bits_become_eight(form: str) -> None:
    opened, picture = sent(encoded(ramp("I;16", 65_535), form))
    assert [opened.convert("L").getpixel((x, 0)) for x in (0, 64, 128, 255)] == pytest.approx([0, 64, 128, 255], abs=1)
    assert picture.notes == []


def test_twelve_bits_in_sixteen_do_not_go_out_black() -> None:
    opened, picture = sent(encoded(ramp("I;16", 4_000), "PNG"))
    assert opened.convert("L").getpixel((255, 0)) == 255 and "very dark" in picture.notes[0]


def test_fractions_are_made_to_fit() -> None:
    image = Pillow.new("F", (2, 1))
    image.putpixel((0, 0), -3.5)
    image.putpixel((1, 0), 12.25)
    opened, picture = sent(encoded(image, "TIFF"))
    assert [opened.convert("L").getpixel((x, 0)) for x in (0, 1)] == [0, 255] and "black" in picture.notes[0]


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_colours_of_print(form: str) -> None:
    opened, _ = sent(encoded(Pillow.new("CMYK", (40, 40), (0, 255, 255, 0)), form))
    red, green, blue = opened.convert("RGB").getpixel((20, 20))
    assert red > 200 and green < 60 and blue < 60


def test_lab_is_no_picture_with_transparency() -> None:
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB")
    lab = ImageCms.applyTransform(Pillow.new("RGB", (8, 8), (90, 120, 200)), to_lab)
    assert lab is not None
    opened, _ = sent(encoded(lab, "TIFF"))
    assert opened.mode == "RGB" and opened.getpixel((4, 4)) == pytest.approx((90, 120, 200), abs=3)


def test_colours_of_a_wide_profile_become_srgb() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    opened, _ = sent(encoded(Pillow.new("RGB", (8, 8), (200, 30, 40)), "PNG", icc_profile=lab))
    assert opened.convert("RGB").getpixel((0, 0)) == pytest.approx((200, 30, 40), abs=2)
    assert "icc_profile" not in opened.info


@pytest.mark.parametrize(("form", "mime"), [
    ("BMP", "image/png"), ("TIFF", "image/png"), ("AVIF", "image/jpeg"), ("WEBP", "image/jpeg"), ("GIF", "image/png"),
])
def test_formats_that_servers_do_not_take_are_sent_in_one_they_take(form: str, mime: str) -> None:
    opened, picture = sent(encoded(mandelbrot(200, 100), form))
    assert opened.size == (200, 100) and picture.mime == mime == f"image/{(opened.format or '').lower()}"


def test_heic() -> None:
    # 64 × 64 pixels of one colour, by another encoder: the decoder that comes along cannot write any.
    opened, picture = sent(HEIC)
    assert (opened.format, picture.kept_mime) == ("JPEG", "image/heif")
    assert opened.size == (64, 64)


def test_two_pictures_in_one_jpeg_are_no_animation() -> None:
    data = encoded(mandelbrot(300, 200), "MPO", save_all=True, append_images=[mandelbrot(300, 200)])
    opened, picture = sent(data)
    assert (opened.format, picture.mime, picture.kept_mime, picture.notes) == ("JPEG", "image/jpeg", "image/jpeg", [])


def test_animations_and_pages_send_the_first_and_say_so() -> None:
    frames = [Pillow.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    _, moving = sent(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert moving.notes == ["x is animated; its first picture is sent."]
    _, scan = sent(encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:]))
    assert scan.notes == ["x has several pages; the first is sent."]


def test_a_palette_with_one_transparent_colour() -> None:
    image = Pillow.new("P", (10, 10), 1)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((0, 0), 0)
    opened, _ = sent(encoded(image, "PNG", transparency=0))
    assert opened.mode == "RGBA" and opened.getpixel((0, 0))[3] == 0 and opened.getpixel((5, 5)) == (0, 0, 255, 255)


@pytest.mark.parametrize("size", [(5000, 3001), (2049, 7), (4096, 1), (1, 9000)])
def test_strips_join_without_a_seam(size: tuple[int, int]) -> None:
    whole = Pillow.linear_gradient("L").resize(size).convert("RGB")
    opened, picture = sent(encoded(whole, "PNG"))
    assert max(opened.size) <= LONGEST_SIDE and "was scaled from" in picture.notes[0]
    column = [opened.getpixel((0, y))[0] for y in range(opened.height)]
    assert column == sorted(column)


@pytest.mark.parametrize("turn", range(2, 9))
def test_a_photograph_is_turned_upright_and_forgets_where_it_was_taken(turn: int) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = turn
    exif[0x010F] = "MakerOfTheCamera"
    opened, picture = sent(encoded(mandelbrot(300, 200), "JPEG", exif=exif))
    assert opened.size == ((200, 300) if turn > 4 else (300, 200))
    assert b"MakerOfTheCamera" not in picture.data and not opened.getexif()


@pytest.mark.parametrize(("mode", "side", "form"), [
    ("1", 20_000, "PNG"), ("L", 7000, "WEBP"), ("RGBA", 8000, "PNG"), ("I;16", 12_000, "PNG"),
])
def test_bombs_are_refused_by_their_size(mode: str, side: int, form: str) -> None:
    data = encoded(Pillow.new(mode, (side, side)), form)
    assert len(data) < 300_000
    with pytest.raises(BadInput, match="pixels, more than can be handled"):
        prepare(data, "bomb", MEMORY)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF", "AVIF"])
def test_a_picture_that_ends_too_early_is_damaged(form: str) -> None:
    data = encoded(mandelbrot(400, 300), form)
    with pytest.raises(BadInput, match=r"is damaged.*attach that"):
        prepare(data[: len(data) // 3], "cut", MEMORY)
