"""`ThemeModel`: an estimator like any other, the same themes in any order, and at any size."""

from __future__ import annotations

import json
import random
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score
from sklearn.utils.estimator_checks import check_estimator

from pipeline.themes.encoders import WordEncoder
from pipeline.themes.guided import GuidedTheme
from pipeline.themes.model import ThemeModel
from pipeline.themes.quick import load_quick
from pipeline.themes.spaces import content_stems

CASES = Path(__file__).parent / "cases"
MODELS = Path(__file__).parents[1] / "models"
TOPICS = [json.loads(line) for line in (CASES / "themes_topics.jsonl").read_text(encoding="utf-8").splitlines()]
WORDS = {row["name"]: row["words"] for row in TOPICS if row["name"]}
FILLING = TOPICS[-1]["words"]
type Numbers = np.ndarray[Any, Any]


def short_texts(count: int, *, seed: int = 0) -> tuple[list[str], list[int]]:
    """Made-up short texts on five things, and which each is about."""
    chance = random.Random(seed)
    texts, topics = [], []
    for number in range(count):
        topic = number % len(WORDS)
        words = chance.sample(list(WORDS.values())[topic], 4) + chance.sample(FILLING, 6)
        chance.shuffle(words)
        texts.append(" ".join(words).capitalize() + ".")
        topics.append(topic)
    return texts, topics


def blobs(count: int, size: int = 64, groups: int = 8, *, seed: int = 0) -> tuple[Numbers, Numbers]:
    """Ready vectors around *groups* middles."""
    state = np.random.RandomState(seed)
    middles = state.normal(size=(groups, size))
    topics = np.arange(count) % groups
    return (middles[topics] + 0.5 * state.normal(size=(count, size))).astype(np.float32), topics


def test_scikit_learn_takes_it_for_its_own() -> None:
    """All of scikit-learn's checks for estimators, transformers and clusterers, on numbers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        results = check_estimator(ThemeModel(), on_fail=None)
    assert [row["check_name"] for row in results if row["status"] == "failed"] == []
    assert len(results) > 30


def test_it_clones_with_all_its_parameters() -> None:
    """Parameters are kept as they were given."""
    seeds = [GuidedTheme(slug="a", name="A")]
    model = ThemeModel(4, seeds=seeds, granularity=2.0, encoder=None, random_state=3)
    assert clone(model).get_params() == model.get_params()


@pytest.mark.parametrize("count", [5, None])
def test_texts_fall_into_their_themes_in_any_order(count: int | None) -> None:
    """Five topics are found, told their number or not, and shuffling changes no text's theme."""
    texts, topics = short_texts(200)
    model = ThemeModel(count, encoder=None)
    labels = model.fit_predict(texts)
    assert adjusted_rand_score(topics, labels) > 0.9
    order = np.random.RandomState(1).permutation(len(texts))
    other = ThemeModel(count, encoder=None)
    assert (other.fit_predict([texts[n] for n in order]) == labels[order]).all()
    assert other.themes_ == model.themes_


def test_predict_transform_and_labels_agree() -> None:
    """What was fitted is predicted, and the best column of the scores is the theme."""
    texts, _ = short_texts(150)
    model = ThemeModel(5, encoder=None).fit(texts)
    assert (model.predict(texts) == model.labels_).all()
    assert (model.transform(texts).argmax(axis=1) == model.labels_).all()
    assert model.transform(texts).shape == (150, len(model.get_feature_names_out()))


def test_seeds_gather_their_passages_and_keep_their_names() -> None:
    """Named themes with a few words each sort the texts; one of them with nothing stays, empty."""
    texts, topics = short_texts(200)
    seeds = {name: " ".join(words[:5]) for name, words in WORDS.items()}
    model = ThemeModel(seeds=seeds, encoder=None)
    labels = model.fit_predict(texts)
    assert (labels == topics).mean() > 0.95
    assert [theme.name for theme in model.themes_] == list(WORDS)
    more = ThemeModel(seeds=seeds | {"Opera": "soprano aria libretto"}, encoder=None).fit(texts)
    assert [theme.name for theme in more.themes_] == [*WORDS, "Opera"]


def test_what_no_seed_covers_is_discovered() -> None:
    """With two of five themes seeded, the three others are found beside them."""
    texts, topics = short_texts(200)
    seeds = {name: " ".join(WORDS[name][:5]) for name in ("Gardens", "Football")}
    labels = ThemeModel(5, seeds=seeds, encoder=None).fit_predict(texts)
    assert adjusted_rand_score(topics, labels) > 0.9
    seeded = np.isin(topics, [0, 1])
    assert (labels[seeded] == np.array(topics)[seeded]).mean() > 0.95


def test_labels_are_words_of_the_theme_without_common_stems() -> None:
    """A name of one to three words, and telling words that do not repeat each other."""
    texts, _ = short_texts(200)
    model = ThemeModel(5, encoder=None).fit(texts)
    for theme in model.themes_:
        assert 1 <= len(theme.name.replace(",", "").split()) <= 3
        stems = [stem for word in theme.words for stem in content_stems(word)]
        assert len(stems) == len(set(stems))
        assert sum(any(word in topic for topic in WORDS.values()) for word in theme.words[:3]) >= 2


@pytest.mark.parametrize(
    "texts", [[], ["One text on tulips."], ["One text on tulips.", "One text on comets."], ["", ""]]
)
@pytest.mark.parametrize("seeds", [None, ["Gardens", "Astronomy"]])
def test_almost_nothing_is_enough(texts: list[str], seeds: list[str] | None) -> None:
    """No passage, one, two, or empty ones."""
    model = ThemeModel(seeds=seeds, encoder=None).fit(texts)
    assert len(model.labels_) == len(texts)
    assert model.transform(texts).shape == (len(texts), model.n_themes_)
    assert model.predict(["Anything at all."]).shape == (1,)
    assert model.partial_fit(["More text on tulips and roses."]).n_themes_ >= 1


def test_equal_and_giant_passages_are_no_trouble() -> None:
    """Ten thousand equal passages are one; a text of a million letters is read in part."""
    texts, _ = short_texts(60)
    model = ThemeModel(5, encoder=None).fit(texts + ["The very same words on a yacht in the harbour."] * 10_000)
    assert len(set(model.labels_[60:].tolist())) == 1
    assert ThemeModel(encoder=None).fit(["same text"] * 10_000).n_themes_ == 1
    assert ThemeModel(2, encoder=None).fit(["orbit " * 200_000, *texts]).n_themes_ == 2


def test_growing_moves_hardly_anything_and_finds_what_is_new() -> None:
    """Two more tenths of the texts change no more than 3 % of the themes of old ones; a new topic is born."""
    rows, _ = blobs(600)
    model = ThemeModel(8).fit(rows[:500])
    before = model.predict(rows[:500])
    slugs = [theme.slug for theme in model.themes_]
    for part in (rows[500:550], rows[550:]):
        model.partial_fit(part)
    assert (model.predict(rows[:500]) != before).mean() <= 0.03
    assert adjusted_rand_score(ThemeModel(8).fit_predict(rows), model.predict(rows)) >= 0.8
    new = np.random.RandomState(9).normal(size=64) + 0.3 * np.random.RandomState(8).normal(size=(40, 64))
    model.partial_fit(new.astype(np.float32))
    assert [theme.slug for theme in model.themes_][: len(slugs)] == slugs
    assert len(model.themes_) > len(slugs)
    assert (model.predict(new.astype(np.float32)) >= len(slugs)).mean() > 0.9


def test_the_result_is_plain_data() -> None:
    """A table of themes and a table of assignments that JSON can hold."""
    texts, _ = short_texts(50)
    result = ThemeModel(3, encoder=None).fit(texts).result()
    assert json.loads(json.dumps(result)) == result
    assert len(result["assignments"]) == 50
    assert {row["theme"] for row in result["assignments"]} <= {row["slug"] for row in result["themes"]}


def test_more_granularity_gives_more_themes() -> None:
    """The knob works both ways."""
    rows, _ = blobs(400)
    counts = [ThemeModel(granularity=knob).fit(rows).n_themes_ for knob in (0.5, 1.0, 2.0)]
    assert counts[0] < counts[1] < counts[2]


def test_wrong_calls_say_what_is_wrong() -> None:
    """One text instead of a list, vectors of another number, seeds of another width."""
    with pytest.raises(ValueError, match="one text"):
        ThemeModel(encoder=None).fit("a text")
    with pytest.raises(ValueError, match="2 texts came with 3 vectors"):
        ThemeModel(encoder=None).fit(["a", "b"], vectors=np.zeros((3, 4)))
    with pytest.raises(ValueError, match="at least 1"):
        ThemeModel(0).fit(np.ones((3, 2)))
    with pytest.raises(ValueError, match="granularity"):
        ThemeModel(granularity=0).fit(np.ones((3, 2)))
    with pytest.raises(ValueError, match="numbers a row"):
        ThemeModel(seeds=np.ones((2, 5))).fit(np.ones((3, 4)))


def test_ready_vectors_come_with_texts() -> None:
    """Vectors given with the texts are used as they are, and name the themes by the texts' words."""
    texts, topics = short_texts(100)
    vectors = WordEncoder().encode(texts)
    model = ThemeModel(5, encoder=None)
    labels = model.fit(texts, vectors=vectors).labels_
    assert adjusted_rand_score(topics, labels) > 0.9
    assert (model.predict(texts, vectors=vectors) == labels).all()


def test_short_texts_about_anything_fall_into_their_topics() -> None:
    """Everyday texts: as good as KMeans told the number of groups, and as the nearest of bare names."""
    rows = [json.loads(line) for line in (CASES / "topics.jsonl").read_text(encoding="utf-8").splitlines()]
    texts, names = [row["text"] for row in rows], sorted({row["topic"] for row in rows})
    topics = np.array([names.index(row["topic"]) for row in rows])
    encoder = load_quick(Path(__file__).parents[1] / "models" / "themes")
    vectors = encoder.encode(texts)
    plain = [KMeans(len(names), n_init=10, random_state=seed).fit_predict(vectors) for seed in range(5)]
    model = ThemeModel(len(names), encoder=encoder).fit(texts)
    assert adjusted_rand_score(topics, model.labels_) >= np.mean([adjusted_rand_score(topics, own) for own in plain])
    assert not any(theme.name.startswith("Unnamed") for theme in model.themes_)
    nearest = (vectors @ encoder.encode(names).T).argmax(axis=1)
    seeded = ThemeModel(seeds=names, encoder=encoder).fit_predict(texts)
    assert (seeded == topics).mean() >= (nearest == topics).mean()


@pytest.mark.parametrize("case", ["topics", "themes_headlines"])
def test_short_texts_of_known_topics_are_grouped_better_than_by_plain_means(case: str) -> None:
    """Questions and headlines that share few words: their number told, not told, and their names as seeds."""
    rows = [json.loads(line) for line in (CASES / f"{case}.jsonl").read_text(encoding="utf-8").splitlines()]
    texts, names = [row["text"] for row in rows], sorted({row["topic"] for row in rows})
    truth = [names.index(row["topic"]) for row in rows]
    quick = load_quick(MODELS / "themes")
    plain = KMeans(len(names), n_init=10, random_state=0).fit_predict(quick.encode(texts))
    told = ThemeModel(len(names), encoder=quick).fit_predict(texts)
    free = ThemeModel(encoder=quick).fit_predict(texts)
    seeded = ThemeModel(seeds=names, encoder=quick).fit_predict(texts)
    assert adjusted_rand_score(truth, told) > adjusted_rand_score(truth, plain) + 0.1
    assert adjusted_rand_score(truth, free) > 0.35
    assert np.mean(seeded == truth) > 0.75


def test_noise_is_one_theme() -> None:
    """Rows that lie evenly fall into no groups."""
    for seed in range(3):
        rows = np.random.RandomState(seed).normal(size=(300, 64)).astype(np.float32)
        assert ThemeModel().fit(rows).n_themes_ == 1


def test_texts_come_in_any_usual_wrapping() -> None:
    """A list, a tuple, an array, a column and a generator mean the same; a gap among texts is named."""
    texts = ["The budget grew", "A goal in extra time", "Money for schools", "The referee whistled"]
    model = ThemeModel(2, encoder=WordEncoder())
    wanted = model.fit_predict(texts).tolist()
    column = np.array(texts, dtype=object)
    for given in (tuple(texts), column, np.array(texts), column[:, None], (text for text in texts)):
        assert model.fit_predict(given).tolist() == wanted
    with pytest.raises(ValueError, match="at place 1 stands None"):
        model.fit(["The budget grew", None])
    with pytest.raises(ValueError, match="one text"):
        model.fit("The budget grew")
