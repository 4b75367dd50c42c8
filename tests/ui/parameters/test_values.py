"""What is set, undone and narrowed, without widgets."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.core.ports.providers import Limit
from workbench.core.request.parameters import PARAMETERS, by_name
from workbench.ui.parameters.values import Values, narrowed, range_text, slider_range

names = st.sampled_from(["temperature", "top_p", "seed"])
changes = st.lists(st.tuples(names, st.none() | st.integers(0, 2)), max_size=30)


@given(changes)
def test_undo_leads_back_to_the_beginning(steps: list[tuple[str, int | None]]) -> None:
    values = Values()
    values.replace({"seed": 1})
    for name, value in steps:
        values.unset(name) if value is None else values.set(name, value)
    while values.can_undo():
        before = dict(values.current)
        values.undo()
        assert values.current != before
    assert values.current == {"seed": 1}


def test_a_drag_is_one_step() -> None:
    values = Values()
    for value in (0.1, 0.2, 0.3):
        values.set("temperature", value)
    values.undo()
    assert values.current == {}


def test_a_slider_is_there_where_a_hand_can_aim() -> None:
    known = by_name()
    assert slider_range(known["temperature"]) == (0, 2)
    assert slider_range(known["seed"]) is None
    assert slider_range(known["stop"]) is None


def test_ranges_in_words() -> None:
    known = by_name()
    assert range_text(known["temperature"]) == "0 to 2"
    assert range_text(known["seed"]) == "" and range_text(known["stop"]) == ""
    assert range_text(known["max_tokens"]) == "from 1"


def test_a_limit_never_widens() -> None:
    for parameter in PARAMETERS:
        wide = narrowed(parameter, Limit(parameter.name, "range", "", "facts", low=-1e30, high=1e30))
        assert parameter.low is None or wide.low == parameter.low
        assert parameter.high is None or wide.high == parameter.high
