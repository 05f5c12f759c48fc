"""Fixtures that all tests share: no network, a cache of this session's own, tiny models, a browser where there is one."""

import gc
import os
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

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

# The files that take longest, the longest first: whatever is begun last, a worker does alone. xdist's own order is by the number
# of tests, and these have few.
_LONGEST = (
    *("test_training", "test_cluster", "test_families", "test_models_pull", "test_cli", "test_beyond", "test_offline"),
    *("test_models_convert", "test_wheel", "test_watch", "test_crash", "test_environment_process", "test_hostile"),
    *(
        "test_hostile_bombs",
        "test_hostile_models",
        "test_hostile_secrets",
        "test_corrupt",
        "test_environment",
        "test_fuzz",
    ),
    *("test_engines", "test_docs", "test_cluster_nodes", "test_environment_files", "test_soak", "test_gc"),
)


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


def pytest_collection_finish() -> None:
    """Keep Python from looking through all of pytest and of the tests for dead cycles after each window of each run."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _sealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests off the network and out of the user's cache folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRANS_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hub")))
        patch.setenv("CUDA_VISIBLE_DEVICES", os.environ.get("CUDA_VISIBLE_DEVICES", ""))
        yield


@pytest.fixture(autouse=True, scope="session")
def _copies_shared(_sealed: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Let all workers of a run have the CTranslate2 copies of the embedded models in one place: making one takes 8 seconds."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "copies"
    shared.mkdir(exist_ok=True)
    (Path(os.environ["TRANS_CACHE"]) / "ctranslate2").symlink_to(shared)


@pytest.fixture(autouse=True, scope="session")
def _read_once() -> Iterator[None]:
    """Remember what nearly every test reads, the packaged models.yaml and the starter glossary: 60 ms of each ``Translator``."""
    from trans.config import packaged_config
    from trans.glossary_file import load
    from trans.yamltext import parse

    packaged = packaged_config()
    told, starter_alone = parse(packaged), load()

    def parsed(text: str) -> tuple[Any, list[str]]:
        return deepcopy(told) if text == packaged else parse(text)

    def loaded(*files: Path | None, starter: bool = True) -> Any:
        return load(*files, starter=starter) if any(files) or not starter else starter_alone

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trans.config.parse", parsed)
        patch.setattr("trans.rules.load", loaded)
        yield


@pytest.fixture(scope="session")
def tiny_marian(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make_marian(tmp_path_factory.mktemp("models") / "tiny-marian")


@pytest.fixture(scope="session")
def tiny_mt5(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.make_mt5(tmp_path_factory.mktemp("models") / "tiny-mt5")
