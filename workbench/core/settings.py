"""Settings and the configuration of a provider, declared once: name, type, default, title, help and range.

To add one, add a field. The settings file, the dialog and ``doctor`` are made from these classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .json_types import Json

Protocol = Literal[
    "openai-chat", "openai-responses", "anthropic-messages", "azure", "ace-conversations", "ace-conversations-2"]

PROTOCOLS: Mapping[str, str] = {
    "openai-chat": "OpenAI chat completions",
    "openai-responses": "OpenAI Responses",
    "anthropic-messages": "Anthropic Messages",
    "azure": "Azure",
    "ace-conversations": "Ace Data Cloud conversations",
    "ace-conversations-2": "Ace Data Cloud conversations, newer form",
}
"""Titles for people, by ``Protocol``."""


def setting(
    default: Any, title: str, help: str = "", *, page: str = "general", choices: Mapping[str, str] | None = None,
    low: float | None = None, high: float | None = None, placeholder: str = "", kind: Literal["", "file", "font"] = "",
) -> Any:
    """Declares a field of ``Settings`` or ``ProviderConfig``.

    ``page`` is where the dialog shows it; ``""`` means that it has no row of its own there. ``choices`` are values and
    their titles, ``placeholder`` is shown in place of an empty value, and ``kind`` tells texts apart that are chosen
    in a way of their own.
    """
    data = {"title": title, "help": help, "page": page, "choices": choices or {}, "low": low, "high": high,
            "placeholder": placeholder, "kind": kind}
    if isinstance(default, dict | list):
        kept = default
        return field(default_factory=lambda: type(kept)(kept), metadata=data)
    return field(default=default, metadata=data)


@dataclass(frozen=True)
class ProviderConfig:
    """A provider as the user configured it. Keys are never here: they live in the keyring, by origin.

    ``preset`` is the id of the shipped preset it was made from, or ``custom``. Empty or None fields mean:
    as the preset says. Times are in seconds; ``add_fields`` are merged into each request's JSON and
    ``remove_fields`` taken out of it. ``variables`` fill ``{resource}`` and the like in the base URL. The page of a
    provider shows fields of ``page="more"`` in this order in a section that folds, and places the others itself.
    """

    id: str
    name: str = setting("", "Name", "How it is called in lists.", page="more")
    preset: str = "custom"
    base_url: str = ""
    protocol: str = setting("", "Protocol", page="more", choices={"": "As the preset says", **PROTOCOLS})
    needs_key: bool | None = setting(None, "Needs a key", page="more", placeholder="As the preset says")
    headers: Mapping[str, str] = setting({}, "Extra headers", page="", placeholder="Name: value")
    add_fields: Mapping[str, Json] = setting({}, "Extra body fields", "Merged into the JSON of every request.",
                                             page="more", placeholder='{ "field": value }')
    remove_fields: tuple[str, ...] = setting((), "Body fields left out", "Names, with commas between them.",
                                             page="more")
    models: tuple[str, ...] = setting((), "Models", "Ids that its own list does not have.", page="more")
    responses_models: tuple[str, ...] = setting(
        (), "Models asked over Responses", "Ids, with commas between them; * stands for any letters. Models that "
        "answer nowhere else are known; a ! before an id has it asked over chat completions.", page="more")
    variables: Mapping[str, str] = field(default_factory=dict)
    organization: str = setting("", "Organisation", "Sent as OpenAI-Organization.", page="more")
    project: str = setting("", "Project", "Sent as OpenAI-Project.", page="more")
    connect_timeout: float | None = setting(None, "Time to connect (s)", page="more", low=1, high=120,
                                            placeholder="default")
    idle_timeout: float | None = setting(None, "Longest silence in a reply (s)", page="more", low=1, high=3600,
                                         placeholder="default")
    proxy: str = setting("", "Proxy", "Empty: as the whole program. none, http://…, socks5://…", page="more")
    ca_file: str = setting("", "Certificate authority file", page="more", placeholder="As the whole program",
                           kind="file")
    allow_plain_http: bool = setting(False, "Send the key over plain HTTP", "Anyone on the way can read it. Only do "
                                     "this on a network that is yours.", page="")
    environment_key: bool = setting(True, "Take its key from the environment", "Of a server of your own: the variable "
                                    "made from its id, such as MY_LAB_API_KEY.", page="more")
    first_token_timeout: float | None = setting(None, "Time to first token (s)", page="", low=1, high=3600,
                                                placeholder="default")
    retries: int | None = setting(None, "Retries before it", page="", low=0, high=10, placeholder="default")
    fallback: str = ""  # the id of another provider
    enabled: bool = setting(True, "Offer its models", page="more")


@dataclass(frozen=True)
class ToolServerConfig:
    """A server of tools (Model Context Protocol) as the user configured it: a command, or an address.

    ``env`` and ``headers`` hold ``KEPT`` in the place of values that lie in the keyring. ``folder`` is where the
    command runs, an empty one of its own when it is not set. ``seconds`` is the longest silence of a call.
    """

    id: str
    command: str = ""
    args: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    folder: str = ""
    url: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = setting(60.0, "Longest silence of a call (s)", page="", low=1, high=3600)
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
                            choices={"enter": "Enter", "ctrl+enter": "Ctrl + enter"})
    stream: bool = setting(True, "Show replies as they come", page="")
    alerts: bool = setting(True, "Tell what ends in the background",
                           "When a reply or an experiment ends while another window is used.")
    check_secrets: bool = setting(True, "Warn before sending what looks like a key",
                                  "Messages and files are searched for keys before they leave.")
    paste_as_file: int = setting(8000, "Attach pasted text longer than", "In characters; 0 never does.",
                                 low=0, high=1000000)
    spelling: bool = setting(True, "Check spelling", "Of what you write, by the dictionaries of this system.")
    spelling_languages: str = setting(
        "", "Languages to check", "Such as de_DE, fr. Empty: those of the system, and English.")
    spelling_words: list[str] = setting([], "Own words", page="")
    theme: str = setting("system", "Theme", page="appearance",
                         choices={"system": "System", "light": "Light", "dark": "Dark"})
    contrast: str = setting("system", "Contrast", page="appearance",
                            choices={"system": "System", "usual": "Usual", "high": "High"})
    interface_scale: int = setting(100, "Interface size", "In percent of the desktop’s.", page="appearance",
                                   low=80, high=200)
    font_size: int = setting(14, "Text size", "In pixels, of the conversation at an interface size of 100 %.",
                             page="appearance", low=9, high=32)
    code_font: str = setting("", "Code font", "Empty: the system's.", page="appearance", kind="font")
    reasoning_open: bool = setting(False, "Keep reasoning unfolded", "Of replies that are shown from then on.",
                                   page="appearance")
    proxy: str = setting("system", "Proxy", "system, none, or a URL such as http:// or socks5://.",
                         page="network")
    ca_file: str = setting("", "Certificate authority file", "PEM; empty: the system's trust store.",
                           page="network", kind="file")
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
    unlisted: list[str] = setting([], "Models left out of the list", page="")
    aliases: dict[str, str] = setting({}, "Aliases", "A short name for a provider/model.", page="models")
    presets: dict[str, Any] = setting({}, "Presets", page="")
    model_params: dict[str, Any] = setting({}, "Parameters by model", page="")
    shortcuts: dict[str, str] = setting({}, "Shortcuts", page="shortcuts")
    window: dict[str, Any] = setting({}, "Window", page="")
    providers: dict[str, ProviderConfig] = setting({}, "Providers", page="")
    tool_servers: dict[str, ToolServerConfig] = setting({}, "Servers of tools", page="")
    built_in_tools: list[str] = setting([], "Built-in tools that are switched on", page="")
    tool_folders: list[str] = setting([], "Folders that tools may read", page="")
    private_pages: bool = setting(False, "Let tools fetch pages of private networks", page="")

    def defaults_of(self, model: str) -> dict[str, Json]:
        """Returns the parameters that a chat of this ``provider/model`` (or alias) begins with."""
        params = self.model_params.get(model)
        return dict(params) if isinstance(params, dict) else {}
