"""The one way in: a command, or the window."""

from __future__ import annotations

import sys


def main() -> int:
    """Runs what the arguments ask for; returns the exit code."""
    arguments = sys.argv[1:]
    if arguments and arguments[0] in _WORKERS:
        return _WORKERS[arguments[0]]()
    from workbench.cli.parser import parse

    args = parse(arguments)
    if args.command is None:
        from workbench.window_app import run_window

        return run_window(args)
    from workbench.cli.main import run_command

    return run_command(args)


def _pdf_worker() -> int:
    from workbench.files.attachments.pdf_text import worker

    worker()
    return 0


def _pdf_export_worker() -> int:
    from workbench.files.exports.pdf_printer import worker

    return worker()


def _qt_check() -> int:
    from workbench.cli.doctor import QT_CHECK

    exec(QT_CHECK)
    return 0


# A frozen program cannot start “python -m …”: it starts itself with one of these words.
_WORKERS = {"--pdf-worker": _pdf_worker, "--pdf-export-worker": _pdf_export_worker, "--qt-check": _qt_check}

if __name__ == "__main__":
    sys.exit(main())
