"""Kinds of files that can be told without reading them."""

from __future__ import annotations

_BEGINNINGS = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"BM", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+",
)
_BRANDS = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis")


def is_picture(data: bytes) -> bool:
    """Returns whether the first bytes are those of a picture; a name proves nothing."""
    return (
        (data.startswith(_BEGINNINGS) and not (data.startswith(b"BM") and data[6:10] != b"\0\0\0\0"))
        or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")
        or (data[4:8] == b"ftyp" and data[8:12] in _BRANDS)
    )


def suffix_of(name: str) -> str:
    """Returns the end of a name behind its last dot, in small letters; ``""`` for none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


READ_AS_TEXT_IN_WORKER = frozenset({"htm", "html", "xhtml", "ipynb", "eml"})
"""Ends of names of files that are text, but from which a model gets another one."""
