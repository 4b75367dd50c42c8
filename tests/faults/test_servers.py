"""Every fault of a server, through every protocol and from the command line: a sentence, and what came is kept."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, cli
from tests.conftest import Run
from tests.faults.servers import FAULTS, ServerFault
from tests.providers.support import KEY, bench
from tests.support.server import Server
from workbench.core.errors import ProviderError
from workbench.providers.http import request_attempts, stream_watchdog
from workbench.storage.settings_file import open_settings

__all__ = ["cli"]
PATHS = {
    "custom": "/v1/chat/completions", "anthropic": "/v1/messages", "azure": "/openai/deployments/m/chat/completions",
}
"""What is asked of a provider of each preset."""
MEMORY_MB = 64


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is told soon."""
    monkeypatch.setattr(stream_watchdog, "TICK", 0.02)
    monkeypatch.setattr(request_attempts, "GRACE", 0.1)


def peak_mb() -> float:
    """Returns the most memory that this process has had, in MB; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("preset", PATHS)
@pytest.mark.parametrize("fault", [pytest.param(fault, id=name) for name, fault in FAULTS.items()])
def test_a_reply_ends_with_a_sentence(server: Server, run: Run, fault: ServerFault, preset: str) -> None:
    if preset != "custom" and not fault.framed:
        pytest.skip("this fault is told in the words of another protocol")
    server.on("POST", PATHS[preset], fault.answer)
    made = bench(server, preset, "test", key=KEY, path="/v1" if preset == "custom" else "",
                 first_token_timeout=fault.patience, idle_timeout=fault.patience, retries=0)
    before = peak_mb()
    out = run(made.reply("test/m"))
    assert server.requests and server.requests[0].path == PATHS[preset]
    assert isinstance(out.failure, ProviderError) and fault.says in str(out.failure)
    assert out.text == fault.keeps and out.finished == {}
    assert len(server.requests) == 1 and KEY not in str(out.failure) + out.failure.body
    assert peak_mb() - before < MEMORY_MB


@pytest.mark.parametrize("fault", [pytest.param(fault, id=name) for name, fault in FAULTS.items()])
def test_a_command_ends_with_a_sentence(cli: Cli, server: Server, isolated: Path, fault: ServerFault) -> None:
    server.on("POST", PATHS["custom"], fault.answer)
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    settings = open_settings(isolated)
    config = replace(settings.value.providers["local"], retries=0, first_token_timeout=fault.patience,
                     idle_timeout=fault.patience)
    settings.change(providers={"local": config})
    answer = cli("ask", "-m", "local/m", "Hi")
    assert answer.code in (3, 4, 5) and answer.out.strip() == fault.keeps.strip()
    assert fault.says in answer.err and answer.err.strip() and "Traceback" not in answer.err
    (listed,) = cli("list", "--json").json
    asked, reply = cli("show", listed["id"], "--json").json["messages"]
    assert asked["parts"][0]["text"] == "Hi" and reply["status"] in ("failed", "interrupted")
