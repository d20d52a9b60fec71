"""What the models in a folder read out of posts, as the rows that are scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.extract.extractor import Extractor
from pipeline.learn.gold import Row
from pipeline.learn.trials import NAMES
from pipeline.records import Extraction, Post
from pipeline.themes.cache import CachedEncoder
from pipeline.themes.encoders import Encoder
from pipeline.themes.guide import Guide
from pipeline.themes.loading import guide_of, quick_of


def read_posts(posts: Sequence[Post], models: Path, *, encoder: Encoder | None = None) -> Mapping[str, Row]:
    """The claims, names and themes of *posts* as the models in *models* find them, by post.

    Themes are judged with the quick encoder, which is what runs use unless they are told otherwise.
    """
    extractor = Extractor(models=models)
    guide = guide_of(models, CachedEncoder(encoder or quick_of(models), {}))
    return {post.id: _row(post, found, guide) for post, found in extractor.extract_many(posts)}


def _row(post: Post, found: Extraction, guide: Guide) -> Row:
    themes: dict[int, list[str]] = {}
    for assignment in guide.themes_of(post):
        themes.setdefault(assignment.passage, []).append(assignment.theme)
    return {
        "claims": [
            {name: getattr(claim, name) for name in NAMES} | {"confidence": claim.confidence} for claim in found.claims
        ],
        "entities": [{"start": e.start, "end": e.end, "label": e.label.value} for e in found.entities],
        "passages": [{"themes": themes.get(passage.index, [])} for passage in found.passages],
    }
