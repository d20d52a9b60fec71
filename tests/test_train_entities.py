"""Learning names from gold: what stops it, that a seed decides, and what is written."""

from __future__ import annotations

import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from conftest import ROOT

from pipeline.extract import gazetteer, places
from pipeline.extract.entities import EntityFinder, stock_pipeline
from pipeline.learn import train_entities as module
from pipeline.learn.augment import Augmenter, augmenter
from pipeline.learn.gold import GoldError, GoldPost
from pipeline.learn.train_entities import extra_sentences, train_entities
from pipeline.records import Post

MODELS = ROOT / "models"


def annotated(post: str, text: str, names: dict[str, str], split: str = "train") -> GoldPost:
    """A post with each of *names* marked once."""
    marks = [
        {"start": text.index(quote), "end": text.index(quote) + len(quote), "quote": quote, "label": label}
        for quote, label in names.items()
    ]
    return GoldPost(post=Post(id=post, text=text), split=split, entities=marks)


GOOD = annotated(
    "a",
    "Ana Sá of the Harbour Office met Olu in Lima.\n\nThe Harbour Office paid.",
    {"Ana Sá": "PERSON", "Lima": "GPE"},
)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": 1}, "'Ana' is not at 1"),
        ({"end": 999}, "lies outside the text"),
        ({"label": "BODY"}, "'BODY'"),
        ({"start": "0"}, "no whole numbers"),
    ],
)
def test_an_extra_sentence_that_cannot_be_used_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """Wrong offsets and labels stop with the file, the line and what is wrong."""
    mark = {"start": 0, "end": 3, "quote": "Ana", "label": "PERSON"}
    rows = [{"post": "x", "text": "Ana met Olu.", "entities": [each]} for each in (mark, mark | change)]
    path = tmp_path / "extra.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), "utf-8")
    with pytest.raises(GoldError, match=message) as caught:
        extra_sentences(path)
    assert "extra.jsonl, line 2: x: " in str(caught.value)


def test_posts_without_names_stop(tmp_path: Path) -> None:
    """Where nothing is marked, nothing can be learnt, and nothing is written."""
    with pytest.raises(GoldError, match="none is marked"):
        train_entities([annotated("a", "Nobody came.", {})], tmp_path / "out", seed=0)
    assert not (tmp_path / "out").exists()


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder without extra sentences, and a recipe of two rounds."""
    models = tmp_path / "models"
    shutil.copytree(MODELS / "gazetteer", models / "gazetteer")
    (models / "entities").mkdir()
    shutil.copy(MODELS / "entities" / "augment.toml", models / "entities")
    recipe = tmp_path / "entities.cfg"
    recipe.write_text(re.sub("max_epochs = .*", "max_epochs = 2", module.RECIPE.read_text("utf-8")), "utf-8")
    monkeypatch.setattr(module, "RECIPE", recipe)
    return models


def test_a_seed_decides_the_weights(small: Path, tmp_path: Path) -> None:
    """The same gold and seed give the same bytes; the pipeline loads, is measured, and finds names."""
    held = annotated("h", "Ana Sá went to Peru.", {"Ana Sá": "PERSON", "Peru": "GPE"}, split="dev")
    said: list[str] = []
    outs = [tmp_path / name / "entities" for name in ("one", "two")]
    for out in outs:
        figures = train_entities([GOOD], out, held=[held], seed=3, models=small, say=said.append)
    assert (outs[0] / "ner" / "model").read_bytes() == (outs[1] / "ner" / "model").read_bytes()
    assert {figure["measure"] for figure in figures} >= {"entities", "PERSON", "GPE"}
    assert json.loads((outs[0] / "figures.json").read_text("utf-8")) == figures
    assert sum(path.stat().st_size for path in outs[0].rglob("*") if path.is_file()) < 15_000_000
    assert any("epoch 2 of 2" in line for line in said)
    base = stock_pipeline()
    shutil.copytree(outs[0], small / "entities", dirs_exist_ok=True)
    found = EntityFinder.load(small, vocab=base.vocab).find(base.make_doc("Ana Sá went to Lima."))
    assert found
    assert {entity.model for entity in found} <= {"en_convening_entities 1.0.0", "gazetteer", "pattern", "repeated"}


def varied(seed: int, rate: float = 1.0) -> Augmenter:
    """An augmenter with the committed words and names."""
    folder = MODELS / "gazetteer"
    return augmenter(
        MODELS / "entities" / "augment.toml",
        gazetteer.load(folder),
        places.read(folder / "places.tsv"),
        rate=rate,
        seed=seed,
    )


def test_swapped_names_keep_their_places_and_labels() -> None:
    """In a varied text every span still marks a whole name, and the words between are untouched."""
    text = "Ana met GDS in Peru. GDS paid under the Privacy Act."
    spans = [(0, 3, "PERSON"), (8, 11, "ORG"), (15, 19, "GPE"), (21, 24, "ORG"), (40, 51, "PROGRAM")]
    vary = varied(1)
    for _ in range(50):
        new, moved = vary.swapped(text, spans)
        assert [label for *_, label in moved] == [label for *_, label in spans]
        assert new[moved[1][0] : moved[1][1]] == new[moved[3][0] : moved[3][1]]
        between = [new[left[1] : right[0]] for left, right in pairwise(moved)]
        assert between == [" met ", " in ", ". ", " paid under the "]


def test_at_rate_zero_nothing_changes() -> None:
    """No swap, the same text."""
    assert varied(1, rate=0.0).swapped("Ana met GDS.", [(0, 3, "PERSON")]) == ("Ana met GDS.", [(0, 3, "PERSON")])


def test_a_crisis_is_not_swapped() -> None:
    """A sentence about a pandemic must not come to speak of a meetup."""
    assert varied(2).swapped("During COVID-19.", [(7, 15, "EVENT")])[0] == "During COVID-19."


def test_one_seed_one_variation() -> None:
    """The seed alone decides; the global random state does not matter."""
    text, spans = "Ana met Olu.", [(0, 3, "PERSON"), (8, 11, "PERSON")]
    first = [varied(5).swapped(text, spans)]
    Random().random()
    assert first == [varied(5).swapped(text, spans)]


def test_the_extra_sentences_are_sound() -> None:
    """The committed extra sentences pass the checks that gold has to pass, and thin labels have their share."""
    extra = MODELS / "entities" / "extra.jsonl"
    labels = [mark["label"] for post in extra_sentences(extra) for mark in post.entities]
    assert all(labels.count(label) >= 60 for label in ("EVENT", "PROGRAM", "WORK"))
