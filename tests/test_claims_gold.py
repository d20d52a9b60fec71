"""The claims of annotated posts, against the floors that they must reach."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.extract.extractor import Extractor
from pipeline.learn.evaluate import score
from pipeline.learn.floors import FILE, below, read_floors
from pipeline.learn.gold import read_gold
from pipeline.model_files.shipped import shipped_models
from pipeline.plain import claim_row

GOLD = Path(__file__).parents[2] / "shared" / "gold" / "gold.jsonl"


@pytest.mark.skipif(not GOLD.is_file(), reason="the annotated posts are not on this machine")
def test_claims_of_unseen_posts_reach_their_floors(tmp_path: Path) -> None:
    """No field of the claims of split dev is right less often than its floor says; floors only rise."""
    models = tmp_path / "models"
    shutil.copytree(shipped_models(), models, ignore=shutil.ignore_patterns("split-dev.tsv", "themes"))
    gold = list(read_gold(GOLD, splits=["dev"]))
    found = Extractor(models=models).extract_many(annotated.post for annotated in gold)
    rows = {post.id: {"claims": [claim_row(claim) for claim in extraction.claims]} for post, extraction in found}
    floors = read_floors(shipped_models() / FILE)
    floors = {name: floor for name, floor in floors.items() if "claims" in name or ", of" in name}
    assert len(floors) >= 7
    assert below(score(gold, rows), floors) == []
