"""The command models."""

from __future__ import annotations

from tests.cli.conftest import Cli


def test_models_of_the_built_in_provider(cli: Cli) -> None:
    models = cli("models", "builtin", "--json").json
    assert [model["model"] for model in models] == ["builtin/guide", "builtin/ngram"]
    assert cli("models", "nowhere").code == 2


def test_a_provider_without_a_readable_key_does_not_hide_the_models_of_others(cli: Cli) -> None:
    cli("providers", "add", "lmstudio", "--base-url", "http://127.0.0.1:9/v1")
    cli("providers", "add", "openai", "--base-url", "http://127.0.0.1:9/v1")
    listed = cli("models", "--refresh")
    assert listed.code != 0 and "openai: " in listed.err
    assert "builtin/guide" in listed.out
