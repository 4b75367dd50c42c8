"""Decompression of answers that nobody asked to be compressed."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.providers.support import bench
from tests.support.server import Reply, Server
from workbench.core.errors import NotAnAnswer
from workbench.providers.http.decompression import decompressor

PATH = "/v1/chat/completions"


def raw(data: bytes) -> bytes:
    squeeze = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return squeeze.compress(data) + squeeze.flush()


FORMS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", gzip.compress), "x-gzip": ("X-GZIP", gzip.compress), "zlib": ("deflate", zlib.compress),
    "raw": ("deflate", raw), "twice": ("gzip, gzip", lambda data: gzip.compress(gzip.compress(data))),
    "members": ("gzip", lambda data: gzip.compress(data[:7]) + gzip.compress(data[7:])),
    "padding": ("gzip", lambda data: gzip.compress(data) + b"\0" * 100),
    "mixed": ("deflate, gzip", lambda data: gzip.compress(zlib.compress(data))), "none": ("identity", bytes),
    "wrongly named": ("deflate", gzip.compress),
}


@pytest.mark.parametrize("form", FORMS)
@given(data=st.binary(max_size=300), cuts=st.lists(st.integers(0, 400)))
def test_every_form_in_any_pieces(form: str, data: bytes, cuts: list[int]) -> None:
    encoding, compress = FORMS[form]
    packed = compress(data)
    places = sorted({min(cut, len(packed)) for cut in cuts} | {0, len(packed)})
    decompress = decompressor(encoding, "X")
    pieces = [packed[a:b] for a, b in pairwise(places)] or [packed]
    assert b"".join(part for piece in pieces for part in decompress(piece)) == data


def test_pieces_stay_small() -> None:
    bomb = gzip.compress(b"x" * 10_000_000)
    assert max(len(part) for part in decompressor("gzip", "X")(bomb)) <= 2**16


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br", "gzip, gzip, gzip, gzip"])
def test_forms_that_are_not_known(server: Server, run: Run, encoding: str) -> None:
    with pytest.raises(NotAnAnswer, match="which was not asked for"):
        decompressor(encoding, "X")
    for status in (200, 400):
        server.on("POST", PATH, Reply(status, {"Content-Encoding": encoding}, [b"\x8b\x02\x80abc\x03"]))
        assert f"compressed as “{encoding}”" in run(bench(server).reply("test/m")).failure.sentence


def test_errors_are_decompressed_too(server: Server, run: Run) -> None:
    body = gzip.compress(b'{"error": {"message": "Why?"}}')
    server.on("POST", PATH, Reply(400, {"Content-Encoding": "gzip"}, [body]))
    assert run(bench(server).reply("test/m")).failure.sentence.endswith("test says: Why?")
