"""The provider service: what it loads, and when."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.process
def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = ("import sys, workbench.providers.provider_service, workbench.providers.catalogue.model_facts as facts\n"
            "loaded = {'httpx', 'truststore', 'workbench.providers.probe.plan'} & set(sys.modules)\n"
            "print(sorted(loaded), facts._lines.cache_info().currsize)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[] 0\n", done.stderr
