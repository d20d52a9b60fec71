"""Assigning themes to posts: reasons, boilerplate, nothing moves, and what people decide holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.records import Assignment, Passage, Post, digest, passages_of
from pipeline.theme_table.edits import Edit, Edited, complete, edited
from pipeline.theme_table.places import PostThemes, PostYear, marks_of, resolved
from pipeline.theme_table.rows import Status, ThemeStateError, ThemeTable, row_to_plain
from pipeline.theme_table.state import ThemeState, state_from_json, state_to_json
from pipeline.themes.assign import ThemeReport, assign_themes
from pipeline.themes.boilerplate import boilerplate_of
from pipeline.themes.encoders import Vectors, WordEncoder
from pipeline.themes.guide import Guide
from pipeline.themes.guided import GuidedTheme, load_guided
from pipeline.themes.operations import guided_with, split_rows
from pipeline.themes.trends import trends
from tests.conftest import cases
from tests.stores import MemoryStore

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


class Runs:
    """Runs over posts, one after the other, with what people decided in between."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.state: ThemeState | None = None
        self.edits: list[Edit] = []
        self.report = ThemeReport()
        self.texts: dict[str, dict[int, str]] = {}

    @property
    def now(self) -> Edited:
        """The themes as decided."""
        return edited(self.state.table if self.state else ThemeTable(), self.edits)

    def run(self, posts: Iterable[tuple[Post, Sequence[Passage]]], guide: Guide, *, refit: bool = False) -> Runs:
        """One more run."""
        given = list(posts)
        for post, passages in given:
            self.store.take(post.id, {passage.index: passage.text for passage in passages})
            self.texts[post.id] = marks_of(passages)
        result = assign_themes(given, self.state, guide, self.store, decided=self.now.table, refit=refit)
        self.state, self.report = result.state, result.report
        return self

    def decide(self, target: str, post: str = "", revision: str = "", **change: object) -> Runs:
        """One more decision."""
        self.edits.append(Edit(target=target, change=change, post=post, revision=revision))
        return self

    def themes(self, post: str) -> PostThemes:
        """The themes of a post as decided."""
        now = self.now
        pins = [pin for pin in now.pins if pin.post == post]
        return resolved(self.store.posts[post], now.table, pins, self.texts.get(post))

    @property
    def assignments(self) -> dict[str, tuple[Assignment, ...]]:
        """The themes of all posts as decided."""
        return {post: self.themes(post).assignments for post in sorted(self.store.posts)}

    def places_of(self, *slugs: str) -> list[tuple[str, int]]:
        """The passages of these themes."""
        return sorted(
            (post, row.passage) for post, rows in self.assignments.items() for row in rows if row.theme in slugs
        )

    @property
    def everything(self) -> tuple[str, object, object]:
        """All that a later run could see, as plain values."""
        assert self.state is not None
        return state_to_json(self.state), sorted(self.store.posts.items()), list(self.store.all_strays())


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
    themes = Runs().run([(post, passages)], guide).themes("x")
    seen = {row.passage for row in themes.assignments} | {passage for passage, _ in themes.unthemed}
    assert seen == {passage.index for passage in passages}


def test_no_post_and_two_posts_work(guide: Guide) -> None:
    """The themes are there without a post; two posts get guided themes alone."""
    assert len(Runs().run([], guide).now.table.active) == len(THEMES)
    assert {row.origin for row in Runs().run(some_posts(2), guide).now.table.rows} == {"guided"}


def test_a_second_run_changes_nothing(guide: Guide) -> None:
    """The same posts in any order give the same state, and nothing is judged again."""
    runs = Runs().run(some_posts(30), guide)
    first = runs.everything
    runs.run(reversed(some_posts(30)), guide)
    assert runs.everything == first
    assert (runs.report.judged, runs.report.kept) == ((), 30)
    assert Runs().run(reversed(some_posts(30)), guide).everything == first


def test_posts_that_come_one_by_one_have_the_guided_themes_of_a_run_over_all(guide: Guide) -> None:
    """What a post is about does not depend on when it came, nor on the posts around it."""
    whole = Runs().run(some_posts(8), guide)
    slowly = Runs()
    for each in some_posts(8)[::-1]:
        slowly.run([each], guide)
    guided = {theme.slug for theme in THEMES}

    def of(runs: Runs) -> dict[str, list[Assignment]]:
        return {post: [row for row in rows if row.theme in guided] for post, rows in runs.assignments.items()}

    assert of(slowly) == of(whole)


def test_a_new_post_costs_only_itself() -> None:
    """The encoder reads nothing but the new post's words."""
    read: list[str] = []

    class Counting(WordEncoder):
        def encode(self, texts: Sequence[str]) -> Vectors:
            read.extend(texts)
            return super().encode(texts)

    watched = Guide(THEMES, Counting())
    runs = Runs().run(some_posts(), watched)
    read.clear()
    new, passages = a_post("new", "A minister was appointed to lead the digital agency of the country this spring.")
    runs.run([*some_posts(), (new, passages)], watched)
    assert runs.report.judged == ("new",)
    assert set(read) <= {new.text, ""}


def test_what_fits_no_theme_becomes_a_candidate_that_keeps_its_slug(guide: Guide) -> None:
    """Bees and trains are found, named after their words, and are the same themes when posts are added."""
    runs = Runs().run(some_posts(30), guide)
    found = {row.slug: row.number for row in runs.now.table.candidates}
    assert len(found) >= 2
    names = " ".join(row.name + " ".join(row.keywords) for row in runs.now.table.candidates).lower()
    assert "bee" in names or "hive" in names or "honey" in names
    before = {post: runs.themes(post).suggested for post in runs.store.posts}
    runs.run(some_posts(36), guide)
    assert {row.slug: row.number for row in runs.now.table.rows if row.slug in found} == found
    assert {post: runs.themes(post).suggested for post in before} == before
    assert any(runs.themes(post).suggested for post in runs.store.posts)


def test_states_survive_being_stored(guide: Guide) -> None:
    """Writing and reading gives an equal state, and a broken one says so."""
    state = Runs().run(some_posts(30), guide).state
    assert state is not None
    assert state_from_json(state_to_json(state)) == state
    for text in ("", "{}", '{"version": 99}', state_to_json(state)[:-9]):
        with pytest.raises(ThemeStateError):
            state_from_json(text)


def test_what_a_person_pinned_never_moves(guide: Guide) -> None:
    """Neither a new run, nor an edit before the passage, nor another file of themes changes it."""
    runs = Runs().run(some_posts(3), guide)
    post, passages = some_posts(3)[1]
    mark = digest(passages[0].text)
    runs.decide("p", post.id, post.revision, op="move", passage=0, themes=["funding"], text=mark)
    edited_post = a_post(
        post.id, "A new first paragraph was put before all of the others.", *(p.text for p in passages)
    )
    for given in ([some_posts(3)[1]], [edited_post]):
        rows = runs.run(given, Guide(THEMES[:5], WordEncoder())).assignments[post.id]
        place = 0 if given[0] is not edited_post else 1
        assert [row.theme for row in rows if row.passage == place] == ["funding"]
    third = some_posts(3)[2][0]
    runs.decide("p", third.id, third.revision, op="move", passage=2, themes=[])
    assert 2 not in {row.passage for row in runs.run(some_posts(3), guide).assignments[third.id]}


def test_names_merges_and_retirements_hold_and_can_be_taken_back(guide: Guide) -> None:
    """The user's name wins over the file's; merged and retired themes get nothing in later runs."""
    runs = Runs().run(some_posts(4), guide)
    before = runs.assignments
    fresh = [a_post("z", TOPICS["procurement"].format(n=3))]
    runs.decide("procurement", op="rename", name="Buying  well").run(fresh, guide)
    assert runs.now.table.row("procurement").name == "Buying well"
    runs.decide("procurement", op="merge", into="funding").run(fresh, guide)
    assert runs.now.table.row("procurement").status is Status.MERGED
    assert {row.theme for rows in runs.assignments.values() for row in rows} == {"funding"}
    runs.edits[-1] = Edit(target="procurement", change={"op": "retire"})
    assert runs.places_of("procurement", "funding") == []
    assert any("was retired" in why for _, why in runs.themes("z").unthemed)
    runs.edits.clear()
    assert {post: rows for post, rows in runs.assignments.items() if post != "z"} == before


@pytest.mark.parametrize(
    ("target", "change"),
    [
        ("funding", {"op": "merge", "into": "funding"}),
        ("funding", {"op": "merge", "into": "nothing"}),
        ("nothing", {"op": "rename", "name": "Something"}),
        ("funding", {"op": "rename", "name": " "}),
        ("funding", {"op": "promote"}),
        ("funding", {"op": "split", "parts": []}),
        ("funding", {"op": "fly"}),
        ("funding", {"op": "new", "name": "Funding"}),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(guide: Guide, target: str, change: dict[str, Any]) -> None:
    """Said now, it is an error; among old decisions it is passed over."""
    table = Runs().run([], guide).now.table
    with pytest.raises(ThemeStateError):
        complete(table, target, change)
    assert edited(table, [Edit(target=target, change=change)]).table == table


def test_decisions_of_the_first_edition_still_hold(guide: Guide) -> None:
    """They said ``act`` where today's say ``op``, and kept the theme's slug inside."""
    runs = Runs().run(some_posts(2), guide)
    runs.decide("Climate", act="add", name="Climate", keywords=["carbon"], description="")
    runs.decide("funding", act="rename", slug="funding", name="Money")
    runs.decide("p00", "p00", act="pin", passage=0, themes=["funding"])
    assert runs.now.table.row("funding").name == "Money"
    assert runs.now.table.row("climate").keywords == ("carbon",)
    assert ("p00", 0) in runs.places_of("funding")


def test_candidates_are_promoted_and_themes_split(guide: Guide) -> None:
    """A promoted candidate has its passages; a split keeps the slug for one part and counts no passage twice."""
    posts = some_posts(30)
    runs = Runs().run(posts, guide)
    slug = runs.now.table.candidates[0].slug
    _, change = complete(runs.now.table, slug, {"op": "promote", "name": "Bees"})
    runs.decide(slug, **change)
    assert runs.now.table.row(slug).name == "Bees"
    members = runs.places_of(slug)
    assert members
    texts = {(post.id, p.index): p.text for post, passages in posts for p in passages if (post.id, p.index) in members}
    parts = split_rows(runs.now.table, slug, texts, WordEncoder())
    runs.decide(slug, op="split", parts=[row_to_plain(part) for part in parts])
    again = Runs()
    again.edits = runs.edits
    again.state = runs.state
    again.run(posts, guide)
    assert again.places_of(*(part.slug for part in parts)) == members
    assert all(again.places_of(part.slug) for part in parts)
    with pytest.raises(ThemeStateError, match="no candidate"):
        complete(runs.now.table, slug, {"op": "promote"})


def test_decisions_alone_bring_a_found_theme_back(guide: Guide) -> None:
    """Where the program forgot what it found, a promoted theme is there with its number and its passages."""
    runs = Runs().run(some_posts(30), guide)
    row = runs.now.table.candidates[0]
    _, change = complete(runs.now.table, row.slug, {"op": "promote"})
    runs.decide(row.slug, **change)
    anew = Runs()
    anew.edits = runs.edits
    anew.run(some_posts(30), guide)
    assert anew.now.table.row(row.slug).number == row.number
    assert anew.places_of(row.slug) == runs.places_of(row.slug) != []


def test_slugs_and_numbers_are_never_used_again(guide: Guide) -> None:
    """Also after the theme was retired."""
    runs = Runs().run([], guide)
    slug, change = complete(runs.now.table, "", {"op": "new", "name": "Climate", "keywords": ["carbon"]})
    runs.decide(slug, **change).decide(slug, op="retire")
    with pytest.raises(ThemeStateError, match="never used again"):
        complete(runs.now.table, "", {"op": "new", "name": "Climate"})
    slug, change = complete(runs.now.table, "", {"op": "new", "name": "Energy", "keywords": ["power stations"]})
    runs.decide(slug, **change)
    assert runs.now.table.row("energy").number > runs.now.table.row("climate").number > len(THEMES)
    assert [theme.slug for theme in guided_with(runs.now.table, THEMES)][-1] == "energy"
    assert len({row.number for row in runs.now.table.rows}) == len(runs.now.table.rows)


def test_a_theme_added_by_command_gets_passages(guide: Guide) -> None:
    """Four words are enough for the next run."""
    runs = Runs().run(some_posts(6), guide)
    words = ["bees", "hives", "honey", "beekeepers"]
    change = {"op": "new", "name": "Beekeeping", "description": "Bees, hives and honey.", "keywords": words}
    slug, complete_change = complete(runs.now.table, "", change)
    runs.decide(slug, **complete_change)
    runs.run(some_posts(6), Guide(guided_with(runs.now.table, THEMES), WordEncoder()))
    assert runs.places_of("beekeeping")
    assert all(move.after != move.before for move in runs.report.moved)


def test_trends_show_zero_years_and_mark_small_numbers() -> None:
    """A row for each theme and year between the first and the last, with honest bounds."""
    posts = [PostYear(year=year, passages=3, themes=(("procurement", 1),)) for year in (2018, 2018, 2021)]
    rows = trends(["procurement"], posts)
    assert [row.year for row in rows] == [2018, 2019, 2020, 2021]
    assert [row.posts for row in rows] == [2, 0, 0, 1]
    assert rows[1].share is None
    assert all(row.small for row in rows)
    assert rows[0].share_low is not None
    assert rows[0].share is not None
    assert rows[0].share_low < rows[0].share
    assert trends(["procurement"], []) == ()


def test_giant_and_equal_passages_take_no_longer_than_they_should(guide: Guide) -> None:
    """Ten thousand equal passages and one of a million characters are judged like any other."""
    same = a_post("same", *["Vendors bid for contracts in an open procurement by tender each year."] * 300)
    giant = a_post("giant", "procurement contract vendors tender " * 30_000)
    result = Runs().run([same, giant], guide)
    assert {row.theme for row in result.assignments["giant"]} == {"procurement"}
    assert len({(row.theme, row.score) for row in result.assignments["same"] if 0 < row.passage < 299}) <= 3
    assert np.isfinite([row.score for row in result.assignments["same"]]).all()


def test_another_guide_moves_a_passage_only_by_a_margin(guide: Guide) -> None:
    """With other words in the file fewer passages move than a fresh fit would move; `refit` moves them all."""
    posts = [
        a_post(f"m{n}", f"Agency {n} tells how its vendors work, and what a contract means to them in year {n}.")
        for n in range(40)
    ] + some_posts(6)
    changed = [
        GuidedTheme(slug=t.slug, name=t.name, description=t.description, keywords=t.keywords[::2], examples=t.examples)
        for t in THEMES
    ]
    other = Guide(changed, WordEncoder())
    gentle = Runs().run(posts, guide).run(posts, other)
    fresh = Runs().run(posts, guide).run(posts, other, refit=True)
    assert len(gentle.report.moved) <= len(fresh.report.moved)
    guided = {theme.slug for theme in THEMES}
    plain = Runs().run(posts, other)
    for slug in guided:
        assert fresh.places_of(slug) == plain.places_of(slug)
    slugs = [row.slug for row in Runs().run(posts, guide).now.table.rows][: len(THEMES)]
    assert [row.slug for row in fresh.now.table.rows][: len(THEMES)] == slugs
    before = gentle.everything
    assert gentle.run(posts, other).everything == before
