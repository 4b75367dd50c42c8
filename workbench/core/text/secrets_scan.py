"""The secrets scan: finds what looks like a key in a text, before the text leaves the machine.

The forms are those that their makers document: a fixed beginning and a run of letters of a known length. Long
random words without such a beginning are not reported: hashes and identifiers look the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FORMS: tuple[tuple[str, str], ...] = (
    ("a private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
    ("an Anthropic key", r"sk-ant-[A-Za-z0-9_-]{20,}"),
    ("an OpenRouter key", r"sk-or-[A-Za-z0-9_-]{20,}"),
    ("an API key", r"sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}"),
    ("a GitHub token", r"(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})"),
    ("a GitLab token", r"glpat-[A-Za-z0-9_-]{20,}"),
    ("an AWS access key", r"(?:AKIA|ASIA)[A-Z0-9]{16}"),
    ("a Google API key", r"AIza[A-Za-z0-9_-]{35}"),
    ("a Groq key", r"gsk_[A-Za-z0-9]{40,}"),
    ("an xAI key", r"xai-[A-Za-z0-9]{40,}"),
    ("a Hugging Face token", r"hf_[A-Za-z0-9]{30,}"),
    ("a Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{10,}"),
    ("a Stripe key", r"[rs]k_live_[A-Za-z0-9]{20,}"),
    ("an npm token", r"npm_[A-Za-z0-9]{36}"),
    ("a JSON web token", r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"),
    ("a password in an address", r"[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{1,64}:[^\s/:@]{3,128}@"),
)
_PATTERN = re.compile("|".join(f"(?<![A-Za-z0-9])({form})" for _, form in _FORMS))
_PLACEHOLDER = re.compile(r"(.)\1{7}|[xX]{5}|example|your|dummy", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Finding:
    """``what`` is for a sentence ("a GitHub token"); ``hint`` tells the user which one without showing it."""

    what: str
    hint: str
    start: int
    end: int


def scan(text: str) -> list[Finding]:
    """Returns what looks like a key in ``text``, in order; obvious placeholders are ignored."""
    found = []
    for match in _PATTERN.finditer(text):
        word = match.group()
        if not _PLACEHOLDER.search(word):
            what = _FORMS[(match.lastindex or 1) - 1][0]
            found.append(Finding(what, f"{word[:6]}…{word[-2:]}", match.start(), match.end()))
    return found


def warning(findings: Iterable[Finding]) -> str:
    """Returns a sentence for the user, ``""`` when nothing was found."""
    names = list(dict.fromkeys(f"{finding.what} ({finding.hint})" for finding in findings))
    if not names:
        return ""
    listed = names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
    return f"This looks like {listed}."
