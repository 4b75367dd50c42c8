"""The cache of model lists and measured abilities: what lasts, what is merged, and who is told."""

from __future__ import annotations

from tests.conftest import Run
from tests.providers.support import MemoryStore
from workbench.core.request.models import ModelRef
from workbench.core.settings import ProviderConfig
from workbench.providers.catalogue.model_cache import LISTS, PROBES, ModelCache

REF = ModelRef("openai", "gpt-4.1")
CONFIG = ProviderConfig("openai", preset="openai", models=("mine", "gpt-4.1"))


def cache(store: MemoryStore) -> ModelCache:
    return ModelCache(store)  # type: ignore[arg-type]


def test_a_stored_list_is_merged_with_the_facts_and_the_users_ids(run: Run) -> None:
    store = MemoryStore()
    store.stored[f"{LISTS}openai"] = {"when": 1, "models": [{"id": "gpt-4.1", "context": 5}, "damaged"]}
    store.stored[f"{LISTS}other"] = "damaged"
    made = cache(store)
    assert made.listed(CONFIG) is None
    run(made.load())
    listed = made.listed(CONFIG)
    assert listed is not None and [info.ref.model for info in listed] == ["gpt-4.1", "mine"]
    assert listed[0].context == 5 and listed[0].price is not None and listed[0].source == "server"
    assert made.listed(ProviderConfig("other")) is None


def test_the_facts_come_newest_first_and_without_what_is_gone() -> None:
    infos = cache(MemoryStore()).from_facts(CONFIG)
    released = [info.released for info in infos]
    assert infos and released == sorted(released, reverse=True)
    assert not any(info.deprecated or info.ref.model in CONFIG.models for info in infos)


def test_measured_abilities_are_stored_told_and_forgotten(run: Run) -> None:
    store = MemoryStore()
    made = cache(store)
    told: list[ModelRef] = []
    made.measured_changed.add(told.append)
    run(made.save_measured(REF, {"seed": "yes", "n": "refused"}))
    run(made.save_measured(REF, {"seed": "yes", "n": "refused"}))
    assert made.info(REF, "openai").accepts == {"seed": "yes", "n": "refused"} and told == [REF]
    assert store.stored == {f"{PROBES}{REF}": {"seed": "yes", "n": "refused"}}
    run(made.save_measured(REF, {}))
    assert not made.info(REF, "openai").accepts and store.stored == {} and told == [REF, REF]


def test_what_another_process_measured_is_read(run: Run) -> None:
    store = MemoryStore()
    made, other = cache(store), cache(store)
    told: list[ModelRef] = []
    made.measured_changed.add(told.append)
    run(other.save_measured(REF, {"seed": "ignored"}))
    run(made.load_measured())
    run(made.load_measured())
    assert made.info(REF, "openai").accepts == {"seed": "ignored"} and told == [REF]
    run(other.save_measured(REF, {}))
    run(made.load_measured())
    assert not made.info(REF, "openai").accepts and told == [REF, REF]
