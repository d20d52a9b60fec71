"""Themes over a ledger: runs touch only what is new, and decisions are one thing wherever they are made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from ledgers import keep_posts
from review_server import client

from pipeline.ledger.decisions.undoing import undo
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.themes.edits import change_theme, decisions_on_themes, load_state, refresh_themes, themes_now
from pipeline.ledger.themes.store import LedgerStore
from pipeline.ledger.themes.views import post_years, strongest_passages, theme_sizes
from pipeline.records import Extraction, Post, passages_of
from pipeline.steps import retheming
from pipeline.theme_table.rows import ThemeStateError
from pipeline.theme_table.state import state_to_json
from pipeline.themes.encoders import Vectors, WordEncoder
from pipeline.themes.guide import Guide
from pipeline.themes.guided import load_guided
from pipeline.themes.operations import guided_with
from pipeline.themes.trends import trends
from tests.test_themes_assign import some_posts

THEMES = load_guided(Path(__file__).parents[1] / "models" / "themes.toml")
ACTS = (f"act-{n:06}" for n in count())


class Counting(WordEncoder):
    """Words, and which texts were read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row for each text."""
        self.read.extend(texts)
        return super().encode(texts)


ENCODER = Counting()


@pytest.fixture(scope="module")
def guide() -> Guide:
    """The default themes, read by words alone."""
    return Guide(THEMES, ENCODER)


@pytest.fixture
def ledger(tmp_path: Path, both_databases: str) -> Iterator[Ledger]:
    """An empty ledger, on both databases."""
    with Ledger(tmp_path / "ledger.db") as opened:
        yield opened


@pytest.fixture
def light(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in a file."""
    with Ledger(tmp_path / "light.db") as opened:
        yield opened


def put(ledger: Ledger, posts: Sequence[Post]) -> None:
    """Keep *posts* with their passages, as a run would before the themes."""
    keep_posts(ledger, posts)
    ledger.keep_extractions(
        [(post, Extraction(claims=(), entities=(), passages=tuple(passages_of(post.text)))) for post in posts],
        extractor="test",
    )


def the_posts(number: int = 30) -> list[Post]:
    """Posts about three things, two of which no guided theme is about."""
    return [post for post, _ in some_posts(number)]


def made(ledger: Ledger) -> tuple[object, ...]:
    """All that themes left in the ledger, but for how many runs it took."""
    state = load_state(ledger)
    assert state is not None
    found = [dict(block) for block in LedgerStore(ledger).every()]
    return ledger.themes(), list(ledger.assignments()), found, list(LedgerStore(ledger).all_strays()), state.sought


def test_a_run_writes_the_tables_and_the_next_has_nothing_to_do(ledger: Ledger, guide: Guide) -> None:
    """Themes, assignments and candidates are there; the second run reads no text and changes nothing."""
    put(ledger, the_posts())
    first = retheming.find_themes(ledger, guide)
    assert len(first.report.judged) == 30
    assert {a.theme for _, a in ledger.assignments()} >= {"procurement"}
    assert [theme.number for theme in ledger.themes()] == sorted(theme.number for theme in ledger.themes())
    candidates = themes_now(ledger).table.candidates
    assert len(candidates) >= 2
    held = theme_sizes(ledger, candidates)
    assert all(held[row.slug].posts >= 2 for row in candidates)
    assert strongest_passages(ledger, candidates[0], most=3)[0].text
    before, state = made(ledger), load_state(ledger)
    ENCODER.read.clear()
    again = retheming.find_themes(ledger, guide)
    assert (again.report.judged, again.report.born, ENCODER.read) == ((), (), [])
    assert (made(ledger), load_state(ledger)) == (before, state)


def test_posts_in_another_order_give_the_same(tmp_path: Path, light: Ledger, guide: Guide) -> None:
    """The ledger does not show in which order the posts came."""
    put(light, the_posts())
    retheming.find_themes(light, guide)
    with Ledger(tmp_path / "other.db") as other:
        for post in reversed(the_posts()):
            put(other, [post])
        retheming.find_themes(other, guide)
        assert made(other) == made(light)


def test_one_new_post_costs_only_itself(light: Ledger, guide: Guide) -> None:
    """Only its texts are read, and what the others had stays."""
    put(light, the_posts(30)[:29])
    retheming.find_themes(light, guide)
    before = [row for row in light.assignments() if row[0] != "p29"]
    ENCODER.read.clear()
    put(light, the_posts(30)[29:])
    done = retheming.find_themes(light, guide)
    assert done.report.judged == ("p29",)
    new = the_posts(30)[29]
    assert set(ENCODER.read) <= {new.text, new.title, "", *(p.text for p in passages_of(new.text))}
    assert [row for row in light.assignments() if row[0] != "p29"] == before


def test_an_edited_and_a_gone_post_are_seen(light: Ledger, guide: Guide) -> None:
    """An edit, even of the title alone, is judged anew; a post that is gone leaves nothing behind."""
    put(light, the_posts(3))
    retheming.find_themes(light, guide)
    old = the_posts(3)[0]
    put(light, [Post(id=old.id, text=old.text, title="Procurement contracts for vendors")])
    assert retheming.find_themes(light, guide).report.judged == (old.id,)
    light.set_state([old.id], "gone")
    assert LedgerStore(light).drop_gone() == [old.id]
    assert old.id not in {post for block in LedgerStore(light).every() for post in block}
    assert [post for post, _ in LedgerStore(light).some_strays(99) if post == old.id] == []


def test_a_killed_run_goes_on_where_it_stopped(light: Ledger, guide: Guide) -> None:
    """What was judged stays judged, with its assignments; the next run does the rest and ends the same."""
    put(light, the_posts())
    with pytest.raises(KeyboardInterrupt):
        retheming.find_themes(light, Interrupted(guide, after=215))
    assert retheming.find_themes(light, guide).report.judged
    with Ledger(light.address.with_name("whole.db")) as whole:  # type: ignore[union-attr]
        put(whole, the_posts())
        retheming.find_themes(whole, guide)
        assert made(whole) == made(light)


class Interrupted(Guide):
    """A guide whose process is killed after some passages."""

    def __init__(self, guide: Guide, *, after: int) -> None:
        self.__dict__ |= guide.__dict__ | {"left": after}

    def judge(self, post, passages, **given):  # type: ignore[no-untyped-def]
        """Judge, until it is over."""
        self.left -= 10
        if self.left < 0:
            raise KeyboardInterrupt
        return super().judge(post, passages, **given)


def say(ledger: Ledger, slug: str, **change: object) -> str:
    """One decision of a reviewer."""
    return change_theme(ledger, slug, change, act=next(ACTS), reviewer="anna")


def test_decisions_hold_at_once_and_are_taken_back(ledger: Ledger, guide: Guide) -> None:
    """Merged, renamed, retired, undone, redone: the tables follow each time, without a run."""
    put(ledger, the_posts(6))
    retheming.find_themes(ledger, guide)
    before = made(ledger)
    say(ledger, "procurement", op="merge", into="funding")
    assert {a.theme for _, a in ledger.assignments()} & {"procurement", "funding"} == {"funding"}
    say(ledger, "funding", op="rename", name="Money")
    assert next(theme.name for theme in ledger.themes() if theme.slug == "funding") == "Money"
    say(ledger, "funding", op="retire")
    assert not [a for _, a in ledger.assignments() if a.theme in ("funding", "procurement")]
    for _ in range(3):
        undo(ledger, act=next(ACTS), reviewer="anna")
        refresh_themes(ledger)
    assert made(ledger) == before


def test_the_same_act_counts_once_and_nonsense_is_refused(light: Ledger, guide: Guide) -> None:
    """A form sent twice makes one theme; a theme that is not there cannot be renamed."""
    put(light, the_posts(2))
    retheming.find_themes(light, guide)
    for _ in range(2):
        slug = change_theme(light, "", {"op": "new", "name": "Sea fishing"}, act="the-same-act", reviewer="anna")
        assert slug == "sea-fishing"
    assert len(decisions_on_themes(light)) == 1
    with pytest.raises(ThemeStateError):
        say(light, "nothing", op="rename", name="Something")
    with pytest.raises(ThemeStateError):
        change_theme(light, "", {"op": "move", "passage": 99, "themes": []}, act=next(ACTS), reviewer="a", post="p00")
    assert len(decisions_on_themes(light)) == 1


def test_decisions_alone_rebuild_the_same_themes(tmp_path: Path, light: Ledger, guide: Guide) -> None:
    """Posts and decisions read into a new ledger give the same themes and assignments after one run."""
    put(light, the_posts())
    retheming.find_themes(light, guide)
    found = themes_now(light).table.candidates
    say(light, found[0].slug, op="promote", name="Bees and hives")
    say(light, "procurement", op="rename", name="Buying")
    say(light, "", op="new", name="Opera", keywords=["soprano"])
    post = the_posts()[3]
    change = {"op": "move", "passage": 2, "themes": ["funding"]}
    change_theme(light, "", change, act=next(ACTS), reviewer="anna", post=post.id, revision=post.revision)
    parts = retheming.split(light, found[0].slug, WordEncoder(), reviewer="anna")
    assert len(parts) == 2
    again = Guide(guided_with(themes_now(light).table, THEMES), WordEncoder())
    retheming.find_themes(light, again)
    with Ledger(tmp_path / "rebuilt.db") as rebuilt:
        put(rebuilt, the_posts())
        rebuilt.record(decisions_on_themes(light))
        ready = Guide(guided_with(themes_now(rebuilt).table, THEMES), WordEncoder())
        retheming.find_themes(rebuilt, ready)
        assert rebuilt.themes() == light.themes()

        def places(of: Ledger) -> list[tuple[str, int, str]]:
            return sorted((post, a.passage, a.theme) for post, a in of.assignments())

        assert places(rebuilt) == places(light)
        assert (post.id, 2, "funding") in places(rebuilt)
        assert {part.slug for part in parts} <= {theme for _, _, theme in places(rebuilt)}


def test_a_split_taken_back_is_whole_again_at_once(ledger: Ledger, guide: Guide) -> None:
    """Undoing a split, and a split of a part, needs no run: each passage is back in the theme that it came from."""
    put(ledger, the_posts())
    retheming.find_themes(ledger, guide)
    slug = themes_now(ledger).table.candidates[0].slug
    say(ledger, slug, op="promote")

    def places() -> list[tuple[str, int, str]]:
        return sorted((post, a.passage, a.theme) for post, a in ledger.assignments())

    whole = places()
    parts = retheming.split(ledger, slug, WordEncoder(), reviewer="anna")
    once = places()
    assert once != whole
    further = retheming.split(ledger, parts[0].slug, WordEncoder(), reviewer="anna")
    assert {row.slug for row in further} <= {theme for _, _, theme in places()}
    undo(ledger, act=next(ACTS), reviewer="anna")
    refresh_themes(ledger)
    assert places() == once
    undo(ledger, act=next(ACTS), reviewer="anna")
    refresh_themes(ledger)
    assert places() == whole
    retheming.find_themes(ledger, guide)
    assert places() == whole


def test_the_review_app_and_the_command_line_decide_the_same(tmp_path: Path, light: Ledger, guide: Guide) -> None:
    """A page's form leaves the decision that the command leaves, and the page shows what holds now."""
    put(light, the_posts())
    retheming.find_themes(light, guide)
    found = themes_now(light).table.candidates[0]
    post = the_posts()[3]
    with client(light, tmp_path) as web:
        assert found.name in web.get("/themes").text
        assert "Promote" in web.get(f"/themes/{found.slug}").text
        form = {"act": "promote-it", "op": "promote"}
        assert web.post(f"/themes/{found.slug}", data=form, follow_redirects=False).status_code == 303
        web.post("/themes/procurement", data={"act": "rename-it", "op": "rename", "name": "Buying"})
        assert "Buying" in web.get("/themes").text
        web.post("/undo", data={"act": "undo-rename"})
        assert "Buying" not in [theme.name for theme in light.themes()]  # before any page of themes is opened
        web.post("/redo", data={"act": "redo-rename"})
        assert "Buying" in [theme.name for theme in light.themes()]
        where = {"from": "procurement", "to": found.slug, "act": "move-it-on", "revision": post.revision}
        assert web.post(f"/passages/{post.id}/2", data=where, follow_redirects=False).status_code == 303
        wrong = {"act": "wrong-one", "op": "merge", "into": "procurement"}
        assert web.post("/themes/procurement", data=wrong, follow_redirects=False).status_code in (400, 422)
        assert web.get("/themes/nothing").status_code == 404
    assert (post.id, found.slug, 2) in {(p, a.theme, a.passage) for p, a in light.assignments()}
    made = [decision.changes["op"] for decision in decisions_on_themes(light) if "op" in decision.changes]
    assert made == ["promote", "rename", "move"]
    assert {theme.slug: theme.name for theme in light.themes()}["procurement"] == "Buying"


def test_trends_read_the_ledger(light: Ledger, guide: Guide) -> None:
    """Dated posts are counted in their year, each passage once."""
    from datetime import date

    dated = [Post(id=p.id, text=p.text, title=p.title, date=date(2018 + n, 5, 1)) for n, p in enumerate(the_posts(3))]
    put(light, dated)
    retheming.find_themes(light, guide)
    rows = [row for row in trends(["procurement"], post_years(light)) if row.passages]
    assert [row.year for row in rows] == [2018, 2019, 2020]
    assert all(row.all_passages == 3 and row.passages == 1 for row in rows)


def test_a_state_of_the_first_edition_is_read(light: Ledger, guide: Guide) -> None:
    """Its themes keep their numbers; its posts are judged anew."""
    import json
    import zlib

    put(light, the_posts(3))
    retheming.find_themes(light, guide)
    state = load_state(light)
    assert state is not None
    old = json.loads(state_to_json(state)) | {"version": 1, "posts": {}, "strays": [], "pins": []}
    light.keep_state("themes", zlib.compress(json.dumps(old).encode()))
    again = load_state(light)
    assert again is not None
    assert again.table == state.table
