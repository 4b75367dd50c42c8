"""Options of ``workbench providers add`` and ``set``: the headers of a provider and the way to its server."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workbench.core.errors import BadInput
from workbench.core.provider_secrets import KEPT, with_password
from workbench.core.settings import ProviderConfig

_TIMES = {"connect": "connect_timeout", "first-token": "first_token_timeout", "idle": "idle_timeout"}


def declare(parser: argparse.ArgumentParser) -> None:
    """Declares the options."""
    parser.add_argument("--header", metavar="NAME=VALUE", action="append", default=[], dest="headers",
                        help="send this with every request; “NAME=-” reads the value from stdin, “NAME=” removes it")
    parser.add_argument("--proxy", metavar="URL",
                        help="http://…, socks5://…, none or system; “” is what the whole program uses")
    parser.add_argument("--ca", metavar="FILE", help="certificate authority of the server, PEM; “” removes it")
    parser.add_argument("--timeout", metavar="[NAME=]SECONDS", action="append", default=[], dest="timeouts",
                        help="longest silence before and in a reply, or only NAME: connect, first-token or idle; "
                             "“NAME=” is the program's own again")
    parser.add_argument("--responses", metavar="MODELS",
                        help="ask these models over OpenAI's Responses API: ids with commas between them, * stands for "
                             "any letters, ! before an id means chat completions; “” is none")
    parser.add_argument("--retries", metavar="N", help="attempts after a failed one; “” is the program's own number")


def changed(config: ProviderConfig, args: argparse.Namespace) -> ProviderConfig:
    """Returns the configuration with the options that were given.

    Raises ``BadInput`` for a value that cannot be used.
    """
    changes: dict[str, Any] = {}
    if args.headers:
        changes["headers"] = _headers(config, args.headers)
    if args.proxy is not None:
        changes["proxy"] = _proxy(args.proxy)
    if args.ca is not None:
        changes["ca_file"] = _ca_file(args.ca)
    for text in args.timeouts:
        changes.update(_times(text))
    if args.responses is not None:
        changes["responses_models"] = tuple(filter(None, (name.strip() for name in args.responses.split(","))))
    if args.retries is not None:
        changes["retries"] = _number("retries", args.retries, whole=True)
    return dataclasses.replace(config, **changes)


def _headers(config: ProviderConfig, lines: Sequence[str]) -> dict[str, str]:
    from workbench.providers.http.headers import checked_header

    headers = dict(config.headers)
    for line in lines:
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not name:
            raise BadInput(f"“{name}” is no header: write NAME=VALUE, for instance x-portkey-provider=openai.")
        for known in [known for known in headers if known.lower() == name.lower()]:
            del headers[known]
        if value == "-":
            value = _secret(name)
        if value:
            headers[name] = checked_header(name, value)
    return headers


def _secret(name: str) -> str:
    import getpass

    from .streams import read_line

    text = getpass.getpass(f"Value of {name} (not shown): ") if sys.stdin.isatty() else read_line()
    if not text.strip():
        raise BadInput(f"There is no value for the header {name}. Type one, or pipe it in.")
    return text.strip()


def _proxy(text: str) -> str:
    text = text.strip()
    if text in ("", "none", "system"):
        return text
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https", "socks5", "socks5h") and parts.hostname and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise BadInput(f"{with_password(text, KEPT)} is no proxy. Write it as http://host:port or socks5://host:port, "
                       "or none.")
    return text


def _ca_file(text: str) -> str:
    if not text:
        return ""
    import ssl  # 10 ms, which other commands need not wait for

    path = Path(text).expanduser().absolute()
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise BadInput(f"{path} holds no certificate in PEM form. Choose the file of the authority that signed the "
                       "server's certificate.") from None
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from None
    return str(path)


def _times(text: str) -> dict[str, float | None]:
    name, equals, value = text.rpartition("=")
    if equals and name not in _TIMES:
        raise BadInput(f"There is no time limit “{name}”. There are {', '.join(_TIMES)}.")
    fields = [_TIMES[name]] if equals else ["first_token_timeout", "idle_timeout"]
    return {field: _number(field, value) for field in fields}


def _number(field: str, text: str, whole: bool = False) -> Any:
    """Returns a number within the range that the settings declare for it; None for an empty text."""
    if not text.strip():
        return None
    about = next(item.metadata for item in dataclasses.fields(ProviderConfig) if item.name == field)
    low, high = about["low"], about["high"]
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        unit = "" if whole else " seconds"
        raise BadInput(f"“{text}” should be a number from {low} to {high}{unit}.")
    return value
