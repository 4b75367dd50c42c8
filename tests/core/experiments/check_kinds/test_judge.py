"""The fields of checks that ask a model."""

from __future__ import annotations

import pytest

from workbench.core.errors import BadInput
from workbench.core.experiments.checks import read_check


@pytest.mark.parametrize(("fields", "sentence"), [
    ({"params": {"temperature": 9}}, "emperature"), ({"params": {"model": "x"}}, "cannot have model"),
    ({"params": [1]}, "must be a table"), ({"at_least": 1.5}, "between 0 and 1"), ({"rubric": 5}, "must be a text"),
])
def test_judges_that_cannot_be_asked(fields: dict[str, object], sentence: str) -> None:
    for kind in ("judge", "preferred"):
        with pytest.raises(BadInput, match=sentence):
            read_check({"kind": kind, "model": "a/j", "rubric": "Short?", "text": "x", **fields} if kind == "preferred"
                       else {"kind": kind, "model": "a/j", "rubric": "Short?", **fields})


def test_judges_may_have_parameters() -> None:
    check = read_check({"kind": "judge", "model": "a/j", "rubric": "Short?", "params": {"temperature": 0}})
    assert check.is_judge and check.about.requests == 1 and check.label == "judge: a/j"
