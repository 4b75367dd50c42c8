"""Keys of TOML that no reader should be given."""

from __future__ import annotations

import tomllib

import pytest

from workbench.core.text.toml_keys import EndlessKey, check_keys

DOTS = ".".join("a" * 150)


@pytest.mark.parametrize("text", [
    f"{DOTS} = 1", f"x = 1\n[{DOTS}]", f"[[{DOTS}]]", f"x = {{ y = 1, {DOTS} = 1 }}",
    f"  {DOTS.replace('.', ' . ')} = 1",
    ".".join(['"b c"'] * 150) + " = 1", ".".join(["'b'"] * 150) + " = 1",
])
def test_an_endless_key_is_refused(text: str) -> None:
    assert tomllib.loads(text)
    with pytest.raises(EndlessKey, match="over 100 dots"):
        check_keys(text)


@pytest.mark.parametrize("text", [
    "", "a.b.c = 1", f'x = "{DOTS}"', "x = " + "1" * 100_000, 'x = ["' + '", "'.join(["a.b"] * 5000) + '"]',
    "\n".join(f"[a{number}.b]\nc.d = {{e.f = 1}}" for number in range(5000)), "'" * 300_001, '{"' * 100_000,
])
def test_all_others_pass(text: str) -> None:
    assert check_keys(text) == text
