from __future__ import annotations

import pytest

from workbench.core.text.secrets_scan import scan, warning

REAL = "Zk3vQ9xT1bLm7RwY2pHc8Nd4"


@pytest.mark.parametrize(("text", "what"), [
    (f"sk-{REAL}", "an API key"),
    (f"key=sk-proj-{REAL}", "an API key"),
    (f"sk-ant-api03-{REAL}", "an Anthropic key"),
    (f"sk-or-v1-{REAL}", "an OpenRouter key"),
    (f"ghp_{REAL}{REAL}", "a GitHub token"),
    ("AKIAQ3EGZ7XK2VJ5WMNP", "an AWS access key"),
    (f"AIza{REAL}AbCdEfGh123", "a Google API key"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE", "a private key"),
    ("postgres://root:s3cret@db.internal/x", "a password in an address"),
])
def test_finds_the_documented_forms(text: str, what: str) -> None:
    (finding,) = scan(f"Please look: {text} thanks")
    assert finding.what == what
    assert REAL not in warning([finding])


@pytest.mark.parametrize("text", [
    "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxx", "sk-your-key-goes-here-0123456789", "a risk-based-approach-is-long",
    "task-" + REAL, "https://user.example.org/path", "3f786850e387550fdab836ed7e6dc881de23001b", "",
])
def test_leaves_placeholders_and_plain_text_alone(text: str) -> None:
    assert scan(text) == []


def test_says_each_once_and_in_one_sentence() -> None:
    text = f"sk-{REAL} sk-{REAL} AKIAQ3EGZ7XK2VJ5WMNP"
    assert warning(scan(text)) == "This looks like an API key (sk-Zk3…d4) and an AWS access key (AKIAQ3…NP)."
    assert warning([]) == ""


def test_no_form_looks_at_a_long_text_again_and_again() -> None:
    """With a square in it, this would take hours, and the time limit of every test would end it."""
    assert scan("eyJ" + "a" * 2_000_000 + " " + "abc://" * 500_000) == []
