"""Where the models that came with the program lie: themes, gazetteer, trained pipelines, calibration."""

from __future__ import annotations

from pathlib import Path

HERE = Path(__file__).resolve().parent.parent


def shipped_models() -> Path:
    """The folder of models: ``models/`` of a checkout, or the copy inside an installed wheel."""
    beside = HERE.parent / "models"
    return beside if beside.is_dir() else HERE / "shipped_models"
