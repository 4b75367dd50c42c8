"""The command runner: loads a command's module, opens what it needs, and turns errors into sentences and codes."""

from __future__ import annotations

import argparse
import asyncio
import errno
import importlib
import os
import sys

from workbench.core.errors import WorkbenchError

from .output import STOPPED, exit_code, say
from .parser import COMMANDS

WITHOUT_SERVICES = ("serve", "bench")
"""Commands that touch no data of the user."""


def run_command(args: argparse.Namespace) -> int:
    """Runs a command and returns the exit code; never raises for what the user, the disk or the network did."""
    try:
        if args.debug:
            _log(args)
        return asyncio.run(_run(args), debug=args.debug or None)
    except WorkbenchError as error:
        say(str(error))
        return exit_code(error)
    except KeyboardInterrupt:
        return STOPPED
    except OSError as error:  # the reader of our output has gone, as “| head” does; Windows calls that EINVAL
        if not isinstance(error, BrokenPipeError) and (error.errno != errno.EINVAL or error.filename is not None):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _log(args: argparse.Namespace) -> None:
    from workbench.storage.logs import configure_logging, log_to_stderr
    from workbench.storage.paths import data_folder

    if args.command in WITHOUT_SERVICES:
        log_to_stderr()
    else:
        configure_logging(data_folder(args.data_dir), debug=True)


async def _run(args: argparse.Namespace) -> int:
    command = importlib.import_module(f"workbench.cli.{COMMANDS[args.command]}")
    if args.command in WITHOUT_SERVICES:
        return int(await command.run(args))
    from workbench.app import open_services

    async with open_services(args.data_dir) as services:
        if services.store.read_only:
            say(services.store.read_only)
        return int(await command.run(args, services))
