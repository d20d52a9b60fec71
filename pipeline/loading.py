"""The heavy things that settings name, loaded once where they are needed: the extractor and the themes' guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.extract.extractor import Extractor
    from pipeline.themes.guide import Guide


def load_extractor(settings: Settings) -> Extractor:
    """What finds claims and entities; loads a spaCy pipeline."""
    from pipeline.extract.extractor import Extractor

    return Extractor(settings.model or None, models=settings.models, currency=settings.default_currency or None)


def load_guide(settings: Settings) -> Guide:
    """The guided themes, ready to judge passages; opens an encoder."""
    from pipeline.themes.encoders import default_encoder
    from pipeline.themes.guide import Guide
    from pipeline.themes.guided import load_guided

    return Guide(load_guided(settings.models / "themes.toml"), default_encoder())
