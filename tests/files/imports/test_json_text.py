"""JSON read piece by piece: the same values however the text is cut, and sentences for what is damaged."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import BadInput
from workbench.files.imports import json_text
from workbench.files.imports.json_text import JsonText

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4), max_leaves=10)


class Trickle(io.BytesIO):
    """Gives at most a few bytes at a time, whatever is asked for."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 7, 7) if size is not None and size >= 0 else 7)


def text_of(text: str, encoding: str = "utf-8") -> JsonText:
    return JsonText(Trickle(text.encode(encoding)), "x.json")


def whole_of(text: str) -> JsonText:
    return JsonText(io.BytesIO(text.encode()), "x.json")


@given(st.lists(VALUES, max_size=4), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_items_and_lines_are_those_of_the_whole(values: list[object], encoding: str) -> None:
    whole = json.dumps(values, ensure_ascii=False).encode(encoding, "replace").decode(encoding)
    assert list(text_of(whole, encoding).items()) == json.loads(whole)
    lines = "\n".join(json.dumps(value) for value in values)
    assert list(text_of(lines).lines()) == values


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=5))
def test_fields_one_by_one(value: dict[str, object]) -> None:
    text = text_of(json.dumps(value))
    assert {name: text.value() for name in text.fields()} == value and text.peek() == ""


@pytest.mark.parametrize("number", ["1.5", "-0.0", "1e5", "1E-5", "1.25e+10", "-12"])
def test_a_number_is_whole_wherever_it_is_cut(number: str) -> None:
    for before in range(12):
        assert list(text_of(" " * before + f"[{number}, 2]").items()) == [json.loads(number), 2]
        assert text_of(" " * before + number).value() == json.loads(number)


def test_nested_values_are_read_without_holding_the_outer_ones() -> None:
    text = text_of('{"a": [1, {"b": 2}], "c": {"d": [3]}}')
    found: list[object] = []
    for name in text.fields():
        if name == "a":
            found += text.items()
        else:
            found += [(inner, text.value()) for inner in text.fields()]
    assert found == [1, {"b": 2}, ("d", [3])]


def test_numbers_that_json_does_not_have_are_null() -> None:
    assert text_of("[NaN, Infinity, -Infinity, 1e999, 1]").value() == [None, None, None, None, 1]


@pytest.mark.parametrize(("text", "sentence"), [
    ("[1, 2", "ends too early"), ('{"a": "b', "ends too early"), ('{"a"', "ends too early"),
    ("{a: 1} and much more text than a word", "is damaged JSON"),
    ("[1 2]                           ", "is damaged JSON"),
    ("[" * 100_000, "nested too deeply"), ("1" * 5000, "thousands of digits"),
])
def test_damaged_texts(text: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        list(whole_of(text).items() if text.startswith("[1") else iter([whole_of(text).value()]))


def test_another_encoding() -> None:
    with pytest.raises(BadInput, match="is not in UTF-8"):
        JsonText(io.BytesIO('["é"]'.encode("latin-1")), "x.json").value()


def test_one_value_of_any_length_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_text, "MOST_ITEM", 1000)
    with pytest.raises(BadInput, match="one conversation in it is larger"):
        whole_of('["' + "x" * 5000).value()
