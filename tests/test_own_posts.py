"""Our own annotated posts: whole, and read as they were annotated; no gold from elsewhere is needed for it."""

from __future__ import annotations

import json

from pipeline.extract.extractor import Extractor
from pipeline.learn.own import POSTS, own_posts, unbraced
from tests.bench.own import counted


def test_each_claim_stands_in_its_post() -> None:
    """As many claims as figures in braces; subject, measure and source are words of the post."""
    rows = [json.loads(line) for line in POSTS.read_text("utf-8").splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) == 219
    for row in rows:
        text, spans = unbraced(row["text"])
        assert len(spans) == len(row["claims"])
        for subject, measure, modality, *source in row["claims"]:
            assert all(said is None or said in text for said in (subject, measure, *source))
            assert modality in {"actual", "planned", "conditional", "negated"}


def test_nearly_all_figures_are_read_as_annotated() -> None:
    """What the roles are learnt from is what the reader finds: few figures of the posts fall out."""
    annotated = sum(len(json.loads(line)["claims"]) for line in POSTS.read_text("utf-8").splitlines())
    assert sum(len(post.claims) for post in own_posts()) >= 0.96 * annotated


def test_every_fifth_post_is_read_as_well_as_it_was() -> None:
    """Floors that only rise: figures found, and their spans, modalities and sources right."""
    counts = counted(Extractor(), every=5)
    assert counts["found"] >= 0.95 * counts["annotated"]
    assert counts["found beside"] <= 0.02 * counts["found"]
    assert counts["span"] >= 0.98 * counts["found"]
    assert counts["modality"] >= 0.91 * counts["found"]
    assert counts["source"] >= 0.93 * counts["found"]
