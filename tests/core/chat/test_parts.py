"""Kinds of parts: each is read back as what it was written as, and tells which bytes it holds."""

from __future__ import annotations

import dataclasses
import json
from typing import get_args

import pytest
from hypothesis import given

from tests.support.parts import one_of_each
from tests.support.strategies import parts
from workbench.core.chat.parts import (
    Attachment,
    Audio,
    Blob,
    File,
    Image,
    Part,
    Text,
    Unknown,
    blob_of,
    blobs_of,
    part_from_json,
    part_to_json,
)
from workbench.core.json_types import Json, JsonObject

SENT, KEPT = Blob("a" * 64, 1, "image/png", "a.png"), Blob("b" * 64, 2, "image/webp", "a.webp")


def test_every_kind_is_known_by_its_name() -> None:
    kinds = [kind for kind in get_args(Part) if kind is not Unknown]
    assert len({kind.kind for kind in kinds}) == len(kinds)
    for part in one_of_each():
        assert part_from_json(part_to_json(part)) == part


def test_a_name_is_one_line_however_long_it_was_in_a_file() -> None:
    book = "A\n" + "n" * 2_000_000
    for part in one_of_each(dataclasses.replace(SENT, name=book, mime=book)):
        named = {name: book for name in ("name", "title", "about") if hasattr(part, name)}
        found = part_from_json(part_to_json(dataclasses.replace(part, **named)))
        shown = [getattr(found, name) for name in named] + [
            name for blob in blobs_of([found], originals=True) for name in (blob.name, blob.mime)]
        assert type(found) is type(part)
        assert all(name.startswith("A nnn") and len(name) <= 300 for name in shown)


@pytest.mark.parametrize("blob", [[], "x", 5, {"sha256": "a"}])
def test_a_blob_that_is_none_makes_an_unknown_part(blob: Json) -> None:
    assert isinstance(part_from_json({"kind": "file", "name": "a", "blob": blob}), Unknown)


def test_every_field_that_holds_bytes_is_found() -> None:
    for part in one_of_each(SENT):
        holds_bytes = hasattr(part, "blob")
        assert (blob_of(part) == SENT) is holds_bytes, part.kind
        assert isinstance(part, Attachment) is holds_bytes, part.kind


def test_blobs_come_once_and_originals_when_asked_for() -> None:
    found: tuple[Part, ...] = (Image(SENT, original=KEPT), Text("a"), File("a", blob=SENT), Audio(), Image(url="x:"))
    assert blobs_of(found) == (SENT,)
    assert blobs_of(found, originals=True) == (SENT, KEPT)
    assert blobs_of([]) == ()


@given(parts)
def test_part_round_trip(part: Part) -> None:
    assert part_from_json(json.loads(json.dumps(part_to_json(part)))) == part


def test_a_part_of_a_newer_version_is_kept_as_it_is() -> None:
    data = {"kind": "text", "text": "hello", "colour": "green"}
    part = part_from_json(data)
    assert isinstance(part, Unknown) and part_to_json(part) == data


@pytest.mark.parametrize("data", [
    {"kind": "text", "text": 5}, {"kind": "text", "text": "x", "extra": []}, {"kind": "image", "width": "wide"},
    {"kind": "tool_call", "id": None, "name": "look"}, {"kind": "reasoning", "text": "x", "seconds": "long"},
    {"kind": "image", "blob": {"sha256": 1, "size": 2, "mime": "image/png"}}, {"kind": "file", "name": ["a"]},
    {"kind": "tool_result", "call_id": "a", "text": "b", "is_error": "no"},
])
def test_a_part_of_another_form_is_kept_and_never_read(data: JsonObject) -> None:
    assert part_from_json(data) == Unknown(data)
