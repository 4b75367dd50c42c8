"""Keys: looked up by origin, and never sent where they do not belong."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, MemorySecrets
from workbench.core.errors import KeyringUnavailable, NotReached
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import Endpoint, resolve_endpoint
from workbench.providers.endpoints.endpoint_keys import PLAIN_HTTP, EndpointKeys


class LockedSecrets(MemorySecrets):
    async def get(self, provider_id: str, origin: str) -> str | None:
        raise KeyringUnavailable("Your keyring is locked. Unlock it, then retry.", locked=True)


def endpoint(base_url: str = "", preset: str = "custom", **config: object) -> Endpoint:
    own = ProviderConfig("p", preset=preset, base_url=base_url, **config)  # type: ignore[arg-type]
    return resolve_endpoint(own, Settings())


def keys(environ: dict[str, str] | None = None, *origins: str) -> EndpointKeys:
    return EndpointKeys(MemorySecrets({("p", origin): KEY for origin in origins}), environ or {})


def test_the_keyring_comes_before_the_environment(run: Run) -> None:
    home = endpoint(preset="groq")
    environ = {"GROQ_API_KEY": "of the environment"}
    assert run(keys(environ, "https://api.groq.com:443").find(home)) == KEY
    assert run(keys(environ).find(home)) == "of the environment"
    assert run(keys().find(home)) is None


def test_a_key_belongs_to_its_origin(run: Run) -> None:
    environ = {"GROQ_API_KEY": "of the environment"}
    assert run(keys(environ, "https://api.groq.com:443").find(endpoint("https://other.example", "groq"))) is None


def test_a_locked_keyring(run: Run) -> None:
    locked = EndpointKeys(LockedSecrets({}), {"GROQ_API_KEY": KEY})
    assert run(locked.find(endpoint(preset="groq"))) == KEY, "the environment has one"
    assert run(locked.find(endpoint("http://127.0.0.1:1", needs_key=False))) is None, "none is needed"
    with pytest.raises(KeyringUnavailable, match="locked"):
        run(locked.find(endpoint(preset="openai")))


@pytest.mark.parametrize(("base_url", "allowed"), [
    ("https://models.example/v1", True), ("http://127.0.0.1:8000/v1", True), ("http://localhost/v1", True),
    ("http://models.example/v1", False),
])
def test_a_key_is_not_sent_unencrypted(run: Run, base_url: str, allowed: bool) -> None:
    asked = endpoint(base_url)
    made = keys({}, asked.origin)
    if allowed:
        assert run(made.find_to_send(asked)) == KEY
        return
    with pytest.raises(NotReached, match="not encrypted, so the key for p was not sent") as raised:
        run(made.find_to_send(asked))
    assert raised.value.code == PLAIN_HTTP
    assert run(made.find_to_send(endpoint(base_url, allow_plain_http=True))) == KEY
    assert run(keys().find_to_send(asked)) is None, "without a key there is nothing to protect"
