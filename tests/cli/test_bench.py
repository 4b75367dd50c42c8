"""The command bench: every name leads to a benchmark, and others to a sentence."""

from __future__ import annotations

import importlib
import inspect

import pytest

from tests.cli.conftest import Cli
from workbench.cli.bench import BENCHMARKS


@pytest.mark.parametrize("name", BENCHMARKS)
def test_each_name_leads_to_a_benchmark(name: str) -> None:
    run = importlib.import_module(BENCHMARKS[name]).run
    assert list(inspect.signature(run).parameters) == ["name", "size"]


def test_a_name_that_is_none_is_a_sentence(cli: Cli) -> None:
    done = cli("bench", "nothing")
    assert done.code == 2 and all(name in done.err for name in BENCHMARKS)
