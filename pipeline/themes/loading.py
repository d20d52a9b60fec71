"""The guide and the quick encoder out of a folder of models."""

from __future__ import annotations

from pathlib import Path

from pipeline.model_files.shipped import shipped_models
from pipeline.theme_table.rows import ThemeTable
from pipeline.themes.encoders import Encoder
from pipeline.themes.guide import Guide
from pipeline.themes.guided import load_guided
from pipeline.themes.operations import guided_with
from pipeline.themes.quick import FILE, QuickEncoder, load_quick
from pipeline.themes.taught import load_taught


def guide_of(models: Path, encoder: Encoder, *, table: ThemeTable | None = None) -> Guide:
    """The guided themes of *models* and those that *table* adds to them, ready to judge passages.

    What was taught belongs to an encoder: the quick one's lies in ``themes/``, another's in a folder of its name there.
    """
    themes, folder = guided_with(table, load_guided(models / "themes.toml")), models / "themes"
    return Guide(themes, encoder, taught=load_taught(folder if encoder.name == "quick" else folder / encoder.name))


def quick_of(models: Path) -> QuickEncoder:
    """The quick encoder of *models*, or the one that came with the program where they have none."""
    folder = models / "themes"
    return load_quick(folder if (folder / FILE).is_file() else shipped_models() / "themes")
