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
    oaikey OPENAIKEY ApIkEy creds oauth signature sessionId Passwort groqkey 密码 contraseña mot_de_passe 授权
"""
HARMLESS = """
    author authors monkey keyboard keyword keywords tokenizer tokens max_tokens tokenCount token_details
    tokenUsage perToken inputTokens storageKey cacheKey publicKey primaryKey shortcut_key hotKey sortKey
    provider model title id passage compass secretary content url name value settings temperature created_at
    hotkeys turkey primarykey donkey whiskey tokens_per_second
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
    "sk_live_" + "a1" * 12, "npm_" + "a1" * 18, "https://hooks.slack.com/services/T000/B000/" + "a1" * 10,
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


@pytest.mark.parametrize(("text", "kept"), [
    ("OPENAI_API_KEY=sk-proj-" + "a1" * 12 + " run", "OPENAI_API_KEY=… run"),
    ("export MY_SECRET='abc123def'", "export MY_SECRET='…'"),
    ("Authorization: Bearer " + "a1" * 9, "Authorization: Bearer …"),
    ("curl -H 'X-Api-Key: abc123def'", "curl -H 'X-Api-Key: …'"),
    ("AccountName=x;AccountKey=abcdef123==;EndpointSuffix=y", "AccountName=x;AccountKey=…;EndpointSuffix=y"),
    ("use sk-ant-" + "a1" * 12 + " here", "use … here"),
    ('{"cfg": {"apiKey": "abc", "ok": 1}}', '{"cfg": {"ok": 1}}'),
    ('["--token", "abc", "x"]', '["--token", "x"]'),
    ('{"inner": "{\\"apiKey\\": \\"abc\\"}"}', '{"inner": "{}"}'),
    ('{"apiKey":"abc123def", "cut', '{"apiKey":"…", "cut'),
])
def test_keys_in_texts_of_settings(text: str, kept: str) -> None:
    found = SecretFilter()
    assert found.fields({"cfg": text, "list": [[text]]}) == {"cfg": kept, "list": [[kept]]}
    assert found.left_out == 2


@pytest.mark.parametrize("text", [
    "sorted(names, key=itemgetter)", "password: see below", "max_tokens=100000", '{"max_tokens": 1, "b":  2}',
    "https://shop.example/sk-zimne-topanky-a-bundy", "[" * 5000, "the key: patience", "sort_key=created_at",
])
def test_texts_without_keys_stay_as_they_are(text: str) -> None:
    found = SecretFilter()
    assert found.clean([text, {"note": text}]) == [text, {"note": text}]
    assert found.left_out == 0


def test_names_that_are_keys_tokens_by_name_and_what_somebody_wrote() -> None:
    key = "sk-proj-" + "a1" * 12
    found = SecretFilter()
    assert found.fields({
        "d": {key: 1, "ok": 2}, "tokens": {"refresh": "abc"}, "usage": {"tokens": {"input": 3}},
        "text": f"Is {key} right?", "n": 1,
    }) == {"d": {"ok": 2}, "usage": {"tokens": {"input": 3}}, "text": f"Is {key} right?", "n": 1}
    assert found.left_out == 2
