"""Models: found, described, converted, verified, and made into engines. Importing this loads no model library."""

from trans.models.build import build_engine, build_extractive
from trans.models.cache import cache_folder
from trans.models.checkpoint import CheckpointInfo, describe, weights_sha256
from trans.models.device import resolve_device
from trans.models.locate import locate

__all__ = [
    "CheckpointInfo",
    "build_engine",
    "build_extractive",
    "cache_folder",
    "describe",
    "locate",
    "resolve_device",
    "weights_sha256",
]
