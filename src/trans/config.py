"""models.yaml into frozen profiles; every problem of a file is reported at once.

Knows what settings exist and what they may be; finds and loads no model.
"""

import reprlib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
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
from trans.errors import TransError
from trans.sources import FIELDS, Reading
from trans.translation import Decoding
from trans.yamltext import parse

CONFIG_NAME = "models.yaml"

Device = Literal["cpu", "cuda"]
EngineName = Literal["auto", "ctranslate2", "transformers"]
Positive = Annotated[int, Field(ge=1)]


def _automatic(value: object) -> object:
    if value is None or value == "auto":
        return None
    if type(value) is not int or value < 1:
        raise ValueError("should be 'auto' or a whole number from 1")
    return value


# None, written "auto": as the machine has it.
Automatic = Annotated[int | None, BeforeValidator(_automatic)]

# The packaged file has 4 kB and some 300 values; more than these is a wrong file, or made to fill the memory.
_MAX_BYTES = 250_000


class _Settings(BaseModel):
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


class Quantization(_Settings):
    """The weights' number format on each kind of device."""

    cpu: Literal["int8", "float32", "bfloat16"] = "int8"
    cuda: Literal["float16", "bfloat16", "float32", "int8_float16"] = "float16"

    def on(self, device: Device) -> str:
        return self.cpu if device == "cpu" else self.cuda


class DecodingSettings(_Settings):
    """The search's settings, as in ``Decoding``."""

    beam_size: Annotated[int, Field(ge=1, le=64)] = 4
    length_penalty: float = 1.0
    repetition_penalty: Annotated[float, Field(gt=0)] = 1.0
    no_repeat_ngram_size: Annotated[int, Field(ge=0)] = 0
    max_tokens: Positive = 320

    def decoding(self) -> Decoding:
        return Decoding(**self.model_dump())


class ModelSettings(_Settings):
    """A checkpoint and how to run it. ``model`` is a hub id, a folder, or ``embedded:NAME``."""

    model: Annotated[str, Field(min_length=1)]
    revision: str = "main"
    licence: str = "unknown"
    engine: EngineName = "auto"
    quantization: Quantization = Quantization()
    batch_tokens: Automatic = None
    shortlist: bool = True
    strip_diacritics: bool = True
    decoding: DecodingSettings = DecodingSettings()


class TranslationSettings(ModelSettings):
    max_sentence_tokens: Annotated[int, Field(ge=8)] = 128


class SummarizationSettings(ModelSettings):
    """``method: extractive`` needs no model; ``max_source_tokens`` and ``decoding.max_tokens`` then count words, not pieces."""

    method: Literal["model", "extractive"] = "model"
    model: str = ""
    quantization: Quantization = Quantization(cuda="bfloat16")
    decoding: DecodingSettings = DecodingSettings(length_penalty=0.6, no_repeat_ngram_size=2, max_tokens=84)
    max_source_tokens: Annotated[int, Field(ge=32)] = 512
    min_words: Annotated[int, Field(ge=0)] = 40

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:
        if data.get("method", "model") == "model" and data.get("model", "") == "":
            return ["method 'model' needs a 'model'; or set 'method: extractive'"]
        return []


class CheckSettings(_Settings):
    """Which checks run: all but those in ``skip``."""

    skip: tuple[str, ...] = ()

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:
        skip = data.get("skip")
        names = [name for name in skip if isinstance(name, str)] if isinstance(skip, list | tuple) else []
        known = ", ".join(NAMES)
        return [f"there is no check '{name}'; the checks are: {known}" for name in names if name not in NAMES]


class RepairSettings(_Settings):
    """``max_share``: sentences of an article that may be decoded again; 0 is off."""

    max_share: Annotated[float, Field(ge=0, le=1)] = 0.2


class ProfileSettings(_Settings):
    description: str = ""
    demo: bool = False
    translation: TranslationSettings
    summarization: SummarizationSettings
    checks: CheckSettings = CheckSettings()
    repair: RepairSettings = RepairSettings()
    glossary: Annotated[str, Field(min_length=1)] | None = None
    starter_glossary: bool = True


class RunSettings(_Settings):
    window_articles: Positive = 64
    window_chars: Positive = 400_000
    inter_threads: Automatic = None
    intra_threads: Automatic = None
    max_file_mb: Annotated[float, Field(gt=0)] = 5
    max_attempts: Positive = 3
    article_timeout_s: Annotated[float, Field(gt=0)] = 600
    fields: Mapping[str, Annotated[str, Field(min_length=1)]] = {}
    pub_status: PubStatus = "withheld"

    @property
    def reading(self) -> Reading:
        return Reading(int(self.max_file_mb * 1_000_000), self.fields)

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:
        fields = data.get("fields")
        unknown = [name for name in fields if name not in FIELDS] if isinstance(fields, dict) else []
        return [f"fields: an article has no {name!r}; it has: {', '.join(FIELDS)}" for name in unknown]


class MemorySettings(_Settings):
    max_mb: Positive = 1024


class Config(_Settings):
    """A whole models.yaml."""

    version: Literal[1] = 1
    default_profile: str = "news"
    run: RunSettings = RunSettings()
    memory: MemorySettings = MemorySettings()
    profiles: Annotated[dict[str, ProfileSettings], Field(min_length=1)]

    @classmethod
    def _contradictions(cls, data: dict[str, Any]) -> list[str]:
        default, profiles = data.get("default_profile", "news"), data.get("profiles")
        if isinstance(default, str) and isinstance(profiles, dict) and profiles and default not in profiles:
            known = ", ".join(str(name) for name in profiles)
            return [f"default_profile '{default}' is not one of the profiles: {known}"]
        return []


class Profile(_Settings):
    """One profile, ready to use: ``base`` is the folder that relative model folders are meant from."""

    name: str
    base: Path
    settings: ProfileSettings
    run: RunSettings
    memory: MemorySettings


def find_config(explicit: Path | None) -> Path | None:
    """Return the configuration file to read: ``explicit``, else ``./models.yaml``, else None for the packaged one."""
    if explicit is not None:
        return explicit
    local = Path(CONFIG_NAME)
    return local if local.is_file() else None


def load_config(path: Path | None) -> Config:
    """Read ``path``, or the packaged models.yaml for None. Raises ``TransError`` that lists every problem."""
    name = str(path) if path else f"the packaged {CONFIG_NAME}"
    try:
        text = _read(path) if path else packaged_config()
    except (OSError, UnicodeDecodeError) as error:
        raise TransError(f"{name} can't be read: {error}", "Give the path of a models.yaml with --config.") from error
    if text is None:
        raise TransError(f"{name} is too large to be a models.yaml", "Give the path of a models.yaml with --config.")
    try:
        data, problems = parse(text)
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # PyYAML lets through whatever its constructors raise: a ValueError for a 13th month, a KeyError for '!!bool x'.
        raise TransError(f"{name} is not valid YAML: {' '.join(str(error).split())}", "Mend that line.") from error
    except RecursionError as error:
        raise TransError(f"{name} is nested too deeply", "Start from the file that comes with trans.") from error
    if not isinstance(data, dict):
        raise TransError(f"{name} holds no settings", "Start from the file that comes with trans.")
    config = None
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        problems += [_describe(problem["loc"], problem["msg"], problem.get("input")) for problem in error.errors()]
    if problems or config is None:
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise TransError(
            "\n  ".join([f"{name} has {count}:", *problems]),
            "Mend these settings; the packaged models.yaml documents each.",
        )
    return config


def choose_profile(config: Config, name: str | None, path: Path | None) -> Profile:
    """Return the profile called ``name``, or the default one. Raises ``TransError`` for an unknown name."""
    chosen = name or config.default_profile
    if chosen not in config.profiles:
        raise TransError(f"There is no profile '{chosen}'", f"Choose one of: {', '.join(config.profiles)}.")
    return Profile(
        name=chosen,
        base=path.resolve().parent if path else Path.cwd(),
        settings=config.profiles[chosen],
        run=config.run,
        memory=config.memory,
    )


def packaged_config() -> str:
    """Return the text of the models.yaml in the package, or at the top of the source tree in an editable install."""
    packaged = resources.files("trans") / CONFIG_NAME
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / CONFIG_NAME).read_text(encoding="utf-8")


def _read(path: Path) -> str | None:
    """Return the file's text, or None when it is too large; it may be a pipe, which has no size."""
    with path.open("rb") as file:
        content = file.read(_MAX_BYTES + 1)
    return content.decode("utf-8") if len(content) <= _MAX_BYTES else None


def _describe(location: Sequence[str | int], message: str, value: object) -> str:
    key = ".".join(str(part) for part in location) or "the file"
    # Of a huge value, or one that is hundreds of aliases, the beginning is enough.
    got = "" if isinstance(value, dict) or message.startswith("Field required") else f" (it is {reprlib.repr(value)})"
    if message.startswith("Extra inputs"):
        return f"{key}: there is no such setting"
    return f"{key}: {message.removeprefix('Value error, ')}{got}"
