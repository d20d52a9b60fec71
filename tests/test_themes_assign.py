"""Assigning themes to posts: reasons, boilerplate, nothing moves, and what people decide holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.records import Passage, Post, digest, passages_of
from pipeline.themes.assign import assign_themes
from pipeline.themes.boilerplate import boilerplate_of
from pipeline.themes.encoders import Vectors, WordEncoder
from pipeline.themes.guide import Guide
from pipeline.themes.guided import GuidedTheme, load_guided
from pipeline.themes.operations import add, guided_with, merge, pin, promote, rename, retire, split
from pipeline.themes.state import Pin, Status, ThemeState, ThemeStateError, state_from_json, state_to_json
from pipeline.themes.trends import trends
from tests.conftest import cases

THEMES = load_guided(Path(__file__).parents[1] / "models" / "themes.toml")
TOPICS = {
    "beekeeping": "The beekeepers moved their hives and the bees brought honey from the lime trees in week {n}.",
    "railways": "The railway laid new tracks so that steam trains and locomotives reach the harbour by line {n}.",
    "procurement": "The ministry awarded a procurement contract to vendors after a tender with {n} bids by suppliers.",
}


@pytest.fixture(scope="module")
def guide() -> Guide:
    """The default themes, read by words alone: quick, and the same everywhere."""
    return Guide(THEMES, WordEncoder())


def a_post(name: str, *paragraphs: str, title: str | None = None) -> tuple[Post, tuple[Passage, ...]]:
    """A post of these paragraphs with its passages."""
    text = "\n\n".join(paragraphs)
    return Post(id=name, text=text, title=title), tuple(passages_of(text))


def places_of(state: ThemeState, slugs: set[str]) -> list[tuple[str, int]]:
    """The passages of these themes."""
    return sorted((post, row.passage) for post, t in state.posts.items() for row in t.assignments if row.theme in slugs)


def some_posts(count: int = 12) -> list[tuple[Post, tuple[Passage, ...]]]:
    """Posts about three things, two of which no guided theme is about."""
    return [
        a_post(f"p{n:02}", *(text.format(n=f"{n} of {topic}") for topic, text in TOPICS.items()), title=f"News {n}")
        for n in range(count)
    ]


@pytest.mark.parametrize("case", cases("themes_boilerplate"))
def test_what_is_no_prose_has_no_theme_and_says_why(case: dict[str, Any]) -> None:
    """Each passage's reason, in order; none for prose."""
    assert list(boilerplate_of(case["passages"])) == case["reasons"]


def test_a_passage_gets_its_theme_with_the_words_that_speak_for_it(guide: Guide) -> None:
    """Score between a half and one, and a reason that a person can check."""
    post, _ = a_post("a", "Under the procurement reform, vendors bid for contracts on the marketplace each month.")
    (found, *_) = guide.themes_of(post)
    assert (found.theme, found.passage) == ("procurement", 0)
    assert 0.5 <= found.score <= 1
    assert "vendors" in found.reason


def test_exclusions_keep_a_passage_out() -> None:
    """A word of the exclusions outweighs all else."""
    text = "Vendors bid for a contract in an open procurement, and suppliers of wood may tender for it too."
    plain = GuidedTheme(slug="buying", name="Procurement", keywords=("procurement", "vendors", "tender", "contract"))
    barred = GuidedTheme(**{name: getattr(plain, name) for name in ("slug", "name", "keywords")}, exclusions=("wood",))
    post, _ = a_post("a", text)
    assert [row.theme for row in Guide([plain], WordEncoder()).themes_of(post)] == ["buying"]
    assert Guide([barred], WordEncoder()).themes_of(post) == []


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n\n\n", "a", "One two three.", "\udcff broken \ud800 letters " * 5, "?" * 500]
)
def test_no_text_is_too_odd(guide: Guide, text: str) -> None:
    """Every passage is accounted for: a theme or a reason."""
    post = Post(id="x", text=text)
    passages = tuple(passages_of(text))
    result = assign_themes([(post, passages)], None, guide)
    seen = {row.passage for row in result.assignments["x"]} | {passage for passage, _ in result.unthemed["x"]}
    assert seen == {passage.index for passage in passages}


def test_no_post_and_two_posts_work(guide: Guide) -> None:
    """The themes are there without a post; two posts get guided themes alone."""
    assert len(assign_themes([], None, guide).themes) == len(THEMES)
    result = assign_themes(some_posts(2), None, guide)
    assert {row.origin for row in result.state.themes} == {"guided"}


def test_a_second_run_changes_nothing(guide: Guide) -> None:
    """The same posts in any order give the same state, and nothing is judged again."""
    first = assign_themes(some_posts(), None, guide)
    again = assign_themes(reversed(some_posts()), first.state, guide)
    assert again.state == first.state
    assert (again.report.judged, again.report.kept) == ((), 12)
    assert assign_themes(reversed(some_posts()), None, guide).state == first.state


def test_a_new_post_costs_only_itself() -> None:
    """The encoder reads nothing but the new post's words."""
    read: list[str] = []

    class Counting(WordEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            read.extend(texts)
            return super().encode(texts)

    watched = Guide(THEMES, Counting())
    state = assign_themes(some_posts(), None, watched).state
    read.clear()
    new, passages = a_post("new", "A minister was appointed to lead the digital agency of the country this spring.")
    result = assign_themes([*some_posts(), (new, passages)], state, watched)
    assert result.report.judged == ("new",)
    assert set(read) <= {new.text, ""}


def test_what_fits_no_theme_becomes_a_candidate_that_keeps_its_slug(guide: Guide) -> None:
    """Bees and trains are found, named after their words, and are the same themes when posts are added."""
    first = assign_themes(some_posts(30), None, guide).state
    found = {row.slug: row.number for row in first.themes if row.origin == "discovered"}
    assert len(found) >= 2
    names = " ".join(row.name + " ".join(row.keywords) for row in first.themes if row.slug in found).lower()
    assert "bee" in names or "hive" in names or "honey" in names
    grown = assign_themes(some_posts(36), first, guide).state
    assert {row.slug: row.number for row in grown.themes if row.slug in found} == found
    for post, themes in first.posts.items():
        assert grown.posts[post].suggested == themes.suggested
    assert any(row.theme in found for themes in grown.posts.values() for row in themes.suggested)


def test_states_survive_being_stored(guide: Guide) -> None:
    """Writing and reading gives an equal state, and a broken one says so."""
    state = pin(assign_themes(some_posts(30), None, guide).state, Pin(post="p01", passage=0, themes=("funding",)))
    assert state_from_json(state_to_json(state)) == state
    for text in ("", "{}", '{"version": 99}', state_to_json(state)[:-9]):
        with pytest.raises(ThemeStateError):
            state_from_json(text)


def test_what_a_person_pinned_never_moves(guide: Guide) -> None:
    """Neither a new run, nor an edit before the passage, nor another file of themes changes it."""
    state = assign_themes(some_posts(3), None, guide).state
    post, passages = some_posts(3)[1]
    word = Pin(post=post.id, passage=0, themes=("funding",), text=digest(passages[0].text))
    state = pin(state, word)
    edited = a_post(post.id, "A new first paragraph was put before all of the others.", *(p.text for p in passages))
    for run in ([some_posts(3)[1]], [edited]):
        rows = assign_themes(run, state, Guide(THEMES[:5], WordEncoder())).assignments[post.id]
        place = 0 if run[0] is not edited else 1
        assert [row.theme for row in rows if row.passage == place] == ["funding"]
    none = assign_themes(some_posts(3), pin(state, Pin(post=post.id, passage=2, themes=())), guide)
    assert 2 not in {row.passage for row in none.assignments[post.id]}


def test_names_merges_and_retirements_hold(guide: Guide) -> None:
    """The user's name wins over the file's; merged and retired themes get nothing in later runs."""
    posts = some_posts(4)
    state = assign_themes(posts, None, guide).state
    state = rename(state, "procurement", "Buying well")
    fresh = [a_post("z", TOPICS["procurement"].format(n=3))]
    result = assign_themes(fresh, state, guide)
    assert next(theme for theme in result.themes if theme.slug == "procurement").name == "Buying well"
    merged = merge(state, "procurement", "funding")
    assert merged.row("procurement").status is Status.MERGED
    assert {row.theme for themes in merged.posts.values() for row in themes.assignments} == {"funding"}
    later = assign_themes(fresh, merged, guide)
    assert [row.theme for row in later.assignments["z"]] == ["funding"]
    retired = assign_themes(fresh, retire(state, "procurement"), guide)
    assert "procurement" not in {row.theme for rows in retired.assignments.values() for row in rows}
    for wrong in (lambda: merge(state, "funding", "funding"), lambda: retire(retire(state, "funding"), "funding")):
        with pytest.raises(ThemeStateError):
            wrong()


def test_candidates_are_promoted_and_themes_split(guide: Guide) -> None:
    """A promoted candidate has its passages; a split keeps the slug for one part and counts no passage twice."""
    posts = some_posts(30)
    state = assign_themes(posts, None, guide).state
    slug = next(row.slug for row in state.themes if row.status is Status.CANDIDATE)
    active = promote(state, slug, name="Bees")
    assert active.row(slug).name == "Bees"
    members = [
        (post, row.passage) for post, them in active.posts.items() for row in them.assignments if row.theme == slug
    ]
    assert members
    texts = {(post.id, passage.index): passage.text for post, passages in posts for passage in passages}
    parted = split(active, slug, texts, WordEncoder())
    new = {row.slug for row in parted.themes} - {row.slug for row in active.themes}
    after = [
        (post, row.passage) for post, t in parted.posts.items() for row in t.assignments if row.theme in {slug, *new}
    ]
    assert len(new) == 1
    assert sorted(after) == sorted(members)
    with pytest.raises(ThemeStateError, match="no candidate"):
        promote(active, slug)


def test_slugs_and_numbers_are_never_used_again(guide: Guide) -> None:
    """Also after the theme was retired."""
    state = add(ThemeState(), "Climate", keywords=["carbon"])
    state = retire(assign_themes([], state, guide).state, "climate")
    with pytest.raises(ThemeStateError, match="never used again"):
        add(state, "Climate")
    more = add(state, "Energy", keywords=["power stations"])
    assert more.row("energy").number > max(row.number for row in state.themes)
    assert [theme.slug for theme in guided_with(more, THEMES)][-1] == "energy"


def test_a_theme_added_by_command_gets_passages(guide: Guide) -> None:
    """Four words are enough for the next run."""
    state = assign_themes(some_posts(6), None, guide).state
    state = add(
        state, "Beekeeping", description="Bees, hives and honey.", keywords=["bees", "hives", "honey", "beekeepers"]
    )
    result = assign_themes(some_posts(6), state, Guide(guided_with(state, THEMES), WordEncoder()))
    assert any(row.theme == "beekeeping" for rows in result.assignments.values() for row in rows)
    assert all(move.after != move.before for move in result.report.moved)


def test_trends_show_zero_years_and_mark_small_numbers(guide: Guide) -> None:
    """A row for each theme and year between the first and the last, with honest bounds."""
    state = assign_themes(some_posts(4), None, guide).state
    rows = [row for row in trends(state, {"p00": 2018, "p01": 2018, "p03": 2021}) if row.theme == "procurement"]
    assert [row.year for row in rows] == [2018, 2019, 2020, 2021]
    assert [row.posts for row in rows] == [2, 0, 0, 1]
    assert rows[1].share is None
    assert all(row.small for row in rows)
    assert rows[0].share_low is not None
    assert rows[0].share is not None
    assert rows[0].share_low < rows[0].share
    assert trends(state, {}) == ()


def test_giant_and_equal_passages_take_no_longer_than_they_should(guide: Guide) -> None:
    """Ten thousand equal passages and one of a million characters are judged like any other."""
    same = a_post("same", *["Vendors bid for contracts in an open procurement by tender each year."] * 300)
    giant = a_post("giant", "procurement contract vendors tender " * 30_000)
    result = assign_themes([same, giant], None, guide)
    assert {row.theme for row in result.assignments["giant"]} == {"procurement"}
    assert len({(row.theme, row.score) for row in result.assignments["same"] if 0 < row.passage < 299}) <= 3
    assert np.isfinite([row.score for row in result.assignments["same"]]).all()


def test_another_guide_moves_a_passage_only_by_a_margin(guide: Guide) -> None:
    """With other words in the file fewer passages move than a fresh fit would move; `refit` moves them all."""
    posts = [
        a_post(f"m{n}", f"Agency {n} tells how its vendors work, and what a contract means to them in year {n}.")
        for n in range(40)
    ] + some_posts(6)
    state = assign_themes(posts, None, guide).state
    changed = [
        GuidedTheme(slug=t.slug, name=t.name, description=t.description, keywords=t.keywords[::2], examples=t.examples)
        for t in THEMES
    ]
    other = Guide(changed, WordEncoder())
    gentle = assign_themes(posts, state, other)
    fresh = assign_themes(posts, state, other, refit=True)
    assert len(gentle.report.moved) <= len(fresh.report.moved)
    assert fresh.assignments == assign_themes(posts, None, other).assignments
    assert [row.slug for row in fresh.state.themes][: len(THEMES)] == [row.slug for row in state.themes][: len(THEMES)]
    assert assign_themes(posts, gentle.state, other).state == gentle.state
