"""GPUs' memory: how much is free, asked of the driver's own tool, and what libraries say where it does not suffice.

Needs no CUDA library in this process.
"""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from trans.errors import TransError

# The driver answers in a fraction of a second unless it hangs.
_TIMEOUT_S = 10.0


def _nvidia_smi(arguments: Sequence[str]) -> str:
    done = subprocess.run(  # noqa: S603
        ["nvidia-smi", *arguments],  # noqa: S607
        capture_output=True,
        text=True,
        check=True,
        timeout=_TIMEOUT_S,
    )
    return done.stdout


def free_bytes(
    gpus: Sequence[int],
    ask: Callable[[Sequence[str]], str] = _nvidia_smi,
    environment: Mapping[str, str] = os.environ,
) -> int | None:
    """Return the free memory of that one of ``gpus`` (indices as this process sees them) which has least; None if unknown."""
    visible = [name.strip() for name in environment.get("CUDA_VISIBLE_DEVICES", "").split(",") if name.strip()]
    try:
        names = [visible[index] if visible else str(index) for index in gpus]
        answers = ask([f"--id={','.join(names)}", "--query-gpu=memory.free", "--format=csv,noheader,nounits"])
        return min(int(line) for line in answers.split()) * 2**20
    except (OSError, ValueError, IndexError, subprocess.SubprocessError):
        return None


def out_of_memory(error: RuntimeError) -> bool:
    """Say whether a GPU's memory was too small: torch, CTranslate2 and cuBLAS say so in different words."""
    said = str(error).lower()
    return "out of memory" in said or "alloc_failed" in said


def left_over(error: RuntimeError) -> bool:
    """Say whether CTranslate2's next batch in the same worker found the error that an earlier one, too large, left behind.

    CUDA keeps a thread's last error until somebody asks for it, and CTranslate2 4.8.5 doesn't ask: on an H200 every batch
    that did not fit was followed by one that failed with these words, whatever its size; after that all was well.
    """
    return "parallel_for failed" in str(error)


def no_room(folder: Path) -> TransError:
    """What to say where a GPU has no room for the weights themselves."""
    return TransError(
        f"The GPU's memory has no room for the model {folder}",
        "Free its memory (nvidia-smi shows what holds it), or run with --device cpu.",
    )
