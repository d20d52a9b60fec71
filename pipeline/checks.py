"""Whether the set-up works, check by check, in sentences that say what to do where it does not."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.settings import MADE_WITH, Settings, program_version

FREE_BYTES = 500_000_000  # a run over some thousand posts writes less
COUNTED = ("posts", "claims", "decisions", "runs")
LEARNT = ("rankers", "calibration", "claimhood", "modality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at."""

    name: str
    well: bool
    said: str


def examine(settings: Settings) -> Iterator[Check]:
    """Yield what was found of the program, the corpus, the ledger, the models and the disk, each by itself."""
    for name, look in CHECKS.items():
        try:
            yield Check(name=name, well=True, said=look(settings))
        except (PipelineError, OSError, ImportError) as error:
            yield Check(name=name, well=False, said=str(error))


def _program(settings: Settings) -> str:
    needed = [line for line in requires(MADE_WITH) or () if "extra ==" not in line]
    if missing := [name for name in map(_package, needed) if not _is_installed(name)]:
        why = "not installed; `make setup` installs what is pinned, or: pip install --upgrade convening-ledger"
        raise PipelineError(", ".join(missing), why)
    return f"convening {program_version()} on Python {sys.version.split()[0]}, spaCy {version('spacy')}"


def _package(requirement: str) -> str:
    """The name that a line of requirements begins with.

    >>> _package("spacy>=3.8.7,<3.9"), _package("onnxruntime")
    ('spacy', 'onnxruntime')
    """
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _is_installed(package: str) -> bool:
    try:
        version(package)
    except PackageNotFoundError:
        return False
    return True


def _corpus(settings: Settings) -> str:
    from pipeline.ingest.corpus import scan

    if not settings.corpus.is_dir():
        raise PipelineError(str(settings.corpus), "there is no such folder; make it, or name another with --corpus")
    try:
        tempfile.TemporaryFile(dir=settings.corpus).close()  # what permissions say is not all: disks are read-only, too
    except OSError as error:
        why = f"cannot be written to ({error.strerror}); the ledger and new posts lie there, so let this user write"
        raise PipelineError(str(settings.corpus), why) from error
    found = scan(settings.corpus, {})
    left = f"; {len(found.skipped)} files are no posts" if found.skipped else ""
    return f"{settings.corpus} holds {len(found.new)} files{left}"


def _ledger(settings: Settings) -> str:
    from pipeline.steps import open_ledger

    with open_ledger(settings) as ledger:
        ledger.verify()
        counts = ledger.counts()
        parts = [f"{n} {name[:-1] if n == 1 else name}" for name in COUNTED for n in [counts[name]]]
        return f"{ledger.address} is whole: {', '.join(parts)}"


def _model(settings: Settings) -> str:
    from pipeline.extract.model import load_model, model_name

    return f"{model_name(load_model(settings.model or None))} loads"


def _models(settings: Settings) -> Path:
    """The folder of models. Raises ``PipelineError`` where there is none."""
    if not settings.models.is_dir():
        why = "there is no such folder of models; leave --models out for those that came with the program"
        raise PipelineError(str(settings.models), why)
    return settings.models


def _themes(settings: Settings) -> str:
    from pipeline.themes.guided import load_guided

    path = _models(settings) / "themes.toml"
    if not path.is_file():
        raise PipelineError(str(path), "there is no such file; copy the one that came with the program")
    return f"{path} has {len(load_guided(path))} themes"


def _gazetteer(settings: Settings) -> str:
    from pipeline.extract import gazetteer

    folder = _models(settings) / "gazetteer"
    if not folder.is_dir():
        raise PipelineError(str(folder), "there is no such folder; copy the one that came with the program")
    return f"{folder} has {len(gazetteer.load(folder).rows)} names"


def _trained(settings: Settings) -> str:
    from pipeline.extract.entities import EntityFinder
    from pipeline.extract.learnt import Learnt
    from pipeline.extract.roles import PLAIN

    models = _models(settings)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # that names are found by the stock pipeline is amiss here
        try:
            finder = EntityFinder.load(models)
        except UserWarning as warning:
            raise PipelineError(str(warning)) from warning
    try:
        learnt = Learnt.of(models)
    except (ValueError, KeyError) as error:
        raise PipelineError(
            str(models), f"a trained part cannot be read ({error}); go back with `convening models rollback`"
        ) from error
    lacking = [name for name in LEARNT if getattr(learnt, name) in (None, PLAIN)]
    without = f"; untrained, so left to rules: {', '.join(lacking)}" if lacking else ""
    return f"{finder.model} finds names{without}"


def _outputs(settings: Settings) -> str:
    """Whether a run can write its outputs. Raises ``PipelineError`` where it cannot."""
    place = settings.outputs.absolute()
    if place.exists() and not place.is_dir():
        raise PipelineError(str(settings.outputs), "is a file, no folder; move it away, or choose with --outputs")
    beside = next(folder for folder in (place, *place.parents) if folder.is_dir())
    try:
        tempfile.TemporaryFile(dir=beside).close()
    except OSError as error:
        why = f"cannot be written to ({error.strerror}); let this user write there, or choose another with --outputs"
        raise PipelineError(str(settings.outputs), why) from error
    return f"{settings.outputs} can be written" if place.is_dir() else f"{settings.outputs} will be made by a run"


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
    "trained parts": _trained,
    "outputs": _outputs,
    "disk": _disk,
}
