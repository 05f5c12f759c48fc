"""What an editor's browser asks for: one JSON object, of known fields, types and lengths, its texts cleaned.

Knows no brief: whether it can be done is for ``actions`` to say.
"""

import json
from http import HTTPStatus
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from trans.brief import Where
from trans.desk.security import Refusal
from trans.review_events import MAX_BY, MAX_TEXT, clean

MAX_BODY_BYTES = 1_000_000
"""A correction of a sentence has hundreds of bytes, one of a summary thousands."""

MAX_REASON = 1_000
# Ids and addresses.
_MAX_ID = 4_000
_SHA256 = r"^([0-9a-f]{64})?$"

What = Literal["reviewed", "unreviewed", "corrected", "reverted", "name", "dismissed", "restored", "term"]


class RefusedError(Exception):
    """What was asked for is not done; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class Asked(BaseModel):
    """One action. ``article`` is the brief's id, ``by`` who does it.

    ``where``, ``paragraph`` and ``sentence`` are its address, as flags have it; a summary is corrected as a whole. ``arabic`` is
    the sha256 of the Arabic that the editor saw there, ``old`` the English, ``new`` what is to stand there. Of a name or a term
    ``source`` is the Arabic. ``flag`` is the key of a flag, ``reason`` why it is put aside. ``text`` is the hash of all that the
    editor saw.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    kind: What
    article: str = Field(max_length=_MAX_ID)
    by: str = Field(default="", max_length=MAX_BY)
    where: Where = "paragraph"
    paragraph: int | None = Field(default=None, ge=1, le=1_000_000)
    sentence: int | None = Field(default=None, ge=1, le=1_000_000)
    arabic: str = Field(default="", pattern=_SHA256)
    source: str = Field(default="", max_length=MAX_REASON)
    old: str = Field(default="", max_length=MAX_TEXT)
    new: str = Field(default="", max_length=MAX_TEXT)
    flag: str = Field(default="", max_length=64)
    reason: str = Field(default="", max_length=MAX_REASON)
    text: str = Field(default="", max_length=64)

    @field_validator("by", "source", "new", "reason")
    @classmethod
    def _clean(cls, value: str) -> str:
        return clean(value)


def asked(body: bytes) -> Asked:
    """Return what a request's body asks for. Raises ``RefusedError``."""
    try:
        return Asked.model_validate(json.loads(body.decode("utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"])) or "the request"
        raise RefusedError(_wrong(f"{place}: {first['msg'].removeprefix('Value error, ')}")) from error
    except (ValueError, RecursionError) as error:
        raise RefusedError(_wrong("the request is no JSON")) from error


def _wrong(what: str) -> Refusal:
    return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"This can't be kept: {what}", "Change the text and save again.")
