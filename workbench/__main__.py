"""The one way in: a command, or the window."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> int:
    """Runs what the arguments ask for; returns the exit code."""
    _import_nothing_from_here()
    arguments = sys.argv[1:]
    if arguments == ["--worker"]:
        from workbench.core.processes.worker_process import main as work

        return work()
    from workbench.cli.parser import parse
    from workbench.cli.streams import prepare_output

    prepare_output()
    args = parse(arguments)
    if args.command is None:
        from workbench.window_app import run_window

        return run_window(args)
    from workbench.cli.main import run_command

    return run_command(args)


def _import_nothing_from_here() -> None:
    """Takes the folder that the user stands in out of what is imported from: an empty or relative entry in
    ``PYTHONPATH`` puts it there. What Python itself imported before is beyond reach."""
    entries = os.environ.get("PYTHONPATH")
    if entries is not None and not sys.flags.ignore_environment:
        here = {os.path.abspath(entry)  # noqa: PTH100 - as Python made it
                for entry in entries.split(os.pathsep) if not Path(entry).is_absolute()}
        sys.path[:] = [entry for entry in sys.path if entry not in here]


if __name__ == "__main__":
    if not (sys.flags.safe_path or getattr(sys, "frozen", False)):
        del sys.path[0]  # which “python -m” sets to the folder that the user stands in
    sys.exit(main())
