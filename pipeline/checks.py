"""Whether the set-up works, check by check, in sentences that say what to do where it does not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version

from pipeline.errors import PipelineError
from pipeline.settings import Settings, program_version

FREE_BYTES = 500_000_000  # a run over some thousand posts writes less


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    well: bool
    said: str


def examine(settings: Settings) -> Iterator[Check]:
    """Yield what was found of the program, its model, the corpus, the ledger, the models and the disk."""
    for name, look in CHECKS.items():
        try:
            yield Check(name=name, well=True, said=look(settings))
        except (PipelineError, OSError, ImportError) as error:
            yield Check(name=name, well=False, said=str(error))


def _program(settings: Settings) -> str:
    return f"convening {program_version()} on Python {sys.version.split()[0]}, spaCy {version('spacy')}"


def _corpus(settings: Settings) -> str:
    from pipeline.ingest.corpus import scan

    if not settings.corpus.is_dir():
        raise PipelineError(str(settings.corpus), "there is no such folder; make it, or name another with --corpus")
    found = scan(settings.corpus, {})
    left = f"; {len(found.skipped)} files are no posts" if found.skipped else ""
    return f"{settings.corpus} holds {len(found.new)} files{left}"


def _ledger(settings: Settings) -> str:
    from pipeline.steps import open_ledger

    with open_ledger(settings) as ledger:
        ledger.verify()
        counts = ledger.counts()
        parts = [f"{counts[name]} {name}" for name in ("posts", "claims", "decisions", "runs")]
        return f"{ledger.address} is whole: {', '.join(parts)}"


def _model(settings: Settings) -> str:
    from pipeline.extract.model import load_model, model_name

    return f"{model_name(load_model(settings.model or None))} loads"


def _themes(settings: Settings) -> str:
    from pipeline.themes.guided import load_guided

    found = load_guided(settings.models / "themes.toml")
    return f"{settings.models / 'themes.toml'} has {len(found)} themes"


def _gazetteer(settings: Settings) -> str:
    from pipeline.extract import gazetteer

    found = gazetteer.load(settings.models / "gazetteer")
    return f"{settings.models / 'gazetteer'} has {len(found.rows)} names"


def _disk(settings: Settings) -> str:
    place = settings.corpus if settings.corpus.is_dir() else settings.corpus.absolute().parent
    free = shutil.disk_usage(place).free
    if free < FREE_BYTES:
        raise PipelineError(str(place), f"only {free // 1_000_000} MB are free; make room before the next run")
    return f"{free // 1_000_000_000} GB are free"


CHECKS: dict[str, Callable[[Settings], str]] = {
    "program": _program,
    "corpus": _corpus,
    "ledger": _ledger,
    "language model": _model,
    "themes": _themes,
    "gazetteer": _gazetteer,
    "disk": _disk,
}


def rebuild(settings: Settings) -> str:
    """Read the posts and the decisions into a new or damaged-and-removed ledger; what was done, in a sentence."""
    from pipeline import steps
    from pipeline.ledger import decision_log

    steps.read_posts(settings, visit=False)
    steps.extract_claims(settings)
    with steps.open_ledger(settings) as ledger:
        taken = decision_log.take_in(ledger, settings.corpus / "decisions")
    steps.assign_themes(settings)
    return f"{taken} decisions were read back from {settings.corpus / 'decisions'}"
