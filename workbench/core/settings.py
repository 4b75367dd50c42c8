"""Settings, declared once: name, type, default, title, description and range.

To add a setting, add a field. The settings file, the dialog and ``doctor`` are made from these classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .json_types import Json

Protocol = Literal["openai-chat", "anthropic-messages", "azure", "ace-conversations", "ace-conversations-2"]


def setting(
    default: Any, title: str, help: str = "", *, page: str = "general",
    choices: tuple[str, ...] = (), low: float | None = None, high: float | None = None,
) -> Any:
    """A field of ``Settings``. ``page`` is where the dialog shows it; ``""`` hides it."""
    data = {"title": title, "help": help, "page": page, "choices": choices, "low": low, "high": high}
    if isinstance(default, dict | list):
        kept = default
        return field(default_factory=lambda: type(kept)(kept), metadata=data)
    return field(default=default, metadata=data)


@dataclass(frozen=True)
class ProviderConfig:
    """A provider as the user configured it. Keys are never here: they live in the keyring, by origin.

    ``preset`` is the id of the shipped preset it was made from, or ``custom``. Empty or None fields mean:
    as the preset says. Times are in seconds; ``add_fields`` are merged into each request's JSON and
    ``remove_fields`` taken out of it. ``variables`` fill ``{resource}`` and the like in the base URL.
    """

    id: str
    name: str = ""
    preset: str = "custom"
    base_url: str = ""
    protocol: str = ""
    needs_key: bool | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    add_fields: Mapping[str, Json] = field(default_factory=dict)
    remove_fields: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    organization: str = ""
    project: str = ""
    proxy: str = ""  # "" as the whole program, "none", or a URL
    ca_file: str = ""
    allow_plain_http: bool = False  # the user agreed to send the key unencrypted
    connect_timeout: float | None = None
    first_token_timeout: float | None = None
    idle_timeout: float | None = None
    retries: int | None = None
    fallback: str = ""  # the id of another provider
    models: tuple[str, ...] = ()  # ids typed in by the user
    enabled: bool = True


@dataclass(frozen=True)
class Settings:
    """All settings. Frozen: a change makes a new value, which is saved and announced as a whole."""

    default_model: str = setting(
        "", "Model of a new chat", "A provider/model or an alias. Empty: what LLM_PROVIDER and LLM_MODEL of the "
        "environment name, else builtin/guide. Choosing a model in the window changes it.", page="models")
    title_model: str = setting("", "Name chats with a model",
                               "A provider/model that writes titles. Empty: the first words of the message.")
    send_key: str = setting("enter", "Send with", "The other one makes a new line.",
                            choices=("enter", "ctrl+enter"))
    stream: bool = setting(True, "Show replies as they come", page="")
    check_secrets: bool = setting(True, "Warn before sending what looks like a key",
                                  "Messages and files are searched for keys before they leave.")
    paste_as_file: int = setting(8000, "Attach pasted text longer than", "In characters; 0 never does.",
                                 low=0, high=1000000)
    theme: str = setting("system", "Theme", page="appearance", choices=("system", "light", "dark"))
    font_size: int = setting(14, "Text size", "In pixels, of the conversation.", page="appearance",
                             low=9, high=32)
    interface_scale: int = setting(100, "Interface size", "In percent; takes effect at the next start.",
                                   page="appearance", low=50, high=300)
    code_font: str = setting("", "Code font", "Empty: the system's.", page="appearance")
    reasoning_open: bool = setting(False, "Keep reasoning unfolded", "Of replies that are shown from then on.",
                                   page="appearance")
    proxy: str = setting("system", "Proxy", "system, none, or a URL such as http:// or socks5://.",
                         page="network")
    ca_file: str = setting("", "Certificate authority file", "PEM; empty: the system's trust store.",
                           page="network")
    connect_timeout: float = setting(10.0, "Time to connect", "In seconds.", page="network", low=1, high=120)
    first_token_timeout: float = setting(300.0, "Time to the first token",
                                         "In seconds. Local servers may load a model first.",
                                         page="network", low=5, high=3600)
    idle_timeout: float = setting(120.0, "Longest silence in a reply", "In seconds.",
                                  page="network", low=5, high=3600)
    retries: int = setting(2, "Retries before the first token", page="network", low=0, high=10)
    backups: bool = setting(True, "Keep rolling backups", "7 daily and 4 weekly copies.", page="data")
    favourites: list[str] = setting([], "Favourite models", page="")
    recent: list[str] = setting([], "Recent models", page="")
    aliases: dict[str, str] = setting({}, "Aliases", "A short name for a provider/model.", page="models")
    presets: dict[str, Any] = setting({}, "Presets", page="")
    model_params: dict[str, Any] = setting({}, "Parameters by model", page="")
    shortcuts: dict[str, str] = setting({}, "Shortcuts", page="shortcuts")
    window: dict[str, Any] = setting({}, "Window", page="")
    providers: dict[str, ProviderConfig] = setting({}, "Providers", page="")

    def defaults_of(self, model: str) -> dict[str, Json]:
        """The parameters with which a chat of this ``provider/model`` (or alias) begins."""
        params = self.model_params.get(model)
        return dict(params) if isinstance(params, dict) else {}
