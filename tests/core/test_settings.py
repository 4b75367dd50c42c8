from __future__ import annotations

import dataclasses
import typing

from workbench.core.settings import PROTOCOLS, Protocol, ProviderConfig, Settings


def test_every_protocol_has_a_title() -> None:
    assert tuple(PROTOCOLS) == typing.get_args(Protocol)


def test_defaults_are_among_the_choices_and_in_the_range() -> None:
    for one in (*dataclasses.fields(Settings), *dataclasses.fields(ProviderConfig)):
        facts = one.metadata
        if facts.get("choices"):
            assert one.default in facts["choices"], one.name
        if facts.get("low") is not None and one.default is not None:
            assert facts["low"] <= one.default <= facts["high"], one.name
