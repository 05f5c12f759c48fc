"""models.yaml into frozen profiles; every problem of a file is reported at once.

Knows what settings exist and what they may be; finds and loads no model.
"""

from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from trans.errors import TransError
from trans.translation import Decoding

CONFIG_NAME = "models.yaml"

Device = Literal["cpu", "cuda"]
EngineName = Literal["auto", "ctranslate2", "transformers"]
Positive = Annotated[int, Field(ge=1)]


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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
    batch_tokens: Positive = 2048
    strip_diacritics: bool = True
    decoding: DecodingSettings = DecodingSettings()


class TranslationSettings(ModelSettings):
    max_sentence_tokens: Annotated[int, Field(ge=8)] = 128


class SummarizationSettings(ModelSettings):
    """``method: extractive`` needs no model; sections are then measured by the translator's tokenizer."""

    method: Literal["model", "extractive"] = "model"
    model: str = ""
    quantization: Quantization = Quantization(cuda="bfloat16")
    batch_tokens: Positive = 4096
    decoding: DecodingSettings = DecodingSettings(length_penalty=0.6, no_repeat_ngram_size=2, max_tokens=84)
    max_source_tokens: Annotated[int, Field(ge=32)] = 512
    min_words: Annotated[int, Field(ge=0)] = 40

    @model_validator(mode="after")
    def _model_named(self) -> "SummarizationSettings":
        if self.method == "model" and not self.model:
            raise ValueError("method 'model' needs a 'model'; or set 'method: extractive'")
        return self


class ProfileSettings(_Settings):
    description: str = ""
    demo: bool = False
    translation: TranslationSettings
    summarization: SummarizationSettings


class RunSettings(_Settings):
    window_articles: Positive = 32
    window_chars: Positive = 200_000
    max_file_mb: Annotated[float, Field(gt=0)] = 5
    max_attempts: Positive = 3


class MemorySettings(_Settings):
    max_mb: Positive = 1024


class Config(_Settings):
    """A whole models.yaml."""

    version: Literal[1] = 1
    default_profile: str = "news"
    run: RunSettings = RunSettings()
    memory: MemorySettings = MemorySettings()
    profiles: Annotated[dict[str, ProfileSettings], Field(min_length=1)]

    @model_validator(mode="after")
    def _default_exists(self) -> "Config":
        if self.default_profile not in self.profiles:
            known = ", ".join(self.profiles)
            raise ValueError(f"default_profile '{self.default_profile}' is not one of the profiles: {known}")
        return self


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
        data = yaml.safe_load(path.read_text(encoding="utf-8") if path else packaged_config())
    except (OSError, UnicodeDecodeError) as error:
        raise TransError(f"{name} can't be read: {error}", "Give the path of a models.yaml with --config.") from error
    except yaml.YAMLError as error:
        raise TransError(f"{name} is not valid YAML: {' '.join(str(error).split())}", "Mend that line.") from error
    if not isinstance(data, dict):
        raise TransError(f"{name} holds no settings", "Start from the file that comes with trans.")
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        problems = [_describe(problem["loc"], problem["msg"], problem.get("input")) for problem in error.errors()]
        count = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
        raise TransError(
            "\n  ".join([f"{name} has {count}:", *problems]), "Mend these settings; the packaged models.yaml documents each."
        ) from error


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


def _describe(location: Sequence[str | int], message: str, value: object) -> str:
    key = ".".join(str(part) for part in location) or "the file"
    got = "" if isinstance(value, dict) or message.startswith("Field required") else f" (it is {value!r})"
    if message.startswith("Extra inputs"):
        return f"{key}: there is no such setting"
    return f"{key}: {message.removeprefix('Value error, ')}{got}"
