"""Fixtures that all tests share: no network, a cache of this session's own, tiny models, a browser where there is one."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import tiny
from browser import chromium as chromium
from browser import tab as tab
from hypothesis import settings

# Tiny models gain nothing from threads, and lose much where other work shares the cores. Before anything imports torch.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# How long a thing takes is for bench/; a busy machine is no failure.
settings.register_profile("trans", deadline=None)
settings.load_profile("trans")
# Read once, when huggingface_hub is imported: some test modules import it as they are collected.
os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(autouse=True, scope="session")
def _sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests off the network and out of the user's cache folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRANS_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hub")))
        patch.setenv("CUDA_VISIBLE_DEVICES", os.environ.get("CUDA_VISIBLE_DEVICES", ""))
        yield


@pytest.fixture(scope="session")
def tiny_marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make_marian(tmp_path_factory.mktemp("models") / "tiny-marian")


@pytest.fixture(scope="session")
def tiny_mt5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make_mt5(tmp_path_factory.mktemp("models") / "tiny-mt5")
