"""Names of providers, as the window shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.core.ports.providers import Providers

CUSTOM = "custom"
"""The preset of every server without a preset of its own; its name says nothing about which one is meant."""


def provider_names(providers: Providers) -> dict[str, str]:
    """Returns the names for people, by id: the user's own, else the preset's, else the id."""
    return dict(providers.names())
