"""The built-in models, read and trained once for all tests."""

from __future__ import annotations

import pytest

from workbench.providers.builtin.engine import Engine
from workbench.providers.builtin.guide import Guide
from workbench.providers.builtin.ngram import NGram


@pytest.fixture(scope="session")
def engine() -> Engine:
    engine = Engine()
    engine.load()
    return engine


@pytest.fixture
def guide(engine: Engine) -> Guide:
    return engine.load()[0]


@pytest.fixture
def ngram(engine: Engine) -> NGram:
    return engine.load()[1]
