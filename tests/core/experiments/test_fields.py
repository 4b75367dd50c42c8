"""Fields of a plan: each of its type, or a sentence."""

from __future__ import annotations

import pytest

from workbench.core.errors import BadInput
from workbench.core.experiments.fields import list_of, number_of, table_of, tables_of, texts_of, whole_of


def test_absent_fields_are_empty() -> None:
    assert list_of({}, "x") == [] and table_of({}, "x") == {} and tables_of({}, "x") == []
    assert number_of({}, "x") is None and whole_of({}, "x", 4) == 4


@pytest.mark.parametrize(("read", "value", "sentence"), [
    (list_of, {}, "must be a list"), (table_of, [], "must be a table"), (tables_of, [1], "list of tables"),
    (number_of, -1, "not negative"), (number_of, True, "must be a number"), (number_of, "1", "must be a number"),
    (lambda data, name: whole_of(data, name, 0), 1.5, "whole number"),
    (lambda data, name: whole_of(data, name, 0), False, "whole number"),
])
def test_wrong_types(read: object, value: object, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read({"x": value}, "x")  # type: ignore[operator]


def test_rows_are_texts() -> None:
    assert texts_of({"a": "é", "b": [1, "é"], 3: None}) == {"a": "é", "b": '[1, "é"]', "3": "null"}  # type: ignore[dict-item]
