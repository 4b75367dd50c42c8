"""``workbench tools``: servers of tools, the tools that are built in, and calls of both."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from workbench.core.errors import BadInput, WorkbenchError
from workbench.core.json_types import JsonObject
from workbench.core.services import Services
from workbench.core.text.formatting import counted
from workbench.core.text.sinks import for_line
from workbench.core.tools.tool import BUILT_IN, Tool

from .output import DONE, FAILED, REFUSED, result, result_json, say, table
from .streams import read_input


async def run(args: argparse.Namespace, services: Services) -> int:
    if args.action == "servers":
        from . import tool_servers

        return await tool_servers.run(args, services)
    if args.action == "list":
        return await _list(args, services)
    if args.action == "call":
        return await _call(args, services)
    return _switch(args, services)


async def _list(args: argparse.Namespace, services: Services) -> int:
    """Prints all tools: those of servers, which are started for it, and those that are built in."""
    tools = services.tools()
    found = [(tool, on) for tool, on in tools.built_in()]
    failed = 0
    for config in services.settings.value.tool_servers.values():
        if not config.enabled:
            say(f"The server of tools {config.id} is switched off.")
            continue
        try:
            found += [(tool, True) for tool in await tools.find([config.id])]
        except WorkbenchError as error:
            say(str(error))
            failed = REFUSED
    if args.json:
        result_json([{**_facts(tool), "on": on} for tool, on in found])
    else:
        table([(tool.full_name, "" if on else "off", for_line(tool.description, 100)) for tool, on in found])
    return failed or DONE


def _facts(tool: Tool) -> JsonObject:
    return {"name": tool.full_name, "server": "" if tool.source == BUILT_IN else tool.source, "title": tool.title,
            "description": tool.description, "parameters": dict(tool.schema), "hints": dict(tool.hints)}


async def _call(args: argparse.Namespace, services: Services) -> int:
    arguments = _arguments(read_input() if args.args == "-" else args.args)
    if args.tool in services.settings.value.tool_servers:
        raise BadInput(f"“{args.tool}” names a server. Write SERVER/TOOL; “workbench tools list” names them all.")
    (tool,) = await services.tools().find([args.tool])
    fault = await asyncio.to_thread(services.validate_schema, arguments, dict(tool.schema))
    if fault:
        raise BadInput(f"The arguments do not fit {tool.full_name}: {fault.removeprefix('the answer: ')}.")
    outcome = await services.tools().call(tool, arguments, say)
    if args.json:
        result_json({"tool": tool.full_name, "arguments": arguments, "outcome": outcome.kind, "text": outcome.text,
                     "media": [mime for _, mime in outcome.media], "seconds": round(outcome.seconds, 3)})
    elif outcome.kind == "ok":
        result(outcome.text)
    else:
        say(outcome.text)
    return DONE if outcome.kind == "ok" else FAILED


def _arguments(text: str) -> JsonObject:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(f"--args is not JSON: {error}. Write it like '{{\"name\": \"value\"}}'.") from None
    if not isinstance(found, dict):
        raise BadInput("--args must be a JSON object, like '{\"name\": \"value\"}'.")
    return found


def _switch(args: argparse.Namespace, services: Services) -> int:
    """Switches built-in tools on or off, and keeps the folders that they may read."""
    settings, tools = services.settings, services.tools()
    known = [tool.name for tool, _ in tools.built_in()]
    if wrong := [name for name in args.names if name not in known]:
        raise BadInput(f"There is no built-in tool {wrong[0]}. There are {', '.join(known)}.")
    on = args.action == "enable"
    before = settings.value.built_in_tools
    names = [name for name in known if (name in args.names and on) or (name in before and name not in args.names)]
    changes: JsonObject = {"built_in_tools": list(names)}
    if on:
        if args.folders:
            changes["tool_folders"] = [*map(str, dict.fromkeys(map(_folder, args.folders)))]
        if args.private is not None:
            changes["private_pages"] = args.private
    settings.change(**changes)
    result(counted(len(names), "One built-in tool is on", "{n} built-in tools are on") + f": {', '.join(names) or '–'}")
    if {"read_file", "list_files"} & set(names):
        folders = settings.value.tool_folders
        say(f"They may read: {', '.join(folders)}" if folders else
            "No folder may be read yet: name one with --folder DIR.")
    return DONE


def _folder(path: Path) -> Path:
    folder = path.expanduser().resolve()
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder}.")
    return folder
