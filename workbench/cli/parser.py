"""The arguments of every command, in one place: this is the contract with scripts."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn, get_args

from workbench import __version__
from workbench.core.errors import BadInput
from workbench.core.settings import Protocol
from workbench.core.text.sinks import for_terminal
from workbench.core.text.surrogates import join_surrogates
from workbench.files.exports.formats import FORMATS, format_of

from . import provider_options, tool_options

COMMANDS: dict[str, str] = {
    "ask": "ask", "providers": "providers", "keys": "keys", "models": "models", "probe": "probe",
    "sweep": "sweep", "search": "history", "list": "history", "show": "history", "import": "import_export",
    "export": "import_export", "backup": "backup", "restore": "backup", "serve": "serve", "doctor": "doctor",
    "bench": "bench", "forget": "forget", "tools": "tools",
}
"""Command → the module of this package that runs it, imported only then."""


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Parses the arguments; ``command`` is None when a window is to open. Of what is no path, bytes that are not in
    UTF-8 are replaced, as they would be in a window.

    Exits with 2 and a sentence on wrong usage.
    """
    args = _parser_for(arguments).parse_args(arguments)
    for name, value in vars(args).items():
        setattr(args, name, _as_text(value))
    return args


def _as_text(value: object) -> object:
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return join_surrogates(value) if isinstance(value, str) else value


def _parser_for(arguments: Sequence[str]) -> argparse.ArgumentParser:
    first = next((word for word in _without_common(arguments) if not word.startswith("-")), None)
    if first in COMMANDS and _is_command(arguments, first):
        return _command_parser()
    if {"-h", "--help"} & set(arguments):
        return _command_parser()
    return _window_parser()


def _without_common(arguments: Sequence[str]) -> list[str]:
    """Returns the words without the options that commands and the window share."""
    words = [word for word in arguments if word != "--debug"]
    if "--data-dir" in words:
        at = words.index("--data-dir")
        del words[at : at + 2]
    return words


def _is_command(arguments: Sequence[str], word: str) -> bool:
    """Returns whether the word is meant as a command: after options of the window it is a file of that name."""
    words = _without_common(arguments)
    return words[0] == word or all(option.startswith("--data-dir=") for option in words[: words.index(word)])


class _Parser(argparse.ArgumentParser):
    """A parser whose refusals act in no terminal: a name of a file may be among the arguments."""

    def error(self, message: str) -> NoReturn:
        super().error(for_terminal(message))


def _window_parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="workbench", description="Opens the window. “workbench --help” lists the commands."
    )
    _common(parser)
    parser.add_argument("--model", metavar="PROVIDER/MODEL", help="open a new chat with this model")
    parser.add_argument("--chat", metavar="ID", help="open this chat")
    parser.add_argument("--new-window", action="store_true", help="open one more window on the same chats")
    parser.add_argument("--safe-mode", action="store_true", help="draw in software and open a new chat")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="attach to a new message")
    parser.set_defaults(command=None)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--version", action="version", version=f"Chat Workbench {__version__}")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where everything of yours lies")
    parser.add_argument("--debug", action="store_true", help="log more, also to stderr")


def _command_parser() -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = _Parser(
        prog="workbench",
        description="A desktop workbench for chatting with, tuning and comparing language models.",
        epilog="Without a command: [--model PROVIDER/MODEL] [--chat ID] [FILE…] opens the window.",
    )
    _common(parser)
    sub = parser.add_subparsers(dest="command", metavar="COMMAND")
    _ask(sub.add_parser("ask", help="get one reply, streamed to stdout"))
    _providers(sub.add_parser("providers", help="list, show, add, change, remove and test providers"))
    _keys(sub.add_parser("keys", help="keep API keys in the system keyring"))
    tool_options.declare(sub.add_parser("tools", help="servers of tools, built-in tools, and calls of both"))
    models = sub.add_parser("models", help="list models with context, price and abilities")
    models.add_argument("provider", nargs="?", help="only this provider's")
    models.add_argument("--refresh", action="store_true", help="ask the servers")
    models.add_argument("--json", action="store_true")
    probe = sub.add_parser("probe", help="measure what a model's endpoint accepts")
    probe.add_argument("model", metavar="PROVIDER/MODEL")
    probe.add_argument("--json", action="store_true")
    probe.add_argument("-o", "--output", type=Path, metavar="FILE", help="save the report, as .md or .json")
    forget = sub.add_parser("forget", help="forget what a model's endpoint was found to refuse")
    forget.add_argument("model", metavar="PROVIDER/MODEL")
    forget.add_argument("parameter", nargs="?", default="", metavar="PARAMETER", help="only what is known of this one")
    _sweep(sub.add_parser(
        "sweep", help="run an experiment from a plan",
        epilog="Exit codes: 0 all is well; 1 a cell misses its pass rate, or is proven bad by a gate or --since; 2 the "
               "plan or the command is wrong; 3 something could not be asked, checked or compared, or max_cost is "
               "reached; 4 the server could not be reached."))
    _history(sub)
    _import_export(sub)
    serve = sub.add_parser("serve", help="serve the built-in models on 127.0.0.1, OpenAI-compatible")
    serve.add_argument("--port", type=int, default=8765, help="0 chooses a free one (default %(default)s)")
    serve.add_argument("--pace", type=float, metavar="N", help="tokens per second of each reply")
    serve.add_argument("--allow-origin", metavar="ORIGIN", action="append", default=[], dest="origins",
                       help="let web pages of this origin use it, such as https://app.example; may be repeated")
    doctor = sub.add_parser("doctor", help="say what the program finds on this machine")
    doctor.add_argument("--json", action="store_true")
    doctor.add_argument("--report", metavar="FILE", type=Path,
                        help="write what helps to find a fault into a file, without contents and keys")
    bench = sub.add_parser("bench", help="measure speed and memory")
    bench.add_argument("name", metavar="NAME", help="start, stream, open, scroll, resize, search, store, …")
    bench.add_argument("--size", type=int, help="how much, in the benchmark's own unit")
    bench.add_argument("--json", action="store_true")
    return parser


def _ask(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("prompt", metavar="PROMPT", help="“-” reads it from stdin")
    parser.add_argument("-m", "--model", metavar="PROVIDER/MODEL")
    parser.add_argument("-s", "--system", metavar="TEXT", help="system prompt")
    parser.add_argument("-a", "--attach", metavar="FILE", type=Path, action="append", default=[])
    parser.add_argument("-p", "--param", metavar="NAME=VALUE", action="append", default=[])
    parser.add_argument("--continue", dest="continue_id", metavar="ID", help="add to this chat")
    parser.add_argument("--no-save", action="store_true", help="keep nothing of it")
    tool_options.declare_for_ask(parser)
    parser.add_argument("--allow", choices=("never", "ask", "always"), default=None,
                        help="whether calls run: after a question (the default in a terminal), always, or never")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of the streamed text")


def _providers(parser: argparse.ArgumentParser) -> None:
    sub = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    listing = sub.add_parser("list", help="configured providers and presets")
    listing.add_argument("--json", action="store_true")
    add = sub.add_parser("add", help="add a preset by its id, or a custom server")
    add.add_argument("id", metavar="ID")
    add.add_argument("--base-url", metavar="URL")
    add.add_argument("--protocol", choices=get_args(Protocol))
    add.add_argument("--name")
    add.add_argument("--no-key", action="store_true", help="the server needs no key")
    add.add_argument("--set", metavar="NAME=VALUE", action="append", default=[], dest="variables",
                     help="a value for the base URL, such as resource=my-company")
    provider_options.declare(add)
    change = sub.add_parser("set", help="change headers, proxy, certificates and time limits of a provider")
    change.add_argument("id", metavar="ID")
    change.add_argument("--protocol", choices=get_args(Protocol))
    provider_options.declare(change)
    show = sub.add_parser("show", help="show a provider, and what its models were found to refuse")
    show.add_argument("id", metavar="ID")
    show.add_argument("--json", action="store_true")
    for action, text in (("remove", "forget a provider and its key"), ("test", "test the connection")):
        sub.add_parser(action, help=text).add_argument("id", metavar="ID")
    sub.add_parser("import-env", help="move keys from the environment into the keyring")


def _keys(parser: argparse.ArgumentParser) -> None:
    sub = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    for action, text in (
        ("set", "keep a key, read from the terminal without echo, or from stdin"),
        ("remove", "forget a key"), ("status", "say whether there is a key"),
    ):
        sub.add_parser(action, help=text).add_argument("provider", metavar="PROVIDER")


def _sweep(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", type=Path, metavar="PLAN.toml")
    parser.add_argument("-o", "--output", type=Path, metavar="DIR", help="where results go (default: PLAN-results)")
    parser.add_argument("--resume", action="store_true", help="repeat nothing that is in DIR already")
    parser.add_argument("--retry-failed", action="store_true",
                        help="ask only the requests in DIR again that failed; answers stay as they are")
    parser.add_argument("--try", dest="try_on", metavar="FILE", type=Path,
                        help="make the checks on the answer in FILE (“-”: stdin), and ask no model but judges")
    parser.add_argument("--allow-code", action="store_true", help="run the Python code of the plan's checks")
    cache = parser.add_mutually_exclusive_group()
    cache.add_argument("--cache", action="store_true",
                       help="take any answer of the last 30 days, not only those with a seed or temperature 0")
    cache.add_argument("--no-cache", action="store_true", help="ask everything anew")
    parser.add_argument("--since", metavar="DIR", type=Path, help="compare with the run in that folder")
    parser.add_argument("--junit", metavar="FILE", type=Path, help="write the cells as JUnit tests, for build servers")
    parser.add_argument("--summary", metavar="FILE", type=Path, help="write a summary in Markdown")
    parser.add_argument("--dry-run", action="store_true", help="say what it would take, and send nothing")


def _history(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    search = sub.add_parser("search", help="search all chats")
    search.add_argument("query", metavar="QUERY")
    listing = sub.add_parser("list", help="list chats, newest first")
    listing.add_argument("--limit", type=int, default=50)
    show = sub.add_parser("show", help="print a chat")
    show.add_argument("id", metavar="ID")
    for parser in (search, listing, show):
        parser.add_argument("--json", action="store_true")


def _export_format(text: str) -> str:
    try:
        format_of(text)
    except BadInput as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _import_export(sub: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    importing = sub.add_parser("import", help="bring chats from files of this and other programs")
    importing.add_argument("files", nargs="+", type=Path, metavar="FILE")
    importing.add_argument("--dry-run", action="store_true", help="say what would come, and change nothing")
    importing.add_argument("--json", action="store_true")
    export = sub.add_parser("export", help="write chats to files")
    export.add_argument("ids", nargs="*", metavar="ID")
    export.add_argument("--all", action="store_true")
    export.add_argument("--format", choices=tuple(FORMATS), type=_export_format, default="md")
    export.add_argument("-o", "--output", type=Path, required=True, metavar="PATH")
    export.add_argument("--branches", action="store_true", help="all branches, not only the shown line (json always)")
    export.add_argument("--folder", metavar="NAME", help="the chats in a folder and those below it")
    export.add_argument("--no-reasoning", action="store_true")
    export.add_argument("--no-parameters", action="store_true", help="without what was asked for")
    export.add_argument("--no-metrics", action="store_true", help="without times, tokens and cost")
    export.add_argument("--no-details", action="store_true", help="without parameters and metrics")
    export.add_argument("--no-attachments", action="store_true")
    export.add_argument("--images-inside", action="store_true", help="Markdown: images in the file, not beside it")
    for name, text in (("backup", "copy the whole store, safe while running"),
                       ("restore", "bring a backup back")):
        parser = sub.add_parser(name, help=text)
        parser.add_argument("path", type=Path, metavar="PATH")
        if name == "restore":
            parser.add_argument("--replace", action="store_true",
                                help="instead of merging it into what is there")
