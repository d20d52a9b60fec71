"""The one frozen ``Settings``: made once at the edge from flags, environment and defaults, in that order."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Self

from pipeline.errors import PipelineError
from pipeline.model_files.live import live_models
from pipeline.model_files.shipped import shipped_models

PREFIX = "CONVENING_"
MADE_WITH = "convening-ledger"


class SettingsError(PipelineError):
    """A setting that cannot be used."""


def program_version() -> str:
    """The version of the installed program; ``0`` where it runs uninstalled."""
    try:
        return version(MADE_WITH)
    except PackageNotFoundError:
        return "0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where things lie and what the program works with.

    Every field can be set by an environment variable: its name in capitals after ``CONVENING_``
    (``CONVENING_CORPUS=posts``). ``DATABASE_URL`` names the ledger where ``ledger`` is not set.
    """

    corpus: Path = Path("corpus")  # posts, sources and the ledger: what people put in
    models: Path = Path("models")  # what the pipeline knows: by default the live version, the shipped ones if none is
    outputs: Path = Path("outputs")  # what a run derives
    ledger: str = ""  # a SQLite file or a database URL; by default ledger.db in the corpus
    model: str = ""  # a spaCy pipeline's name or path; by default en_core_web_md
    encoder: str = ""  # quick, minilm or words: what reads passages for themes; by default quick
    currency: str = ""  # ISO 4217: beside each sum, its value in this currency
    default_currency: str = ""  # ISO 4217: what a bare "$" means where the post tells nothing
    reviewer: str = ""  # whose decisions are recorded; by default the login name
    contact: str = ""  # a web or mail address that sites find in our User-Agent
    processes: int = 0  # how many processes extract; 0: as many as pay off
    keep_runs: int = 1000  # how many reports of old runs the ledger keeps
    on_failure: str = ""  # https://… or mailto:…: who is told, in a sentence, when a run fails
    report_url: str = ""  # where people can open the outputs' report, for the links to it

    @classmethod
    def load(cls, **flags: object) -> Self:
        """Settings from *flags*, where one is not ``None``, then the environment, then the defaults.

        Raises ``SettingsError`` for a value that is not of its field's type.
        """
        values: dict[str, object] = {}
        for field in fields(cls):
            given = flags.get(field.name)
            if given is None:
                given = os.environ.get(PREFIX + field.name.upper())
            if given is not None:
                values[field.name] = _typed(field.name, field.type, given)
        found = cls(**values)  # type: ignore[arg-type]
        if "models" not in values:
            live = live_models(found.corpus)
            if live is not None or not found.models.is_dir():
                found = replace(found, models=live or shipped_models())
        return found

    @property
    def ledger_address(self) -> str | Path:
        """The ledger's SQLite file, or a database URL. Raises ``SettingsError`` where ``DATABASE_URL`` is none."""
        if self.ledger:
            return self.ledger if "://" in self.ledger else Path(self.ledger)
        url = os.environ.get("DATABASE_URL")
        if url and "://" not in url:
            why = "is no address of a database; write postgresql://USER:PASSWORD@HOST/NAME, or leave it out for SQLite"
            raise SettingsError("DATABASE_URL", why)
        return url or self.corpus / "ledger.db"


def _typed(name: str, kind: object, given: object) -> object:
    if kind == "Path":
        return Path(str(given)).expanduser()
    if kind == "int":
        try:
            return int(str(given))
        except ValueError as error:
            raise SettingsError(f"{PREFIX}{name.upper()}", f"{given!r} is not a whole number") from error
    return str(given)
