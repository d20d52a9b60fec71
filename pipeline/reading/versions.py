"""What a result was made with: short digests over code, data and models, so that a change of any is noticed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipeline.settings import Settings, program_version

HERE = Path(__file__).resolve().parent.parent
KNOWLEDGE = ("entities", "gazetteer", "claims")  # below models/, beside single files, what extraction reads


def extractor_version(settings: Settings) -> str:
    """The program's version and a digest of all that the extraction's answers depend on."""
    models = settings.models
    single = sorted(path for path in models.glob("*.json") if path.is_file())
    folders = [HERE / "extract", *(models / name for name in KNOWLEDGE)]
    made = _digest((*folders, *single), settings.model, settings.default_currency)
    return f"{program_version()}+{made}"


def themes_version(settings: Settings) -> str:
    """The same for the themes: the guided ones, what was taught, and the encoder."""
    return _digest((HERE / "themes", settings.models / "themes.toml", settings.models / "themes"), settings.encoder)


def outputs_version(settings: Settings) -> str:
    """The same for what is compared and published."""
    code = (HERE / "compare", HERE / "publish", *(HERE / name for name in ("formulas.py", "records.py", "shares.py")))
    return _digest(code, program_version(), settings.currency)


def comparison_version(settings: Settings) -> str:
    """The same for the comparison of claims: its rules, and the encoder that is asked where words leave it open."""
    themes = HERE / "themes"
    encoder = [themes / "encoders.py", themes / "quick.py", *sorted(settings.models.rglob("quick*.npz"))]
    return _digest((HERE / "compare", HERE / "records.py", *encoder), program_version(), settings.encoder)


@cache
def _digest(places: tuple[Path, ...], *values: str) -> str:
    seen = hashlib.sha256("\0".join(values).encode())
    for place in places:
        for path in _files(place):
            seen.update(path.name.encode() + b"\0")
            seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()[:12]


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    elif place.is_dir():
        for path in sorted(place.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path
