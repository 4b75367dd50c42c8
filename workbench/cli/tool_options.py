"""Options of ``workbench tools`` and of ``ask --tools``."""

from __future__ import annotations

import argparse
from pathlib import Path


def declare(parser: argparse.ArgumentParser) -> None:
    """Declares what follows ``workbench tools``."""
    sub = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _servers(sub.add_parser("servers", help="add, remove, list, test and import servers of tools (MCP)"))
    listing = sub.add_parser("list", help="list all tools, also those of servers")
    listing.add_argument("--json", action="store_true")
    call = sub.add_parser("call", help="run a tool and print its result")
    call.add_argument("tool", metavar="SERVER/TOOL", help="or only the name of a built-in tool")
    call.add_argument("--args", metavar="JSON", default="{}", help="its arguments; “-” reads them from stdin")
    call.add_argument("--json", action="store_true")
    enable = sub.add_parser("enable", help="switch built-in tools on")
    enable.add_argument("names", metavar="NAME", nargs="+")
    enable.add_argument("--folder", metavar="DIR", type=Path, action="append", default=[], dest="folders",
                        help="let list_files and read_file read this folder, not those chosen before; may be repeated")
    enable.add_argument("--private", action=argparse.BooleanOptionalAction, default=None,
                        help="let fetch_page read from private networks, or no longer")
    sub.add_parser("disable", help="switch built-in tools off").add_argument("names", metavar="NAME", nargs="+")


def _servers(parser: argparse.ArgumentParser) -> None:
    sub = parser.add_subparsers(dest="server_action", metavar="ACTION", required=True)
    add = sub.add_parser("add", help="add a server by its command or its address")
    add.add_argument("id", metavar="ID", help="the name by which you call it")
    add.add_argument("--command", metavar="COMMAND", dest="server_command",
                     help="what starts it, with its arguments, such as “npx -y @scope/server@1.2.3 /folder”")
    add.add_argument("--url", metavar="URL", help="its address, when it is reached over HTTP")
    add.add_argument("--env", metavar="NAME=VALUE", action="append", default=[],
                     help="a variable of its environment; “NAME=-” reads the value without showing it")
    add.add_argument("--header", metavar="NAME=VALUE", action="append", default=[], dest="headers",
                     help="sent with every request; “NAME=-” reads the value without showing it")
    add.add_argument("--cwd", metavar="DIR", type=Path, help="the folder in which it runs; else an empty one")
    add.add_argument("--seconds", metavar="N", type=float, default=60.0,
                     help="longest silence of a call (default %(default)g)")
    listing = sub.add_parser("list", help="list the servers")
    listing.add_argument("--json", action="store_true")
    sub.add_parser("remove", help="forget a server and its secrets").add_argument("id", metavar="ID")
    test = sub.add_parser("test", help="start a server and say what it has")
    test.add_argument("id", metavar="ID")
    test.add_argument("--json", action="store_true")
    importing = sub.add_parser("import", help="take servers from a file of Claude Desktop, Claude Code, Cursor, "
                                              "VS Code, LM Studio or Cherry Studio; each is asked about")
    importing.add_argument("file", metavar="FILE", type=Path)
    importing.add_argument("--accept", metavar="NAME", action="append", default=[],
                           help="add this one without a question; may be repeated")


def declare_for_ask(parser: argparse.ArgumentParser) -> None:
    """Declares the options of ``ask`` that concern tools."""
    parser.add_argument("--tools", metavar="NAMES", default="",
                        help="tools that the model may call, with commas: SERVER, SERVER/TOOL or a built-in tool")
    parser.add_argument("--rounds", metavar="N", type=int, default=12,
                        help="how often the model may call tools before it must answer (default %(default)s)")
