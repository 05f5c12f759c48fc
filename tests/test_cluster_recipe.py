"""What a worker builds its translator of: the run's own locked models, whatever lies on the worker's machine."""

from dataclasses import replace
from pathlib import Path

import pytest

from trans.cluster_recipe import Recipe
from trans.config import choose_profile, load_config
from trans.errors import ModelError
from trans.models.locate import locate
from trans.models.lock import LockedModel, files_of

MODEL = "embedded:tiny-marian-ar-en"


def test_a_worker_holds_its_models_to_the_runs_lock(tmp_path: Path) -> None:
    profile = choose_profile(load_config(None), "tiny", None)
    profile = profile.model_copy(update={"lock": tmp_path / "none-here.lock"})
    files = files_of(locate(MODEL, "main", tmp_path))
    locked = LockedModel(MODEL, "main", None, "Apache-2.0", "yes", files, {})
    key = (MODEL, "main")
    Recipe(profile, "cpu", locks={key: locked}).translator("cpu").close()
    other = {**files, "config.json": replace(files["config.json"], sha256="0" * 64)}
    with pytest.raises(ModelError, match=r"differs from .*config\.json"):
        Recipe(profile, "cpu", locks={key: replace(locked, files=other)}).translator("cpu")
    Recipe(profile, "cpu").translator("cpu").close()
