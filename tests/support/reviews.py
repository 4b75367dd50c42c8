"""Labelled reviews, prompts that classify them, and a server that does it more or less well."""

from __future__ import annotations

import hashlib

from tests.support.server import Received, Reply, chat_chunks, sse

ROWS = [(f"review {number}", "good" if number % 2 else "bad") for number in range(50)]
TABLE = "text\tlabel\n" + "\n".join("\t".join(row) for row in ROWS)
PROMPTS = ("Is it good or bad? {{text}}", "Answer good or bad, in one word: {{text}}",
           "You judge reviews. Think, then answer good or bad. {{text}}")
RIGHT = dict(zip((prompt.partition("{")[0] for prompt in PROMPTS), (0.6, 0.95, 0.8), strict=True))
"""How often the server is right at temperature 0, by the beginning of the prompt."""


def classify(request: Received) -> Reply:
    """Answers a question rightly or wrongly, always the same for the same request."""
    question, temperature = request.json["messages"][-1]["content"], request.json["temperature"]
    right = next(share for prompt, share in RIGHT.items() if question.startswith(prompt)) - 0.2 * temperature
    draw = int(hashlib.sha256(f"{question} {temperature}".encode()).hexdigest()[:8], 16) / 16**8
    label = "good" if int(question.split()[-1]) % 2 else "bad"
    return sse(*chat_chunks(label if draw < right else {"good": "bad", "bad": "good"}[label]))
