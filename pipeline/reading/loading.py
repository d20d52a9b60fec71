"""The heavy things that settings name, loaded once where they are needed: the extractor and the themes' guide."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.reading.versions import extractor_version
from pipeline.settings import Settings

if TYPE_CHECKING:
    from pipeline.extract.extractor import Extractor
    from pipeline.theme_table.rows import ThemeTable
    from pipeline.themes.encoders import Encoder
    from pipeline.themes.guide import Guide


@cache
def load_extractor(settings: Settings) -> Extractor:
    """What finds claims and entities; loads a spaCy pipeline."""
    from pipeline.extract.extractor import Extractor

    made = Extractor(settings.model or None, models=settings.models, currency=settings.default_currency or None)
    made.name = f"{made.name} {extractor_version(settings)}"  # so that every claim says which version found it
    return made


def load_guide(settings: Settings, table: ThemeTable | None = None) -> Guide:
    """The guided themes of the file and those that *table* adds to them, ready to judge passages; opens an encoder."""
    from pipeline.themes.loading import guide_of

    return guide_of(settings.models, load_encoder(settings), table=table)


def load_encoder(settings: Settings) -> Encoder:
    """The encoder of passages that *settings* name: by default the quick one, which comes with the models.

    What MiniLM made once is kept in a hidden folder of the corpus, where there is one. An encoder that cannot
    be had gives way to words alone, with a warning. Raises ``EncoderError`` for a name that is none.
    """
    import warnings

    from pipeline.themes.cache import CachedEncoder, VectorCache
    from pipeline.themes.encoders import EncoderError, WordEncoder, default_encoder
    from pipeline.themes.loading import quick_of

    match settings.encoder or "quick":
        case "quick":
            try:
                return quick_of(settings.models)
            except EncoderError as error:
                warnings.warn(f"{error}. Themes are found by words alone.", stacklevel=2)
                return WordEncoder()
        case "minilm":
            encoder = default_encoder()
            if not settings.corpus.is_dir():
                return encoder
            return CachedEncoder(encoder, VectorCache(settings.corpus / ".cache" / "vectors"))
        case "words":
            return WordEncoder()
        case other:
            raise EncoderError(other, "is no encoder; choose quick, minilm or words (CONVENING_ENCODER)")
