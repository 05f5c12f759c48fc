"""Where the recipe keeps what it makes; ``TRAINING_RUNS`` moves it all elsewhere (the tests do)."""

import os
from pathlib import Path

DEFAULT_RUNS = Path(__file__).parent / "runs"
RUNS = Path(os.environ.get("TRAINING_RUNS") or DEFAULT_RUNS)
# Training files and vocabularies.
DATA = RUNS / "data"


def checkpoints(run: str) -> list[Path]:
    """Return a run's checkpoint folders, oldest first."""
    found = [path for path in (RUNS / run).glob("checkpoint-*") if (path / "trainer_state.json").exists()]
    return sorted(found, key=lambda path: int(path.name.split("-")[1]))
