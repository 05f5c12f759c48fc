"""What a brief says of its making: models, licences, and three hashes that tell what has to be done again, and what not.

Knows profiles and engines; finds no model and loads none.
"""

import hashlib
import json
from typing import Any

from trans import (
    arabic,
    checks,
    english,
    pipeline,
    render,
    repair,
    sources,
    summary,
    text,
    translated_summaries,
)
from trans._version import __version__
from trans.brief import Hashes, Provenance
from trans.checks import Rules
from trans.config import Profile
from trans.engines.base import Engine
from trans.settings import ModelSettings, ProfileSettings

# What a model is called, where it runs and in which batches changes no text; the fingerprint stands for the rest.
_NOT_IN_TEXTS = {"model", "revision", "licence", "commercial", "engine", "quantization", "batch_tokens", "shortlist"}
# Told where they are set only: briefs from before there were these settings are none the worse for it.
_SELDOM = {"source_language", "target_language", "instruction"}


def provenance_of(profile: Profile, rules: Rules, translator: Engine, summariser: Engine) -> Provenance:
    """Return what briefs of ``profile`` say of their making, with these engines and ``rules``."""
    settings = profile.settings
    about = [
        _about(settings.translation, translator),
        _about_extractive(summariser)
        if settings.summarization.method == "extractive"
        else _about(settings.summarization, summariser),
    ]
    return Provenance(
        trans=__version__,
        profile=profile.name,
        demo=is_demo(profile),
        translation=about[0],
        summarization=about[1],
        pub_status=profile.run.pub_status,
        hashes=Hashes(
            translation=_translation_hash(settings, translator, summariser, demo=is_demo(profile)),
            checks=checks_hash(rules),
            # What a brief says of its making is rendered too: another licence or name is no reason to translate again.
            rendering=_hash(
                {
                    "version": render.VERSION,
                    "profile": profile.name,
                    "about": about,
                    "pub_status": profile.run.pub_status,
                }
            ),
        ),
    )


def checks_hash(rules: Rules) -> str:
    """Return what a brief's flags depend on beside its texts."""
    return _hash({"version": checks.VERSION, "off": sorted(rules.off), "glossary": rules.glossary.hash})


def is_demo(profile: Profile) -> bool:
    """Return whether the profile's output is a demonstration: it says so itself, or a model of it is an embedded one."""
    settings = profile.settings
    models = (settings.translation.model, settings.summarization.model)
    return settings.demo or any(model.startswith("embedded:") for model in models)


def _translation_hash(settings: ProfileSettings, translator: Engine, summariser: Engine, *, demo: bool) -> str:
    """Everything that a brief's texts depend on beside its article; batch sizes and devices do not count."""
    return _hash(
        {
            "fingerprints": [translator.fingerprint, summariser.fingerprint],
            "translation": _in_texts(settings.translation),
            "summarization": _in_texts(settings.summarization),
            "demo": demo,
            "repair": settings.repair.model_dump(),
            "versions": [module.VERSION for module in (sources, text, arabic, english, summary, pipeline, repair)],
        }
        | ({"summarize": translated_summaries.VERSION} if settings.summarize == "translation" else {})
    )


def _about(settings: ModelSettings, engine: Engine) -> dict[str, Any]:
    return {
        "model": settings.model,
        "revision": None if settings.model.startswith("embedded:") else settings.revision,
        "fingerprint": engine.fingerprint,
        "engine": engine.name,
        "quantization": engine.quantization,
        "licence": settings.licence,
        "settings": _in_texts(settings),
    }


def _in_texts(settings: ModelSettings) -> dict[str, Any]:
    """Return the settings that texts depend on."""
    always = settings.model_dump(exclude=_NOT_IN_TEXTS | _SELDOM)
    return always | settings.model_dump(include=_SELDOM, exclude_defaults=True)


def _about_extractive(engine: Engine) -> dict[str, Any]:
    return {
        "model": "chosen sentences of the article",
        "revision": None,
        "fingerprint": engine.fingerprint,
        "engine": engine.name,
        "quantization": engine.quantization,
        "licence": "the article's own",
        "settings": {},
    }


def _hash(data: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
