"""What was learnt from annotations and decisions: all that a reading of figures takes from the folder of models."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pipeline.extract import claimhood, confidence, learnt_modality
from pipeline.extract.claimhood import Claimhood
from pipeline.extract.confidence import Calibration
from pipeline.extract.learnt_modality import ModalityModel
from pipeline.extract.ranker import Ranker, load_rankers
from pipeline.extract.roles import FILE as RANKERS
from pipeline.extract.roles import PLAIN
from pipeline.model_files.shipped import shipped_models


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """The learnt parts; one that is missing leaves its question to the rules."""

    rankers: Mapping[str, Ranker] = field(default_factory=lambda: PLAIN)
    calibration: Calibration | None = None
    claimhood: Claimhood | None = None  # what reviewers taught about figures that are no claims
    modality: ModalityModel | None = None  # what they taught about figures that are planned, conditional or denied

    @classmethod
    def of(cls, models: Path | None = None) -> Self:
        """What the folder *models* holds, by default the one that came with the program; each file is read once."""
        folder = models or shipped_models()
        return cls(
            rankers=load_rankers(folder / RANKERS) or PLAIN,
            calibration=confidence.load_calibration(folder / confidence.FILE),
            claimhood=claimhood.load_claimhood(folder / claimhood.FILE),
            modality=learnt_modality.load_modality(folder / learnt_modality.FILE),
        )


def read_anew() -> None:
    """Let the next ``Learnt.of`` see files that were just written: each is kept by its path."""
    for load in (
        load_rankers,
        confidence.load_calibration,
        claimhood.load_claimhood,
        learnt_modality.load_modality,
    ):
        load.cache_clear()
