"""Denials: what is to blame when a server refuses access."""

from __future__ import annotations

import json

import pytest

from workbench.providers.wire.error_bodies import refusal


@pytest.mark.parametrize(("status", "code", "words", "kind", "advice"), [
    (403, "model_not_found", "Project `p` does not have access to model `gpt-x`", "model", "Choose another model"),
    (403, "model_not_found", "", "model", "Choose another model"),
    (403, "", "You are not allowed to use this model", "model", "ask for access"),
    (403, "unsupported_country_region_territory", "Country, region, or territory not supported", "network", "country"),
    (400, "", "User location is not supported for the API use.", "network", "country"),
    (403, "", "This service is not available in your region", "network", "country"),
    (403, "", "Your IP address 10.0.0.1 is not on the allow list", "network", "network address"),
    (401, "ip_not_authorized", "Your IP is not authorized", "network", "network address"),
    (403, "", "Your organization must be verified to use the model `o3`.", "model", "Verify it"),
    (400, "unsupported_value", "Your organization must be verified to stream this model.", "model", "Verify it"),
    (403, "", "This model is not in your plan", "model", "change the plan"),
    (403, "", "Upgrade your plan to use it", "model", "change the plan"),
    (401, "", "Signature expired: 20261130T000000Z is now earlier than 20261130T010000Z", "request", "clock"),
    (403, "RequestTimeTooSkewed", "The difference is too large", "request", "clock"),
    (403, "", "Your current plan doesn't include access to this model", "model", "change the plan"),
    (403, "", "This feature requires a Pro plan", "model", "change the plan"),
    (403, "", "The IP address restriction of this key was violated", "network", "network address"),
    # The key, after all.
    (401, "invalid_api_key", "Incorrect API key provided", "key", "Check it"),
    (401, "", "The token has expired", "key", "Check it"),
    (403, "", "Permission denied", "key", "Check it"),
    (403, "", "This key is not valid for this project", "key", "Check it"),
    (401, "", "Your plan has no credit left: insufficient_quota", "quota", "Top up"),
])
def test_what_is_to_blame(status: int, code: str, words: str, kind: str, advice: str) -> None:
    error = refusal(status, {}, json.dumps({"error": {"message": words, "code": code}}), "X")
    assert (error.kind, f"({status})" in error.sentence, advice in error.sentence) == (kind, True, True), error.sentence
    assert words.rstrip(".") in error.sentence
