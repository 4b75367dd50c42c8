"""Damaged values: whatever stands in a row, what is read of it has the kind that was written."""

from __future__ import annotations

import pytest

from workbench.storage.damaged_values import stored_object, stored_text, stored_time


@pytest.mark.parametrize(("value", "read"), [
    ("as it was", "as it was"), ("", ""), ("数据".encode(), "数据"), (b"a\xff", "a\ufffd"), (5, ""), (None, ""),
])
def test_text(value: object, read: str, caplog: pytest.LogCaptureFixture) -> None:
    assert stored_text(value, f"text {value!r}") == read
    assert bool(caplog.messages) is not isinstance(value, str)


@pytest.mark.parametrize(("value", "read"), [
    (0, 0.0), (1.5, 1.5), ("abc", 0.0), (1e300, 0.0), (-1e300, 0.0), (float("nan"), 0.0), (None, 0.0), (b"1", 0.0),
])
def test_time(value: object, read: float) -> None:
    assert stored_time(value, "a time") == read


@pytest.mark.parametrize("value", ["{x", "[1]", "null", "[" * 5000, b"{}", 5, None])
def test_an_object_that_is_none_is_told_once(value: object, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(3):
        assert stored_object(value, f"object {value!r}") == {}
    assert len(caplog.messages) == 1
    assert stored_object('{"a": [1]}', "an object") == {"a": [1]}
