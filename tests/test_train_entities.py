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
from pipeline.learn.train_entities import UnusableGoldError, read_annotated, train_entities

MODELS = ROOT / "models"


def row(post: str, text: str, names: dict[str, str], split: str = "train") -> dict[str, Any]:
    """A row of gold that brings its text, with each of *names* marked once."""
    marks = [
        {"start": text.index(quote), "end": text.index(quote) + len(quote), "quote": quote, "label": label}
        for quote, label in names.items()
    ]
    return {"post": post, "split": split, "text": text, "entities": marks}


def write(path: Path, *rows: dict[str, Any]) -> Path:
    """The file *path* with *rows*, one a line."""
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), "utf-8")
    return path


GOOD = row(
    "a",
    "Ana Sá of the Harbour Office met Olu in Lima.\n\nThe Harbour Office paid.",
    {"Ana Sá": "PERSON", "Lima": "GPE"},
)


def test_rows_are_read_with_what_is_known_of_the_post(tmp_path: Path) -> None:
    """Metadata come from the index beside the gold, texts from the row or the folder of posts."""
    (tmp_path / "b.txt").write_text("GDS is in London.", "utf-8")
    write(
        tmp_path / "index.jsonl", {"post": "b", "country": "GB", "publisher": "GDS", "title": "T", "date": "2020-01-02"}
    )
    mark = {"start": 0, "end": 3, "quote": "GDS", "label": "ORG"}
    gold = write(tmp_path / "gold.jsonl", GOOD, {"post": "b", "split": "dev", "entities": [mark]})
    first, second = read_annotated(gold, tmp_path)
    assert (first.post.country, second.post.country, second.post.publisher) == (None, "GB", "GDS")
    assert (second.post.text, second.split) == ("GDS is in London.", "dev")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": 1}, "'Ana Sá' at 1-6 is 'na Sá' in the text"),
        ({"end": 999}, "'Ana Sá' at 0-999"),
        ({"label": "BODY"}, "'Ana Sá' at 0-6 has the unknown label 'BODY'"),
    ],
)
def test_marks_that_do_not_fit_stop_with_the_row(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """Wrong offsets and labels are named with their post, all at once."""
    wrong = {**GOOD, "post": "wrong", "entities": [{**GOOD["entities"][0], **change}]}
    worse = {**GOOD, "post": "worse", "entities": [{**GOOD["entities"][1], "start": 2}]}
    with pytest.raises(UnusableGoldError) as caught:
        read_annotated(write(tmp_path / "gold.jsonl", GOOD, wrong, worse), tmp_path)
    assert f"wrong: {message}" in str(caught.value)
    assert "worse: " in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"entities": [{"end": 6, "label": "PERSON"}]}, "lacks start, end or label"),
        ({"entities": [{"start": "0", "end": 6, "label": "PERSON"}]}, "lacks start, end or label"),
        ({"entities": "Ana"}, "'entities' is no list of objects"),
        ({"post": "a"}, "a: stands twice"),
    ],
)
def test_rows_of_another_shape_are_named(tmp_path: Path, wrong: dict[str, Any], message: str) -> None:
    """Missing offsets, offsets in quotation marks, no list, and one post twice stop with the post's name."""
    with pytest.raises(UnusableGoldError, match=message):
        read_annotated(write(tmp_path / "gold.jsonl", GOOD, {**GOOD, "post": "b", **wrong}), tmp_path)


def test_a_text_in_another_encoding_is_named(tmp_path: Path) -> None:
    """A post's file that is not UTF-8 stops with its path."""
    (tmp_path / "z.txt").write_bytes(b"Caf\xe9")
    with pytest.raises(UnusableGoldError, match=r"z\.txt is not UTF-8"):
        read_annotated(write(tmp_path / "gold.jsonl", {"post": "z", "entities": []}), tmp_path)


def test_overlapping_marks_stop_with_the_row(tmp_path: Path) -> None:
    """Two names on the same words cannot both be learnt."""
    text = "The Harbour Office paid."
    overlapping = row("o", text, {"Harbour Office": "ORG", "Office paid": "ORG"})
    with pytest.raises(UnusableGoldError, match="o: 'Office paid' at 12-23 overlaps the name before it"):
        read_annotated(write(tmp_path / "gold.jsonl", overlapping), tmp_path)


@pytest.mark.parametrize(("rows", "message"), [([], "holds no post"), ([{"post": "x"}], "x: no text at")])
def test_gold_without_posts_stops(tmp_path: Path, rows: list[dict[str, Any]], message: str) -> None:
    """An empty file and a post without text are errors that name the file."""
    gold = write(tmp_path / "gold.jsonl", *rows)
    with pytest.raises(UnusableGoldError, match=message):
        train_entities(gold, tmp_path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_gold_without_names_stops(tmp_path: Path) -> None:
    """A split in which nothing is marked cannot be learnt from."""
    gold = write(tmp_path / "gold.jsonl", {**GOOD, "entities": []})
    with pytest.raises(UnusableGoldError, match="no annotated name in split train"):
        train_entities(gold, tmp_path, tmp_path / "out")


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    """The message tells file and line."""
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(GOOD) + "\n{broken\n", "utf-8")
    with pytest.raises(UnusableGoldError, match=r"gold\.jsonl, line 2: no JSON"):
        read_annotated(gold, tmp_path)


def test_a_missing_gold_is_named(tmp_path: Path) -> None:
    """A wrong path is an error for a person."""
    with pytest.raises(UnusableGoldError, match="cannot be read"):
        read_annotated(tmp_path / "none.jsonl", tmp_path)


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
    held = row("h", "Ana Sá went to Peru.", {"Ana Sá": "PERSON", "Peru": "GPE"}, split="dev")
    gold = write(tmp_path / "gold.jsonl", GOOD, held)
    said: list[str] = []
    outs = [tmp_path / name / "entities" for name in ("one", "two")]
    for out in outs:
        figures = train_entities(gold, tmp_path, out, seed=3, models=small, say=said.append)
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
    labels = [mark["label"] for post in read_annotated(extra, extra.parent) for mark in post.entities]
    assert all(labels.count(label) >= 60 for label in ("EVENT", "PROGRAM", "WORK"))
