"""Models: their names, and facts that may be unknown."""

from __future__ import annotations

import pytest

from workbench.core.errors import BadInput
from workbench.core.request.models import ModelInfo, ModelRef


def test_model_names_split_at_the_first_slash() -> None:
    assert ModelRef.parse("openrouter/meta/llama-3") == ModelRef("openrouter", "meta/llama-3")
    assert str(ModelRef.parse(" builtin/guide ")) == "builtin/guide"
    for wrong in ("guide", "/guide", "builtin/", ""):
        with pytest.raises(BadInput, match="provider/model"):
            ModelRef.parse(wrong)


def test_what_is_not_known_is_neither_yes_nor_no() -> None:
    ref = ModelRef("p", "m")
    assert ModelInfo(ref).takes_images is None and ModelInfo(ref).title == "m"
    assert ModelInfo(ref, name="Model", input=("text", "image")).takes_images is True
    assert ModelInfo(ref, input=("text",)).takes_images is False
