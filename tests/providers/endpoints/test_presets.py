"""The shipped presets."""

from __future__ import annotations

from workbench.providers.endpoints.presets import presets


def test_presets_are_whole() -> None:
    for preset in presets().values():
        assert preset.protocol and preset.chat_path.startswith("/") and preset.auth["kind"]
        assert preset.base_url.startswith("http") or preset.kind == "custom"
