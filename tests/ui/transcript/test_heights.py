"""The heights, compared with a plain list."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.transcript.heights import Heights

SIZES = st.lists(st.integers(0, 500), max_size=80)
STEPS = st.lists(st.tuples(st.sampled_from(["append", "set", "truncate"]), st.integers(0, 99), st.integers(0, 500)))


@given(SIZES, STEPS, st.integers(-10, 40_000))
def test_same_as_a_list(sizes: list[int], steps: list[tuple[str, int, int]], y: int) -> None:
    heights, model = Heights(sizes), list(sizes)
    for step, at, value in steps:
        if step == "append":
            heights.append(value)
            model.append(value)
        elif step == "set" and model:
            heights.set(at % len(model), value)
            model[at % len(model)] = value
        elif step == "truncate":
            heights.truncate(at)
            del model[at:]
    assert [heights[index] for index in range(len(heights))] == model
    assert [heights.offset(index) for index in range(len(model) + 1)] == [
        sum(model[:index]) for index in range(len(model) + 1)
    ]
    assert heights.total() == sum(model)
    found = heights.find(y)
    if not model:
        assert found == 0
    elif 0 <= y < sum(model):
        assert sum(model[:found]) <= y < sum(model[: found + 1])
    else:
        assert found == (0 if y < 0 else len(model) - 1)
