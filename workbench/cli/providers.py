"""``workbench providers``: the configured servers."""

from __future__ import annotations

import argparse
import dataclasses
import os
from typing import Any

from workbench.core.errors import BadInput, KeyringUnavailable
from workbench.core.json_types import JsonObject
from workbench.core.ports.providers import ProviderPreset
from workbench.core.provider_secrets import KEPT, into_keyring, with_password
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig

from .output import DONE, result, result_json, say, table
from .provider_options import changed


async def run(args: argparse.Namespace, services: Services) -> int:
    actions = {"list": _list, "show": _show, "add": _add, "set": _set, "remove": _remove, "test": _test,
               "import-env": _import_env}
    return await actions[args.action](args, services)


async def _list(args: argparse.Namespace, services: Services) -> int:
    configured = services.providers.configs()
    if args.json:
        result_json({
            "providers": [_as_json(config) for config in configured],
            "presets": [dataclasses.asdict(preset) for preset in services.providers.presets()],
        })
        return DONE
    table([(config.id, config.name or config.id, config.base_url or "in the program")
           for config in configured])
    known = {config.id for config in configured}
    others = ", ".join(preset.id for preset in services.providers.presets() if preset.id not in known)
    say(f"\nReady to add with “workbench providers add ID”: {others}")
    return DONE


async def _show(args: argparse.Namespace, services: Services) -> int:
    config = _config(args.id, services)
    lessons = services.providers.lessons(config.id)
    data = _as_json(config)
    if args.json:
        result_json({**data, "learned": lessons})
        return DONE
    general = dataclasses.asdict(ProviderConfig(""))
    table([(name, _words(value)) for name, value in data.items() if value != general[name] or name == "base_url"])
    for model, known in lessons.items():
        result(f"\nLearned of {config.id}/{model}:")
        table([row for lesson in known for row in _rows(lesson)], "  ")
    if lessons:
        say("\n“workbench forget PROVIDER/MODEL [PARAMETER]” forgets it.")
    return DONE


def _as_json(config: ProviderConfig) -> dict[str, Any]:
    """Returns a configuration as it may be shown: headers and proxies often hold secrets."""
    return {**dataclasses.asdict(config), "headers": dict.fromkeys(config.headers, KEPT),
            "proxy": with_password(config.proxy, KEPT)}


def _rows(lesson: JsonObject) -> list[tuple[str, str, str, str]]:
    """Returns a lesson with its words, and below them the fields of the request that was refused."""
    rows = [(str(lesson["parameter"]), str(lesson["state"]), _where(lesson), str(lesson["reason"]))]
    fields = lesson.get("sent")
    if isinstance(fields, list) and fields:
        rows.append(("", "", "", f"The refused request held: {', '.join(map(str, fields))}."))
    return rows


def _where(lesson: JsonObject) -> str:
    """Returns the combination of parameters that a lesson holds for."""
    beside, without = (", ".join(map(str, names)) if isinstance(names := lesson.get(field), list) else ""
                       for field in ("beside", "without"))
    return f"beside {beside}" if beside else f"without {without}" if without else "always"


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text}" for name, text in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


async def _set(args: argparse.Namespace, services: Services) -> int:
    preset = _preset(args.id, services)
    known = any(config.id == args.id for config in services.providers.configs())
    config = _of_preset(preset) if preset is not None and not known else _config(args.id, services)
    if config.id == "builtin":
        raise BadInput("The built-in provider is part of the program: there is nothing to set.")
    new = changed(config, args)
    if args.protocol:
        new = dataclasses.replace(new, protocol=args.protocol)
    if new == config and known:
        say("Nothing was given that differs. “workbench providers set --help” lists the options.")
        return DONE
    new = await _without_secrets(new, services)
    services.settings.change(providers={**services.settings.value.providers, config.id: new})
    result(f"Changed {config.id}.")
    return DONE


async def _add(args: argparse.Namespace, services: Services) -> int:
    if "/" in args.id or args.id != args.id.strip() or not args.id:
        raise BadInput("An id has no slash or spaces around it: it stands before the slash of a model.")
    if args.id in services.settings.value.providers:
        raise BadInput(f"There is a provider {args.id} already. Remove it first, or choose another id.")
    preset = _preset(args.id, services)
    if preset is None and not args.base_url:
        known = ", ".join(known.id for known in services.providers.presets())
        raise BadInput(f"{args.id} is no preset. Add --base-url URL for a server of your own, or choose one "
                       f"of: {known}.")
    config = ProviderConfig(
        id=args.id, name=args.name or (preset.name if preset else args.id),
        preset=preset.id if preset and not (args.base_url and args.protocol) else "custom",
        base_url=args.base_url or (preset.base_url if preset else ""),
        protocol=args.protocol or (preset.protocol if preset else "openai-chat"),
        needs_key=False if args.no_key else True if preset is None else None,
        variables=dict(_pair(text) for text in args.variables),
    )
    config = changed(config, args)
    if args.base_url:
        services.providers.origin(config)  # raises BadInput when nothing can be sent to that address
    config = await _without_secrets(config, services)
    services.settings.change(providers={**services.settings.value.providers, config.id: config})
    result(f"Added {config.id} ({config.base_url or 'base URL to be set'}).")
    needs = not args.no_key and (preset.needs_key if preset else True)
    if needs:
        say(f"It needs a key: workbench keys set {config.id}")
    return DONE


async def _without_secrets(config: ProviderConfig, services: Services) -> ProviderConfig:
    """Moves secrets of headers and the proxy into the keyring; where there is none, says that they stay in the file."""
    try:
        return await into_keyring(config, services.secrets, services.providers.origin(config))
    except BadInput:  # without an address nothing can be sent yet
        return config
    except KeyringUnavailable as error:
        say(f"Secrets in headers or in the proxy's address stay in the settings file, which only you may read: {error}")
        return config


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise BadInput(f"“{text}” should be NAME=VALUE.")
    return name, value


def _of_preset(preset: ProviderPreset) -> ProviderConfig:
    return ProviderConfig(preset.id, preset.name, preset.id, preset.base_url, preset.protocol)


def _preset(preset_id: str, services: Services) -> ProviderPreset | None:
    return next((known for known in services.providers.presets() if known.id == preset_id), None)


def _config(provider_id: str, services: Services) -> ProviderConfig:
    for config in services.providers.configs():
        if config.id == provider_id:
            return config
    raise BadInput(f"There is no provider {provider_id}. “workbench providers list” shows them.")


async def _remove(args: argparse.Namespace, services: Services) -> int:
    config = _config(args.id, services)
    if config.id == "builtin":
        raise BadInput("The built-in provider is part of the program and stays.")
    rest = {name: value for name, value in services.settings.value.providers.items() if name != config.id}
    services.settings.change(providers=rest)
    try:
        await services.secrets.remove(config.id, services.providers.origin(config))
        await services.secrets.keep_values(config.id, services.providers.origin(config), {})
    except KeyringUnavailable as error:
        say(f"Its key, if there is one, was not removed: {error}")
    result(f"Removed {config.id}.")
    return DONE


async def _test(args: argparse.Namespace, services: Services) -> int:
    result(await services.providers.test(_config(args.id, services)))
    return DONE


async def _import_env(args: argparse.Namespace, services: Services) -> int:
    """Moves keys found in the environment into the keyring, and adds their providers."""
    found = 0
    for preset in services.providers.presets():
        name = next((name for name in preset.key_env if os.environ.get(name)), None)
        if name is None or not preset.base_url or preset.variables:
            continue
        providers = services.settings.value.providers
        config = providers.get(preset.id) or _of_preset(preset)
        await services.secrets.set(config.id, services.providers.origin(config), os.environ[name])
        services.settings.change(providers={**providers, config.id: config})
        result(f"{name} is in the keyring now, for {config.id}.")
        found += 1
    if not found:
        result("No key was found in the environment.")
    else:
        say("The variables can be taken out of your shell's start files now.")
    return DONE
