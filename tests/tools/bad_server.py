"""A server of tools that misbehaves, by hand and without the SDK: ``python bad_server.py MODE``. It speaks the older
generation of the protocol."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any

mode = sys.argv[1]
TOOL = {"name": "go", "description": "Goes.", "inputSchema": {
    "$schema": "http://json-schema.org/draft-07/schema#", "type": "object"}}


def write(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def send(message: dict[str, Any]) -> None:
    write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")


def tools(params: dict[str, Any]) -> dict[str, Any]:
    match mode:
        case "twice":
            return {"tools": [TOOL, TOOL]}
        case "cursor":
            return {"tools": [TOOL] if not params.get("cursor") else [], "nextCursor": "again"}
        case "no-schema":
            return {"tools": [TOOL, {"name": "bare"}]}
        case "huge-schema":
            return {"tools": [TOOL, {**TOOL, "name": "huge", "description": "x" * 300_000}]}
    return {"tools": [TOOL]}


def call(id: Any) -> dict[str, Any]:
    match mode:
        case "silent-call":
            time.sleep(600)
        case "long-line":
            return {"content": [{"type": "text", "text": "x" * 9_000_000}]}
        case "endless-line":
            while True:
                write(b"x" * 1_000_000)
        case "flood":
            note = json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": {
                "level": "info", "data": "x"}}).encode() + b"\n"
            while True:
                write(note * 100)
        case "unknown-content":
            return {"content": [{"type": "hologram", "data": "x"}]}
        case "bad-bytes":
            write(b"\xff\xfe broken\n")
        case "wrong-id":
            send({"id": 12345, "result": {"content": []}})
        case "both":
            return {"content": [{"type": "text", "text": "said"}], "structuredContent": {"a": 1}}
        case "structured":
            return {"content": [], "structuredContent": {"a": 1}}
        case "link":
            return {"content": [{"type": "resource_link", "uri": "http://127.0.0.1:1/x", "name": "a file"},
                                {"type": "resource", "resource": {"uri": "a://b", "text": "inside"}}]}
    return {"content": [{"type": "text", "text": "gone"}]}


if mode == "exits":
    sys.exit("The key is missing.")
if mode == "deaf":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if mode == "chatty":
    write("Starting up … ready!\n\n".encode())
for line in sys.stdin:
    message = json.loads(line)
    id, method = message.get("id"), message.get("method")
    if mode == "silent" or id is None:
        continue
    if mode == "chatty":
        write(b"A log line.\n")
    if method == "initialize":
        send({"id": id, "result": {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                                   "serverInfo": {"name": "bad", "version": "0"}}})
    elif method == "tools/list":
        send({"id": id, "result": tools(message.get("params") or {})})
    elif method == "tools/call":
        send({"id": id, "result": call(id)})
    else:
        send({"id": id, "error": {"code": -32601, "message": "Method not found"}})
if mode == "deaf":
    while True:
        os.write(2, b"still here\n")
        time.sleep(600)
