"""What each provider does, as a table: its stream, list and error stand in ``wire/`` under its id.

Every stream says ``Hello there`` (most after thinking ``Let me see.``) and counts 10 tokens in, 5 out, in
the server's own way; what differs from that is in the table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WIRE = Path(__file__).parent / "wire"

ASKED: dict[str, Any] = {"temperature": 1.9, "max_tokens": 50, "seed": 7, "stop": ["END"]}
"""The parameters of each request."""


@dataclass(frozen=True)
class Vendor:
    """``body`` is what the parameters (and what comes with them) become; ``models`` the ids of its list;
    ``error`` the status, the kind and a piece of the sentence for its error body."""

    preset: str
    model: str
    body: Mapping[str, Any]
    error: tuple[int, str, str]
    models: tuple[str, ...] = ()
    listing: str = "/models"
    base: str = "/v1"
    chat: str = "/chat/completions"
    key_header: tuple[str, str] = ("authorization", "Bearer ")
    reasoning: str = "Let me see."
    finish: str = "stop"
    usage: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def file(self, suffix: str) -> bytes:
        return (WIRE / f"{self.preset}.{suffix}").read_bytes()


USUAL = {"temperature": 1.9, "max_tokens": 50, "seed": 7, "stop": ["END"]}
COUNTED = {"stream_options": {"include_usage": True}}

VENDORS = (
    Vendor("acedatacloud", "claude-sonnet-4-5-20250929", USUAL,
           (400, "key", "does not match this service"),
           ("claude-sonnet-4-5-20250929", "gpt-4.1")),
    Vendor("openai", "gpt-4.1", {"temperature": 1.9, "max_completion_tokens": 50, "seed": 7, "stop": ["END"],
                                 **COUNTED},
           (429, "quota", "no credit left"), ("gpt-4.1",), reasoning="",
           usage={"cached": 4, "reasoning": 2}, facts={"gpt-4.1": {"shutdown": "2027-01-14"}}),
    Vendor("azure", "my-deployment", {"temperature": 1.9, "max_completion_tokens": 50, "seed": 7,
                                      "stop": ["END"], **COUNTED},
           (400, "content", "content rules"), reasoning="", key_header=("api-key", ""), base="/openai/v1"),
    Vendor("anthropic", "claude-sonnet-4-5", {"temperature": 1, "max_tokens": 50, "stop_sequences": ["END"]},
           (529, "overloaded", "overloaded"), ("claude-sonnet-4-5",), listing="/v1/models", base="",
           chat="/v1/messages", key_header=("x-api-key", ""),
           usage={"cached": 4, "cache_written": 2, "reasoning": 2},
           facts={"claude-sonnet-4-5": {"max_input": 200000, "max_output": 64000, "shutdown": "2027-09-29",
                                        "input": ("text", "image"), "reasoning": True}}),
    Vendor("deepseek", "deepseek-v4-flash", {"temperature": 1.9, "max_tokens": 50, "stop": ["END"]},
           (402, "quota", "no credit left"), ("deepseek-v4-flash", "deepseek-v4-pro"), base="",
           usage={"cached": 4, "reasoning": 2}),
    Vendor("dashscope", "qwen-plus", {**USUAL, **COUNTED}, (401, "key", "Invalid API-key provided"),
           ("qwen-plus", "qwen3-max"), base="/compatible-mode/v1", usage={"cached": 0}),
    Vendor("zhipu", "glm-4.6", {**USUAL, "temperature": 1}, (429, "quota", "余额不足"),
           ("glm-5.2", "glm-4.6"), base="/api/paas/v4", usage={"cached": 0}),
    Vendor("zai", "glm-4.6", {**USUAL, "temperature": 1}, (429, "quota", "余额不足"),
           ("glm-5.2", "glm-4.6"), base="/api/paas/v4", usage={"cached": 0}),
    Vendor("moonshot", "moonshot-v1-8k", {**USUAL, "temperature": 1}, (429, "quota", "no credit left"),
           ("kimi-k3", "moonshot-v1-8k"), usage={"cached": 4},
           facts={"kimi-k3": {"context": 262144, "input": ("text", "image"), "reasoning": True}}),
    Vendor("openrouter", "anthropic/claude-sonnet-4.5", USUAL, (402, "quota", "Insufficient credits"),
           ("anthropic/claude-sonnet-4.5", "old/model"), base="/api/v1",
           usage={"cached": 0, "reasoning": 2, "cost": 0.00012},
           facts={"anthropic/claude-sonnet-4.5": {
               "context": 1000000, "max_output": 64000, "tool_call": True, "structured_output": True,
               "input": ("text", "image", "file")}, "old/model": {"shutdown": "2026-12-31"}}),
    Vendor("siliconflow", "Qwen/Qwen3-8B", {**USUAL, **COUNTED}, (401, "key", "Invalid token"),
           ("Qwen/Qwen3-8B", "deepseek-ai/DeepSeek-V4"), finish="eos"),
    Vendor("together", "zai-org/GLM-5.2", USUAL, (503, "overloaded", "overloaded"), ("zai-org/GLM-5.2",),
           finish="eos", facts={"zai-org/GLM-5.2": {"context": 202752, "name": "GLM 5.2"}}),
    Vendor("fireworks", "accounts/fireworks/models/glm-5p2", USUAL, (404, "model", "does not serve this model"),
           ("accounts/fireworks/models/glm-5p2",), base="/inference/v1", usage={"cached": 4},
           facts={"accounts/fireworks/models/glm-5p2": {"tool_call": True, "input": ("text",)}}),
    Vendor("groq", "openai/gpt-oss-120b", {"temperature": 1.9, "max_completion_tokens": 50, "seed": 7,
                                           "stop": ["END"]},
           (429, "rate", "too many requests"), ("openai/gpt-oss-120b",), base="/openai/v1",
           facts={"openai/gpt-oss-120b": {"context": 131072, "max_output": 65536}}),
    Vendor("anyscale", "my-llama", {**USUAL, **COUNTED}, (404, "model", "Not Found"), ("my-llama",),
           facts={"my-llama": {"context": 8192}}),
    Vendor("xai", "grok-4", {"temperature": 1.9, "max_tokens": 50, "seed": 7, **COUNTED},
           (403, "key", "Your API key is invalid"), ("grok-4",),
           usage={"output": 12, "reasoning": 7, "cached": 4}),
    Vendor("gemini", "gemini-3-pro", {**USUAL, **COUNTED}, (429, "rate", "exhausted"), ("gemini-3-pro",),
           base="/v1beta/openai"),
    Vendor("claude4u", "claude-sonnet-4-5", {**USUAL, **COUNTED}, (403, "quota", "quota is not enough"),
           ("claude-sonnet-4-5", "gemini-3-pro")),
    Vendor("vllm", "Qwen/Qwen3-8B", {**USUAL, **COUNTED}, (400, "context", "longer than this model can take"),
           ("Qwen/Qwen3-8B",), facts={"Qwen/Qwen3-8B": {"context": 40960}}),
    Vendor("ollama", "qwen3:8b", {**USUAL, **COUNTED}, (404, "model", "not found"),
           ("qwen3:8b", "all-minilm:latest")),
    Vendor("lmstudio", "qwen/qwen3-8b", {**USUAL, **COUNTED}, (400, "request", "Not enough memory"),
           ("qwen/qwen3-8b",)),
    Vendor("llamacpp", "tiny", {**USUAL, **COUNTED}, (503, "overloaded", "Loading model"), ("tiny",),
           facts={"tiny": {"context": 32768, "input": ("text",)}}),
    Vendor("mistralrs", "qwen3", {"temperature": 1.9, "max_tokens": 50, "stop": ["END"]},
           (404, "model", "not found"), ("default", "qwen3")),
    Vendor("litellm", "gpt-best", {**USUAL, **COUNTED}, (400, "request", "seed"), ("gpt-best",)),
    Vendor("mistral", "mistral-medium-latest", {"temperature": 1.5, "max_tokens": 50, "random_seed": 7,
                                                "stop": ["END"]},
           (422, "parameter", "less than or equal to 1.5"), ("mistral-medium-latest",),
           facts={"mistral-medium-latest": {"context": 131072, "shutdown": "2027-05-31", "tool_call": True,
                                            "input": ("text", "image"), "reasoning": True}}),
    Vendor("perplexity", "sonar", {"temperature": 1.9, "max_tokens": 50, "stop": ["END"]},
           (400, "request", "alternating"), base="", usage={"cost": 0.005}),
    Vendor("cerebras", "gpt-oss-120b", {"temperature": 1.9, "max_completion_tokens": 50, "seed": 7,
                                        "stop": ["END"]},
           (401, "key", "Wrong API Key"), ("gpt-oss-120b",)),
    Vendor("nvidia", "nvidia/nemotron-3", {**USUAL, **COUNTED}, (422, "parameter", "does not take the parameter seed"),
           ("nvidia/nemotron-3",)),
    Vendor("github-models", "openai/gpt-4.1", {**USUAL, **COUNTED}, (413, "size", "too large"),
           ("openai/gpt-4.1",), listing="/catalog/models", base="/inference", reasoning="",
           facts={"openai/gpt-4.1": {"max_output": 32768, "input": ("text", "image")}}),
    Vendor("huggingface", "zai-org/GLM-5.2", USUAL, (503, "overloaded", "too busy"),
           ("zai-org/GLM-5.2",), facts={"zai-org/GLM-5.2": {"input": ("text",)}}),
    Vendor("cohere", "command-a-03-2025", {**USUAL, "temperature": 1, **COUNTED}, (401, "key", "invalid api token"),
           ("command-a-03-2025",), listing="/v1/models", base="/compatibility/v1", reasoning="",
           facts={"command-a-03-2025": {"context": 256000}}),
    Vendor("custom", "my-model", {**USUAL, **COUNTED}, (502, "server", "502 Bad Gateway"), ("my-model",),
           reasoning=""),
)
