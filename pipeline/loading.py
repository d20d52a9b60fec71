"""The heavy things that settings name, loaded once where they are needed: the extractor and the themes' guide."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.settings import Settings
from pipeline.versions import extractor_version

if TYPE_CHECKING:
    from pipeline.extract.extractor import Extractor
    from pipeline.themes.encoders import Encoder
    from pipeline.themes.guide import Guide
    from pipeline.themes.state import ThemeState


@cache
def load_extractor(settings: Settings) -> Extractor:
    """What finds claims and entities; loads a spaCy pipeline."""
    from pipeline.extract.extractor import Extractor

    made = Extractor(settings.model or None, models=settings.models, currency=settings.default_currency or None)
    made.name = f"{made.name} {extractor_version(settings)}"  # so that every claim says which version found it
    return made


def load_guide(settings: Settings, state: ThemeState | None = None) -> Guide:
    """The guided themes of the file and those that *state* adds to them, ready to judge passages; opens an encoder."""
    from pipeline.themes.guide import Guide
    from pipeline.themes.guided import load_guided
    from pipeline.themes.operations import guided_with
    from pipeline.themes.taught import load_taught

    themes = guided_with(state, load_guided(settings.models / "themes.toml"))
    return Guide(themes, load_encoder(settings), taught=load_taught(settings.models / "themes"))


def load_encoder(settings: Settings) -> Encoder:
    """The encoder of sentences; what it made once is kept in a hidden folder of the corpus, where there is one."""
    from pipeline.themes.cache import CachedEncoder, VectorCache
    from pipeline.themes.encoders import default_encoder

    encoder = default_encoder()
    if not settings.corpus.is_dir():
        return encoder
    return CachedEncoder(encoder, VectorCache(settings.corpus / ".cache" / "vectors"))
