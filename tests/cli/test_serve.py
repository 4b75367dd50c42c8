"""The command serve: the built-in models for other programs, until it is stopped."""

from __future__ import annotations

import signal
import subprocess
import sys

import httpx
import pytest


@pytest.mark.process
def test_it_serves_until_it_is_stopped() -> None:
    command = [sys.executable, "-m", "workbench", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            models = httpx.get(f"{url}/models", trust_env=False).json()
            assert [model["id"] for model in models["data"]] == ["guide", "ngram"]
            body = {"model": "guide", "messages": [{"role": "user", "content": "What can you do?"}]}
            answer = httpx.post(f"{url}/chat/completions", json=body, trust_env=False).json()
            assert answer["choices"][0]["finish_reason"] == "stop"
            server.send_signal(signal.SIGINT)
            _, told = server.communicate(timeout=30)
        finally:
            server.kill()
    assert server.returncode == 0 and f"--base-url {url} --no-key" in told and "Traceback" not in told


@pytest.mark.process
def test_a_port_that_is_taken_is_a_sentence() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run([sys.executable, "-m", "workbench", "serve", "--port", str(port)],
                              capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2 and str(port) in done.stderr and "Traceback" not in done.stderr
