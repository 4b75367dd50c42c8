"""The pool of HTTP clients: when one is shared, and that all are closed."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from workbench.core.errors import NotReached
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import Endpoint, resolve_endpoint
from workbench.providers.http.client_pool import ClientPool


def endpoint(base_url: str, id: str = "p", **config: object) -> Endpoint:
    own = ProviderConfig(id, base_url=base_url, **config)  # type: ignore[arg-type]
    return resolve_endpoint(own, Settings())


def test_providers_of_one_origin_and_network_share_a_client(run: Run) -> None:
    async def work() -> None:
        pool = ClientPool()
        first = await pool.client(endpoint("http://127.0.0.1:1/v1"))
        assert await pool.client(endpoint("http://127.0.0.1:1/v2", "other")) is first
        others = [await pool.client(endpoint("http://127.0.0.1:2/v1")),
                  await pool.client(endpoint("http://127.0.0.1:1/v1", proxy="http://127.0.0.1:3")),
                  await pool.client(endpoint("http://127.0.0.1:1/v1", connect_timeout=1.0))]
        assert len({id(client) for client in (first, *others)}) == 4
        await pool.close()
        assert all(client.is_closed for client in (first, *others))
        again = await pool.client(endpoint("http://127.0.0.1:1/v1"))
        assert again is not first and not again.is_closed
        await pool.close()

    run(work())


def test_network_settings_that_cannot_be_used(run: Run) -> None:
    pool = ClientPool()
    with pytest.raises(NotReached, match="The proxy nonsense:// is not usable"):
        run(pool.client(endpoint("http://127.0.0.1:1/v1", proxy="nonsense://")))
    run(pool.close())
