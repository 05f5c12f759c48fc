"""The settings of models.yaml: what there is, what it may be, and what it is where nothing is said.

Frozen, and every problem of a group is reported at once. Reads no file.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails

from trans.brief import PubStatus
from trans.checks import NAMES
from trans.engines.languages import Languages
from trans.licences import Commercial, commercial_use
from trans.sources import FIELDS, Reading
from trans.translation import Decoding

Device = Literal["cpu", "cuda"]
EngineName = Literal["auto", "ctranslate2", "transformers"]
Positive = Annotated[int, Field(ge=1)]


def _automatic(value: object) -> object:
    if value is None or value == "auto":
        return None
    if type(value) is not int or value < 1:
        raise ValueError("should be 'auto' or a whole number from 1")
    return value


def _automatic_or_none(value: object) -> object:
    if value is None or value == "auto":
        return None
    if type(value) is not int or value < 0:
        raise ValueError("should be 'auto' or a whole number from 0")
    return value


# None, written "auto": as the machine has it.
Automatic = Annotated[int | None, BeforeValidator(_automatic)]


def _word(value: object) -> object:
    """YAML takes a bare yes or no for a truth value."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


Allowance = Annotated[Literal["auto", "yes", "no", "unknown"], BeforeValidator(_word)]
# A checkpoint's own code; M2M-100's for Norwegian is no.
Language = Annotated[str, Field(min_length=1), BeforeValidator(_word)]


class Settings(BaseModel):
    """A group of settings. A subclass may have ``_contradictions`` between them."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="wrap")
    @classmethod
    def _with_contradictions(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Report the fields' problems and the contradictions together: an 'after' validator waits for faultless fields."""
        details: list[InitErrorDetails] = []
        made = None
        try:
            made = handler(data)
        except ValidationError as error:
            details = [
                InitErrorDetails(
                    type=problem["type"], loc=problem["loc"], input=problem["input"], ctx=problem.get("ctx", {})
                )
                for problem in error.errors(include_url=False)
            ]
        if isinstance(data, dict):
            details += [
                InitErrorDetails(type="value_error", input=data, ctx={"error": ValueError(message)})
                for message in cls._contradictions(data)
            ]
        if details or made is None:
            raise ValidationError.from_exception_data(cls.__name__, details)
        return made

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:  # noqa: ARG003  a subclass looks at its settings
        """Return what is wrong between settings of ``data``, which may be anything that YAML has."""
        return []


class Quantization(Settings):
    """The weights' number format on each kind of device."""

    cpu: Literal["int8", "float32", "bfloat16"] = "int8"
    cuda: Literal["float16", "bfloat16", "float32", "int8_float16"] = "float16"

    def on(self, device: Device) -> str:
        return self.cpu if device == "cpu" else self.cuda


class DecodingSettings(Settings):
    """The search's settings, as in ``Decoding``."""

    beam_size: Annotated[int, Field(ge=1, le=64)] = 4
    length_penalty: float = 1.0
    repetition_penalty: Annotated[float, Field(gt=0)] = 1.0
    no_repeat_ngram_size: Annotated[int, Field(ge=0)] = 0
    max_tokens: Positive = 320

    def decoding(self) -> Decoding:
        return Decoding(**self.model_dump())


class ModelSettings(Settings):
    """A checkpoint and how to run it. ``model`` is a hub id, a folder, or ``embedded:NAME``; the languages are codes that the
    checkpoint knows, for models that must be told (docs/models.md).
    """

    model: Annotated[str, Field(min_length=1)]
    revision: str = "main"
    licence: str = "unknown"
    commercial: Allowance = "auto"
    source_language: Language | None = None
    target_language: Language | None = None
    engine: EngineName = "auto"
    quantization: Quantization = Quantization()
    batch_tokens: Automatic = None
    shortlist: bool = True
    strip_diacritics: bool = True
    decoding: DecodingSettings = DecodingSettings()

    @property
    def languages(self) -> Languages:
        return Languages(self.source_language, self.target_language)

    @property
    def commercial_use(self) -> Commercial:
        """Whether the licence allows commercial use: as the settings say, else as is known of the licence."""
        return commercial_use(self.licence) if self.commercial == "auto" else self.commercial


class TranslationSettings(ModelSettings):
    max_sentence_tokens: Annotated[int, Field(ge=8)] = 128


class SummarizationSettings(ModelSettings):
    """``method: extractive`` needs no model; ``max_source_tokens`` and ``decoding.max_tokens`` then count words, not pieces.

    ``instruction`` stands before each text, for models that are told what to do with it.
    """

    method: Literal["model", "extractive"] = "model"
    model: str = ""
    quantization: Quantization = Quantization(cuda="bfloat16")
    decoding: DecodingSettings = DecodingSettings(length_penalty=0.6, no_repeat_ngram_size=2, max_tokens=84)
    instruction: Annotated[str, Field(max_length=200)] = ""
    max_source_tokens: Annotated[int, Field(ge=32)] = 512
    min_words: Annotated[int, Field(ge=0)] = 40

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:
        if data.get("method", "model") == "model" and data.get("model", "") == "":
            return ["method 'model' needs a 'model'; or set 'method: extractive'"]
        return []


class CheckSettings(Settings):
    """Which checks run: all but those in ``skip``."""

    skip: tuple[str, ...] = ()

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:
        skip = data.get("skip")
        names = [name for name in skip if isinstance(name, str)] if isinstance(skip, list | tuple) else []
        known = ", ".join(NAMES)
        return [f"there is no check '{name}'; the checks are: {known}" for name in names if name not in NAMES]


class RepairSettings(Settings):
    """``max_share``: sentences of an article that may be decoded again; 0 is off."""

    max_share: Annotated[float, Field(ge=0, le=1)] = 0.2


class ProfileSettings(Settings):
    """``summarize`` says what the summariser reads: the Arabic, or the translation, and then there is no summary in Arabic."""

    description: str = ""
    demo: bool = False
    translation: TranslationSettings
    summarization: SummarizationSettings
    summarize: Literal["article", "translation"] = "article"
    checks: CheckSettings = CheckSettings()
    repair: RepairSettings = RepairSettings()
    glossary: Annotated[str, Field(min_length=1)] | None = None
    starter_glossary: bool = True

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:
        summarization = data.get("summarization")
        extractive = isinstance(summarization, dict) and summarization.get("method") == "extractive"
        if extractive and data.get("summarize") == "translation":
            return [
                "summarize: 'translation' needs a model that summarises English; the method 'extractive' reads Arabic"
            ]
        return []

    @property
    def models(self) -> tuple[ModelSettings, ...]:
        """The checkpoints that the profile needs; an extractive summariser is none."""
        models: tuple[ModelSettings, ...] = (self.translation,)
        return (*models, self.summarization) if self.summarization.method == "model" else models


class ClusterSettings(Settings):
    """``workers`` make briefs at once, each with so many processors and, where the device is cuda, GPUs or a part of one."""

    workers: Automatic = None
    cpus: Positive = 1
    gpus: Annotated[float, Field(gt=0, le=64)] = 1

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:
        gpus = data.get("gpus")
        broken = isinstance(gpus, int | float) and gpus > 1 and gpus % 1 != 0
        return [f"gpus: {gpus} is neither a part of one GPU nor a whole number of them"] if broken else []


class RunSettings(Settings):
    window_articles: Positive = 64
    window_chars: Positive = 400_000
    inter_threads: Automatic = None
    intra_threads: Automatic = None
    max_file_mb: Annotated[float, Field(gt=0)] = 5
    max_attempts: Positive = 3
    article_timeout_s: Annotated[float, Field(gt=0)] = 600
    min_free_mb: Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_automatic_or_none)] = None
    log_mb: Annotated[int, Field(ge=0)] = 100
    keep_versions: Annotated[int, Field(ge=0, le=100)] = 3
    fields: Mapping[str, Annotated[str, Field(min_length=1)]] = {}
    pub_status: PubStatus = "withheld"
    cluster: ClusterSettings = ClusterSettings()

    @property
    def reading(self) -> Reading:
        return Reading(int(self.max_file_mb * 1_000_000), self.fields)

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:
        fields = data.get("fields")
        unknown = [name for name in fields if name not in FIELDS] if isinstance(fields, dict) else []
        return [f"fields: an article has no {name!r}; it has: {', '.join(FIELDS)}" for name in unknown]


class MemorySettings(Settings):
    max_mb: Positive = 1024
