"""``workbench serve``: the built-in models as an OpenAI-compatible server on this machine."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal

from .output import DONE, result, say


async def run(args: argparse.Namespace) -> int:
    from workbench.providers.builtin.server import Server

    async with Server(args.port, tokens_per_second=args.pace, origins=args.origins) as server:
        result(server.base_url)
        say(f"Serving guide and ngram. Add them elsewhere with: workbench providers add local "
            f"--base-url {server.base_url} --no-key\nCtrl+C ends it.")
        stopped = asyncio.Event()
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C raises KeyboardInterrupt instead
            for number in (signal.SIGINT, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        await stopped.wait()
    return DONE
