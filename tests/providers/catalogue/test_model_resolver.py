"""Names of models: aliases, providers, similar names, and the model of a new chat."""

from __future__ import annotations

from typing import Any

import pytest

from tests.providers.support import offline
from workbench.core.errors import BadInput
from workbench.core.request.models import ModelRef
from workbench.core.settings import ProviderConfig


def test_names() -> None:
    own = {"local": ProviderConfig("local", base_url="http://localhost:1/v1", models=("tiny", "big/one"))}
    made = offline(providers=own, aliases={"fast": "local/tiny", "two": "local/tiny, groq/x"}).providers
    assert made.resolve("fast") == made.resolve("two") == ModelRef("local", "tiny")
    assert made.resolve(" local/big/one ") == ModelRef("local", "big/one")
    assert made.resolve("local/typed-in") == ModelRef("local", "typed-in")
    assert made.resolve("tiny") == ModelRef("local", "tiny")
    assert made.resolve("groq/openai/gpt-oss-120b") == ModelRef("groq", "openai/gpt-oss-120b")
    with pytest.raises(BadInput, match=r"no provider “locl”\. Did you mean local"):
        made.resolve("locl/tiny")
    with pytest.raises(BadInput, match="Did you mean fast"):
        made.resolve("fats")
    with pytest.raises(BadInput, match=r"Did you mean .*local/big/one"):
        made.resolve("big")
    with pytest.raises(BadInput, match="Write provider/model"):
        made.resolve("zzzzzz")


def test_all_configured_providers_are_named_to_one_that_none_is_like() -> None:
    own = {f"server-{number}": ProviderConfig(f"server-{number}", base_url="http://x/v1") for number in range(30)}
    with pytest.raises(BadInput, match=r"Configured are builtin, server-0, .*server-29\."):
        offline(providers=own).providers.resolve("zzz/tiny")


def default_model(environ: dict[str, str], **settings: Any) -> str:
    return offline(environ, **settings).providers.default_model()


def test_a_new_chat_asks_what_the_environment_names_until_the_user_chooses() -> None:
    named = {"LLM_PROVIDER": "groq", "LLM_MODEL": "maker/fast"}
    assert default_model({}) == "builtin/guide"
    assert default_model({"LLM_MODEL": "maker/fast"}) == "builtin/guide", "other programs use that name"
    assert default_model({"OPENAI_BASE_URL": "https://x/v1"}) == "builtin/guide", "it names no provider"
    assert default_model(named) == "groq/maker/fast"
    assert default_model(named, default_model="builtin/ngram") == "builtin/ngram"
    first = default_model({"LLM_PROVIDER": "groq"})
    assert first.startswith("groq/") and len(first) > len("groq/")
    unknown = {"LLM_PROVIDER": "mine", "BASE_URL": "https://x/v1"}
    assert default_model(unknown) == "builtin/guide", "none of its models is known"
