"""The lines of fields in a plan's file."""

from __future__ import annotations

import pytest

from workbench.files.experiments.plan_lines import line_of

PLAN = '''name = "a"
prompt = """
[checks]
samples = 3
"""
params.seed = 1
"odd name" = 2
checks = [{ kind = "equals" }]
[[cases]]
name = "one"
[[cases]]
name = "two"
params = { temperature = 9 }
  [axes]
  temperature = [0,
    1]
[[cases.checks]]
kind = "equals"
text = """a ""quoted"" word""\""""
inputs = [
  { x = 1.5, y = { z = [1, 2979-01-01 00:00:00] } },  # not ] the end
  {
    x = 'a # b' },
]
'''


@pytest.mark.parametrize(("path", "line"), [
    (("name",), 1), (("samples",), 0), (("params", "seed"), 6), (("odd name",), 7), (("checks", 0, "kind"), 8),
    (("cases", 1, "name"), 12), (("cases", 1, "params", "temperature"), 13), (("cases", 0, "model"), 9),
    (("axes", "temperature"), 15), (("axes", "top_p"), 14), (("axes", "temperature", 1), 16),
    (("cases", 1, "checks", 0, "text"), 19), (("cases", 1, "checks", 0, "inputs", 0, "y", "z", 1), 21),
    (("cases", 1, "checks", 0, "inputs", 1, "x"), 23), (("nothing",), 0), ((), 0),
])
def test_the_line_that_defines_most_of_a_path(path: tuple[str | int, ...], line: int) -> None:
    assert line_of(PLAN, path) == line
