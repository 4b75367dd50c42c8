"""``workbench serve``: the built-in models as an OpenAI-compatible server on this machine."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal

from workbench.core.errors import BadInput

from .output import DONE, result, say


async def run(args: argparse.Namespace) -> int:
    from workbench.providers.builtin.server import serve

    try:
        server = await serve(args.port, pace=args.pace)
    except OSError as error:
        raise BadInput(f"Port {args.port} cannot be used: {error.strerror}. Choose another with --port.") from None
    async with server:
        base = f"http://127.0.0.1:{server.port}/v1"
        result(base)
        say(f"Serving guide and ngram. Add them elsewhere with: workbench providers add local "
            f"--base-url {base} --no-key\nCtrl+C ends it.")
        stopped = asyncio.Event()
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C raises KeyboardInterrupt instead
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        await stopped.wait()
    return DONE
