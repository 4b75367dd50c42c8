"""A real server of tools, written with the SDK: ``python mcp_server.py [stdio|http PORT]``.

It speaks both generations of the protocol, so that clients choose the newer one. NOTE names a file that it writes to at
its start and when a call begins or is cancelled.
"""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

import anyio
from mcp.server.mcpserver import Context, Image, MCPServer

server = MCPServer("test-server", version="1.2.3")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")


def note(text: str) -> None:
    if path := os.environ.get("NOTE"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(text + "\n")


@server.tool()
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


@server.tool()
def echo(text: str) -> str:
    """Returns its text."""
    return text


@server.tool()
def environment() -> str:
    """Returns the names of the environment's variables, and the value of SECRET."""
    return " ".join(sorted(os.environ)) + f" SECRET={os.environ.get('SECRET', '')} cwd={Path.cwd()}"


@server.tool()
def fail() -> str:
    """Fails."""
    raise ValueError("The disk is on fire.")


@server.tool()
def picture() -> Image:
    """Returns a picture."""
    return Image(data=PNG, format="png")


@server.tool()
async def wait(seconds: float, context: Context) -> str:
    """Waits, and says how far it is."""
    note("began")
    try:
        for step in range(10):
            await context.report_progress(step, 10, f"step {step}")
            await anyio.sleep(seconds / 10)
    except anyio.get_cancelled_exc_class():
        note("cancelled")
        raise
    return "done"


@server.tool()
def die() -> str:
    """Ends the server's process."""
    sys.stderr.write("I am dying.\n")
    sys.stderr.flush()
    os._exit(7)


@server.tool()
def flood() -> str:
    """Writes without end."""
    while True:
        os.write(1, b"x" * 65536)


@server.tool()
def long_text(size: int) -> str:
    """Returns a long text."""
    return "x" * size


if __name__ == "__main__":
    note(f"started as {os.getpid()}")
    if sys.argv[1:2] == ["http"]:
        server.run("streamable-http", port=int(sys.argv[2]))
    else:
        server.run("stdio")
