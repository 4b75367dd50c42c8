"""The shipped presets."""

from __future__ import annotations

from workbench.providers.endpoints.presets import presets, public_presets


def test_presets_are_whole() -> None:
    for preset in presets().values():
        assert preset.protocol and preset.chat_path.startswith("/") and preset.auth["kind"]
        assert preset.base_url.startswith("http") or preset.kind == "custom"


def test_the_public_values_are_made_once() -> None:
    assert public_presets() is public_presets()
    assert [preset.id for preset in public_presets()] == list(presets())
    azure = next(preset for preset in public_presets() if preset.id == "azure")
    assert azure.needs_key and azure.variables == ("resource",) and "AZURE_OPENAI_API_KEY" in azure.key_env
