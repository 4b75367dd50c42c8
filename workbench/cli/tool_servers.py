"""``workbench tools servers``: adds, removes, lists and tries servers of tools, and takes them from files."""

from __future__ import annotations

import argparse
import getpass
import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence

from workbench.core.errors import BadInput
from workbench.core.json_types import JsonObject
from workbench.core.provider_secrets import KEPT, looks_secret
from workbench.core.services import Services
from workbench.core.settings import ToolServerConfig
from workbench.core.text.formatting import counted
from workbench.core.text.sinks import for_line
from workbench.core.tools.server_secrets import into_keyring, place_of, values_in
from workbench.core.tools.tool import BUILT_IN
from workbench.core.tools.turn import Offer

from .output import DONE, result, result_json, say, table
from .streams import decoded, read_line


async def run(args: argparse.Namespace, services: Services) -> int:
    match args.server_action:
        case "add":
            await _keep(services, _from_options(args, services))
            result(f"The server of tools {args.id} is added. Try it: workbench tools servers test {args.id}")
        case "remove":
            await _remove(args.id, services)
        case "list":
            _list(args, services)
        case "test":
            return await _test(args, services)
        case "import":
            return await _import(args, services)
    return DONE


def _known(id: str, services: Services) -> ToolServerConfig:
    servers = services.settings.value.tool_servers
    if id not in servers:
        raise BadInput(f"There is no server of tools {id}. " + (
            f"There are {', '.join(servers)}." if servers else "There is none yet: workbench tools servers add."))
    return servers[id]


def _from_options(args: argparse.Namespace, services: Services) -> ToolServerConfig:
    if args.id in services.settings.value.tool_servers:
        raise BadInput(f"There is a server of tools {args.id} already. Remove it first: "
                       f"workbench tools servers remove {args.id}")
    taken = [BUILT_IN, *(tool.name for tool, _ in services.tools().built_in())]
    if args.id in taken or not re.fullmatch(r"[\w-]{1,40}", args.id):
        raise BadInput(f"A server of tools cannot be called “{args.id}”: use up to 40 letters, figures, “-” and “_”, "
                       f"and no name of a built-in tool ({', '.join(taken)}).")
    if bool(args.server_command) == bool(args.url):
        raise BadInput("Give either --command or --url.")
    if args.server_command:
        if args.headers:
            raise BadInput("--header belongs to a server with --url. For a command, give --env.")
        command, *rest = _words(args.server_command)
        folder = str(args.cwd.expanduser().resolve()) if args.cwd else ""
        return ToolServerConfig(args.id, command, tuple(rest), _values(args.env, "--env"), folder,
                                seconds=args.seconds)
    if args.env or args.cwd:
        raise BadInput("--env and --cwd belong to a server with --command. For an address, give --header.")
    _check_address(args.url)
    return ToolServerConfig(args.id, url=args.url, headers=_headers(args.headers), seconds=args.seconds)


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command, posix=os.name != "nt")
    except ValueError as error:
        raise BadInput(f"The command cannot be read: {error}. Put arguments with blanks into quotes.") from None
    if not words:
        raise BadInput("The command is empty.")
    return words


def _check_address(url: str) -> None:
    from workbench.core.api_keys import origin_of

    if not origin_of(url):
        raise BadInput(f"“{url}” is no address: it begins with https:// or http://.")
    if "@" in url.split("/")[2]:
        raise BadInput("The address holds a user name or a password. Give it as a header: --header Authorization=-")


def _values(lines: Sequence[str], option: str) -> dict[str, str]:
    """Returns what NAME=VALUE options say; a value of “-”, or none, is read without being shown."""
    found = {}
    for line in lines:
        name, _, value = line.partition("=")
        if not name.strip():
            raise BadInput(f"“{line}” is nothing for {option}: write NAME=VALUE, or NAME=- to type the value.")
        found[name.strip()] = _secret(name.strip()) if value in ("", "-") else value
    return found


def _headers(lines: Sequence[str]) -> dict[str, str]:
    from workbench.providers.http.headers import checked_header

    return {name: checked_header(name, value) for name, value in _values(lines, "--header").items()}


def _secret(name: str) -> str:
    text = getpass.getpass(f"Value of {name} (not shown): ") if sys.stdin.isatty() else read_line()
    if not text.strip():
        raise BadInput(f"There is no value for {name}. Type one, or pipe it in.")
    return text.strip()


async def _keep(services: Services, config: ToolServerConfig) -> None:
    config = await into_keyring(config, services.secrets)
    for text in config.args:
        name, _, value = text.partition("=")
        if looks_secret("", value or name):
            say(f"The arguments of {config.id} seem to hold a key, which every program on this machine can read. If "
                "the server takes it as a variable, give it with --env instead.")
    services.settings.change(tool_servers={**services.settings.value.tool_servers, config.id: config})


async def _remove(id: str, services: Services) -> None:
    config = _known(id, services)
    if KEPT in values_in(config).values():
        await services.secrets.keep_values(*place_of(config), {})
    services.settings.change(tool_servers={
        name: other for name, other in services.settings.value.tool_servers.items() if name != id})
    result(f"The server of tools {id} is removed.")


def _list(args: argparse.Namespace, services: Services) -> None:
    servers = services.settings.value.tool_servers.values()
    if args.json:
        result_json([_facts(config) for config in servers])
    elif servers:
        table([(config.id, "" if config.enabled else "off", shown(config)) for config in servers])
    else:
        say("There is no server of tools yet. Add one: workbench tools servers add ID --command COMMAND")


def _facts(config: ToolServerConfig) -> JsonObject:
    facts: JsonObject = {"id": config.id, "enabled": config.enabled, "seconds": config.seconds}
    if config.url:
        return {**facts, "url": config.url, "headers": list(config.headers)}
    return {**facts, "command": config.command, "args": list(config.args), "env": list(config.env),
            "folder": config.folder}


def shown(config: ToolServerConfig) -> str:
    """Returns what a server is, whole and on one line, without the values of variables and headers."""
    what = config.url or shlex.join([config.command, *config.args])
    names = list(values_in(config))
    return for_line(what, len(what) + 1) + (f" ({', '.join(for_line(name) for name in names)})" if names else "")


async def _test(args: argparse.Namespace, services: Services) -> int:
    report = await services.tools().test(_known(args.id, services))
    if args.json:
        result_json({"name": report.name, "version": report.version, "protocol": report.generation,
                     "tools": [tool.name for tool in report.tools], "tokens": Offer(report.tools).tokens,
                     "notes": list(report.notes)})
    else:
        named = f" ({for_line(report.name)} {for_line(report.version)})".replace(" )", ")") if report.name else ""
        result(f"{args.id}{named} answers, by the protocol of {report.generation}.")
        result(counted(len(report.tools), "It has one tool:", "It has {n} tools:") if report.tools else
               "It has no tools.")
        table([(tool.name, for_line(tool.description, 100)) for tool in report.tools], "  ")
        if report.tools:
            result(f"They take about {Offer(report.tools).tokens:,} tokens in each request that offers them all.")
        for note in report.notes:
            say(note)
    return DONE


async def _import(args: argparse.Namespace, services: Services) -> int:
    """Takes servers from a file of another program: each is shown whole and asked about, as it is a command to run."""
    from workbench.tools.server_files import MOST_BYTES, FoundServer, read_servers

    try:
        if args.file.stat().st_size > MOST_BYTES:
            raise BadInput(f"{args.file} is too large for a file of servers.")
        found = read_servers(decoded(args.file.read_bytes()))
    except OSError as error:
        raise BadInput(f"{args.file} cannot be read: {error.strerror}.") from None
    if unknown := set(args.accept) - {server.config.id for server in found}:
        raise BadInput(f"The file has no server {', '.join(sorted(unknown))}.")
    added: list[str] = []

    def wanted(server: FoundServer) -> bool:
        return server.config.id in args.accept or (not args.accept and _yes(f"Add {server.config.id}?"))

    for server in found:
        id = server.config.id
        result(f"{id}: {shown(server.config)}")
        if server.wanted:
            names = ", ".join(map(for_line, server.wanted))
            say(f"  It is given the values of {names}: those of your environment, and you are asked for others.")
        if server.problem:
            say(f"  {server.problem}")
        elif id in services.settings.value.tool_servers:
            say(f"  There is a server of tools {id} already, which stays as it is.")
        elif wanted(server):
            await _keep(services, server.filled(_ask_for(server.wanted)))
            added.append(id)
    if not added and not args.accept and not sys.stdin.isatty():
        say("Nothing was added. Look at the commands, and name those that may run here: --accept NAME")
    result(counted(len(added), "One server was added.", "{n} servers were added."))
    return DONE


def _ask_for(names: Sequence[str]) -> Mapping[str, str]:
    """Returns values for the variables that a file leaves open: those of the environment, else typed ones."""
    return {name: os.environ.get(name) or _secret(name) for name in names}


def _yes(question: str) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return read_line().strip().lower() in ("y", "yes")
