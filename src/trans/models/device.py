"""Which device to work on, decided without importing torch or CTranslate2 on machines that have no GPU."""

import os
from pathlib import Path
from typing import Literal

from trans.errors import TransError

# Where Linux drivers and WSL show an NVIDIA GPU.
_DRIVER = Path("/proc/driver/nvidia/version")
_WSL = Path("/dev/dxg")
_DEV = Path("/dev")


def resolve_device(wanted: Literal["auto", "cpu", "cuda"]) -> Literal["cpu", "cuda"]:
    """Return the device to use. Raises ``TransError`` for ``cuda`` where no GPU can be used."""
    if wanted == "cpu":
        return "cpu"
    reason = _why_no_gpu()
    if not reason:
        return "cuda"
    if wanted == "auto":
        return "cpu"
    raise TransError(f"There is no GPU to use: {reason}", "Run with --device cpu or auto, or mend the NVIDIA driver.")


def count_gpus() -> int:
    """Return how many GPUs CTranslate2 sees; CUDA_VISIBLE_DEVICES limits them."""
    import ctranslate2

    return int(ctranslate2.get_cuda_device_count())


def _why_no_gpu() -> str:
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None and visible.strip() in ("", "-1"):
        return f"CUDA_VISIBLE_DEVICES is {visible!r}"
    if not (_DRIVER.exists() or _WSL.exists() or any(_DEV.glob("nvidia[0-9]*"))):
        return "no NVIDIA driver is loaded"
    try:
        return "" if count_gpus() > 0 else "the driver shows no device"
    except RuntimeError as error:
        return " ".join(str(error).split())
