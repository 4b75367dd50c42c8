"""Servers of tools for tests: real processes and real HTTP over loopback."""

from __future__ import annotations

import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.waiting import PATIENCE
from workbench.core.settings import ToolServerConfig
from workbench.core.tasks import Tasks
from workbench.tools.network import Network
from workbench.tools.server import ToolServer

HERE = Path(__file__).parent
GOOD, BAD = HERE / "mcp_server.py", HERE / "bad_server.py"


async def no_proxy() -> str:
    return "none"


NETWORK = Network(no_proxy, ssl.create_default_context)
MakeServer = Callable[..., ToolServer]


def python(script: Path, *arguments: str) -> tuple[str, tuple[str, ...]]:
    """Returns the command that runs a script of this folder."""
    return sys.executable, ("-P", str(script), *arguments)


@pytest.fixture
def make(run: Run) -> Iterator[MakeServer]:
    """``make(script, *arguments, seconds=10, values={}, url="")``: a server, which is closed with the test."""
    made: list[ToolServer] = []
    tasks = Tasks()

    def server(script: Path | None = None, *arguments: str, seconds: float = 10, url: str = "",
               values: dict[str, str] | None = None) -> ToolServer:
        command, args = python(script, *arguments) if script else ("", ())
        config = ToolServerConfig("test", command, args, url=url, seconds=seconds)
        one = ToolServer(config, values or {}, NETWORK, tasks)
        made.append(one)
        return one

    async def close() -> None:
        for one in made:
            await one.close()
        await tasks.close()

    yield server
    run(close())


@pytest.fixture
def over_http() -> Iterator[Callable[..., str]]:
    """``over_http()``: the address of the good server, which runs in a process of its own."""
    with ExitStack() as running:
        def start() -> str:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            process = subprocess.Popen([sys.executable, "-P", str(GOOD), "http", str(port)], stdin=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL, env={**os.environ})
            running.callback(process.wait)
            running.callback(process.kill)
            end = time.monotonic() + PATIENCE
            while not _answers(port):
                assert process.poll() is None and time.monotonic() < end
                time.sleep(0.02)
            return f"http://127.0.0.1:{port}/mcp"

        yield start


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
