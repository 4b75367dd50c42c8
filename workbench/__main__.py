"""The one way in: a command, or the window."""

from __future__ import annotations

import sys


def main() -> int:
    """Runs what the arguments ask for; returns the exit code."""
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


if __name__ == "__main__":
    sys.exit(main())
