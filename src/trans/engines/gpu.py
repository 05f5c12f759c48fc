"""How much memory the GPUs have free, asked of the driver's own tool: needs no CUDA library in this process."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence

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
