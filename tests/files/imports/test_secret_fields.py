"""Secret fields: no key, password or person's data in what is kept of another program."""

from __future__ import annotations

import pytest

from workbench.files.imports.secret_fields import SecretFilter, is_secret_name

SECRET = """
    oaiKey anthropicKey geminiKey azureKey alibabaOaiKey bedrockBearerToken bedrockAccessKeyId
    bedrockSecretAccessKey bedrockSessionToken localAIKey xaiKey googleCloudApiKey accessCode openaiApiKey
    baiduSecretKey tencentSecretId iflytekApiSecret ai302ApiKey password WEBDAV_PASSWORD webdavPass licenseKey
    azureApikey apiKey api_key api-key x-api-key openai.apiKey OPENAI_API_KEY OPENAI_KEY AIKey key keys
    private_key privateKey client_secret Authorization auth authToken access_token refreshToken token
    bearer_token credentials cookie Cookies sessionCookie jwt passphrase access-control keyVaults providers
    engines mcpServers env headers userAgent email phone_number birthYear locationInfos ipAddress
"""
HARMLESS = """
    author authors monkey keyboard keyword keywords tokenizer tokens max_tokens tokenCount token_details
    tokenUsage perToken inputTokens storageKey cacheKey publicKey primaryKey shortcut_key hotKey sortKey
    provider model title id passage compass secretary content url name value settings temperature created_at
    hotkeys turkey
"""


@pytest.mark.parametrize("name", SECRET.split())
def test_secret_names(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", HARMLESS.split())
def test_harmless_names(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize("value", [
    "sk-proj-" + "a1B2" * 8, "sk-ant-" + "x" * 20, "gsk_" + "a" * 20, "xai-" + "a" * 20, "hf_" + "a" * 20,
    "AIza" + "a" * 35, "AKIA" + "A" * 16, "ghp_" + "a" * 20, "glpat-" + "a" * 20, "xoxb-1234567890",
    "Bearer " + "a" * 20,
    "eyJhbGciOiJI.eyJzdWIiOiIx.abc", "-----BEGIN RSA PRIVATE KEY-----\nMII", "https://me:hunter2@host.example/x",
    "https://h.example/x?api_key=abcdefgh", "0123456789abcdef" * 2 + ".abcdefghABCDEFGH",
])
def test_values_that_are_keys_by_their_form(value: str) -> None:
    found = SecretFilter()
    assert found.fields({"note": value, "list": [value, 1], "ok": "a word"}) == {"list": [1], "ok": "a word"}
    assert found.left_out == 2


def test_neighbours_arguments_and_depth() -> None:
    data = {"deep": [{"Authorization": "b", "ok": 1}], "fields": [{"name": "apiKey", "value": "v"}, {"name": "n",
            "value": "v"}], "args": ["run", "--api-key", "v", "--token=v", "last"],
            "logprobs": [{"token": "Hi", "logprob": -0.1}], "keys": {"a": 1}, "providers": [{"id": "x", "url": "u"}]}
    found = SecretFilter()
    assert found.fields(data) == {
        "deep": [{"ok": 1}], "fields": [{"name": "apiKey"}, {"name": "n", "value": "v"}],
        "args": ["run", "--api-key", "last"], "logprobs": [{"token": "Hi", "logprob": -0.1}], "keys": {"a": 1}}
    assert found.left_out == 5
