from __future__ import annotations

from tests.support.waiting import until
from workbench.core.settings import ProviderConfig
from workbench.ui.models.model_lists import ModelGroup


def test_a_provider_whose_key_cannot_be_read_says_so_and_leaves_the_others(window, run) -> None:
    secured = ProviderConfig("secured", base_url="http://127.0.0.1:9/v1", needs_key=True)
    typed = ProviderConfig("typed", base_url="http://127.0.0.1:9/v1", needs_key=True, models=("mine",))
    window.services.settings.change(providers={config.id: config for config in (secured, typed)})
    shown: list[list[ModelGroup]] = []
    window.models.controller.loaded.connect(lambda groups, _: shown.append(groups))
    window.models.controller.load()
    run(until(lambda: shown, what="the lists"))
    groups = {group.provider_id: group for group in shown[-1]}
    assert len(groups["builtin"].models) == 2
    assert "keyring" in groups["secured"].problem
    assert [info.ref.model for info in groups["typed"].models] == ["mine"]
