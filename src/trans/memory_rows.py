"""A decode as a row of the memory: what it is found by, and its value with a sum that shows damage. Pure; knows no database."""

import hashlib
import json
import zlib
from dataclasses import asdict

from trans.translation import Decoding, Hypothesis, Translation


def key_of(task: str, fingerprint: str, decoding: Decoding, text: str) -> bytes:
    """Return what a decode is found by: 32 bytes."""
    parts = [task, fingerprint, asdict(decoding), text]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode(errors="surrogatepass")).digest()


def packed(translation: Translation) -> bytes:
    """Return a decode as a row's value."""
    hypotheses = [[item.text, item.score, item.tokens, item.finished] for item in translation.hypotheses]
    said = json.dumps([hypotheses, translation.unknown], ensure_ascii=False).encode(errors="surrogatepass")
    # SQLite doesn't look whether a page is as it was written: one bit of the disk's would be another word in a brief.
    return said[:-1] + b", %d]" % zlib.crc32(said)


def _whole(value: bytes) -> bytes:
    """Return what stands before the sum in a row. Raises ``ValueError`` where that is another; older rows have none."""
    said, _, sum_ = value.rpartition(b", ")
    if not sum_[:-1].isdigit():
        return value
    if zlib.crc32(said + b"]") != int(sum_[:-1]):
        raise ValueError("the row is not as it was written")
    return said + b"]"


def unpacked(value: object, decoding: Decoding) -> Translation | None:
    """Return the translation of a row; None for what ``packed`` can't have written: a damaged row is a miss."""
    try:
        if not isinstance(value, bytes):
            return None
        hypotheses, unknown = json.loads(_whole(value))
        sound = bool(hypotheses) and all(
            isinstance(text, str)
            and isinstance(score, int | float)
            and type(tokens) is int
            and isinstance(finished, bool)
            for text, score, tokens, finished in hypotheses
        )
        if not sound or not isinstance(unknown, str):
            return None
        return Translation(tuple(Hypothesis(*item) for item in hypotheses), unknown, decoding)
    except (ValueError, TypeError, RecursionError):
        return None
