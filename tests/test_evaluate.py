"""Measuring: by kind and field, on gold or decisions, two extractors case by case, floors, and a page of errors."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from ledgers import small_ledger
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.learn.comparing import changes, differences
from pipeline.learn.drawn import drawn_at_random, is_drawn
from pipeline.learn.error_page import write_page
from pipeline.learn.evaluate import score
from pipeline.learn.floors import FloorsError, below, read_floors
from pipeline.learn.gold import BLANK, GoldPost
from pipeline.learn.tallies import confusion_of, table_of
from pipeline.records import Post

runner = CliRunner()
TEXT = "Ana paid $5 million. Two teams came in 3 weeks."


def mark(quote: str, kind: str, value: float, unit: str | None, **more: Any) -> dict[str, Any]:
    """A claim of the text, as gold and as a prediction."""
    start = TEXT.index(quote)
    own = {"quote": quote, "start": start, "end": start + len(quote), "kind": kind, "value": value, "unit": unit}
    return BLANK | own | more


SUM = mark("$5 million", "money", 5_000_000, "USD", subject="Ana")
TEAMS = mark("Two", "count", 2, "team")
WEEKS = mark("3 weeks", "duration", 3, "week")


def gold(*claims: dict[str, Any], name: str = "a", **more: Any) -> GoldPost:
    """One annotated post."""
    return GoldPost(post=Post(id=name, text=TEXT, date=date(2020, 1, 1)), split="train", claims=claims, **more)


def test_each_kind_and_field_is_tallied_and_kinds_are_confused() -> None:
    """A wrong kind shows in the confusion, a missed claim as none, a surplus one against none."""
    given = [SUM | {"subject": None}, TEAMS | {"kind": "rank"}, mark("Ana", "count", 1, None)]
    result = score([gold(SUM, TEAMS, WEEKS)], {"a": {"claims": given}})
    rows = {row["measure"]: row for row in table_of(result, kinds=True)}
    assert rows["money: subject"]["f1"] == 0
    assert rows["money: right"]["f1"] == 1
    assert (rows["duration: found"]["wanted"], rows["duration: found"]["right"]) == (1, 0)
    assert rows["count: found"]["given"] == 2
    assert {(r["wanted"], r["given"]): r["claims"] for r in confusion_of(result)} == {
        ("money", "money"): 1, ("count", "rank"): 1, ("duration", "none"): 1, ("none", "count"): 1,
    }  # fmt: skip
    assert all(":" not in row["measure"] for row in table_of(result))


def test_what_nobody_looked_at_counts_for_nothing() -> None:
    """A find outside what is covered is neither right nor wrong; an unannotated section has no rows."""
    partly = gold(SUM, covered={"claims": [(SUM["start"], SUM["end"])], "entities": ()})
    result = score([partly], {"a": {"claims": [SUM, TEAMS], "entities": [{"start": 0, "end": 3, "label": "ORG"}]}})
    assert result.total("claims found").given == 1
    assert "entities" not in result.names()
    assert result.misses == []


def test_every_error_has_its_sentence() -> None:
    """A miss tells the whole sentence and where the words stand in it."""
    result = score([gold(SUM, WEEKS)], {"a": {"claims": [SUM]}})
    (miss,) = result.misses
    assert miss.sentence == "Two teams came in 3 weeks."
    assert miss.sentence[miss.start - miss.sentence_start :].startswith("3 weeks")


def test_gains_and_losses_are_told_case_by_case() -> None:
    """What only one of two has right is listed, a surplus find as a loss; the interval is over the same posts."""
    posts = [gold(SUM, WEEKS, name=f"p{n}") for n in range(20)]
    before = score(posts, {one.post.id: {"claims": [SUM]} for one in posts})
    after = score(posts, {one.post.id: {"claims": [SUM | {"subject": None}, WEEKS, TEAMS]} for one in posts})
    found = {one.measure: one for one in differences(before, after)}
    assert found["claims found"].gained == 20  # the weeks
    assert found["claims found"].lost == 20  # the teams
    assert found["subject, of those found"].worse
    assert found["subject, of those found"].change < 0
    assert not found["value, of those found"].worse
    assert found["claims found"].low == pytest.approx(found["claims found"].change)
    assert {(c.measure, c.gained) for c in changes(before, after) if c.mark == f"{WEEKS['start']}-{WEEKS['end']}"} >= {
        ("claims found", True)
    }
    assert list(changes(before, before)) == []
    assert all(one.change == 0 == one.low == one.high for one in differences(after, after))


def test_floors_name_what_falls_short(tmp_path: Path) -> None:
    """A measure below its floor is a sentence; one that nothing was asked of is none."""
    path = tmp_path / "floors.toml"
    path.write_text('split = "dev"\n[claims]\nfound = 0.9\nsubject = 0.1\n[entities]\nORG = 1.0\n[themes]\nall = 0.9\n')
    result = score([gold(SUM, WEEKS)], {"a": {"claims": [SUM]}})
    assert [str(one) for one in below(result, read_floors(path))] == [
        "claims found reaches 0.667; its floor is 0.900"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[claims]\nfund = 0.5", "claims.fund is no measure"),
        ("[claims]\nfound = 2", "between 0 and 1"),
        ("[claims]\nfound = true", "between 0 and 1"),
        ("[entities]\nHERO = 0.5", "entities.HERO"),
        ("[other]\nx = 0.5", "other.x"),
        ("[claims", "no TOML"),
    ],
)
def test_a_file_of_floors_that_means_nothing_is_one_sentence(text: str, told: str, tmp_path: Path) -> None:
    """Unknown measures and impossible floors are named."""
    (tmp_path / "floors.toml").write_text(text)
    with pytest.raises(FloorsError, match=re.escape(told)):
        read_floors(tmp_path / "floors.toml")
    with pytest.raises(FloorsError, match="cannot be read"):
        read_floors(tmp_path / "none.toml")


class Tags(HTMLParser):
    """Every tag with its attributes, and the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the tag."""
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.words.append(data)


def test_the_page_of_errors_is_whole_and_nothing_in_it_is_alive(tmp_path: Path) -> None:
    """Every error stands on the page with its sentence; what posts say is text, and nothing is fetched."""
    evil = '<script>alert(1)</script> Ana paid $5 million "><img src=x onerror=alert(2)> \ud800'
    post = Post(id="a", text=evil, title="<b>T</b>")
    start = evil.index("$5")
    claim = SUM | {"start": start, "end": start + 10}
    result = score([GoldPost(post=post, split="", claims=[claim])], {"a": {"claims": [claim | {"subject": "<i>x"}]}})
    better = score([GoldPost(post=post, split="", claims=[claim])], {"a": {"claims": [claim]}})
    page = tmp_path / "errors.html"
    write_page(page, result, {"a": "<b>T</b>"}, about="<u>", compared=differences(better, result),
               changed=changes(better, result))  # fmt: skip
    text = page.read_text("utf-8")
    seen = Tags()
    seen.feed(text)
    assert not {"script", "img", "i", "b T", "u", "link", "iframe"} & {tag for tag, _ in seen.tags}
    assert not [a for _, attrs in seen.tags for a in attrs if a.startswith("on") or a == "src"]
    assert all(attrs["href"] and attrs["href"].startswith("#") for tag, attrs in seen.tags if tag == "a")
    assert "http" not in text.replace("http-equiv", "")
    assert "<script>alert(1)</script> Ana paid " in "".join(seen.words)
    assert ("mark", {}) in seen.tags


def written(tmp_path: Path, claims: list[dict[str, Any]], predicted: list[dict[str, Any]]) -> tuple[str, str]:
    """A gold file of one post, and an output of ``extract``."""
    (tmp_path / "posts").mkdir(exist_ok=True)
    (tmp_path / "posts" / "a.txt").write_text(TEXT, "utf-8")
    (tmp_path / "gold.jsonl").write_text(json.dumps({"post": "a", "claims": claims}) + "\n")
    (tmp_path / "index.jsonl").write_text(json.dumps({"post": "a", "split": "dev"}) + "\n")
    out = tmp_path / f"out{len(predicted)}.jsonl"
    out.write_text(json.dumps({"id": "a", "claims": predicted}) + "\n")
    return str(tmp_path / "gold.jsonl"), str(out)


def test_the_command_compares_writes_the_page_and_fails_under_the_floors(tmp_path: Path) -> None:
    """Gains and losses in the JSON, a page on disk, exit code 1 with the measure's name."""
    path, worse = written(tmp_path, [SUM, WEEKS], [SUM])
    _, better = written(tmp_path, [SUM, WEEKS], [SUM, WEEKS])
    (tmp_path / "floors.toml").write_text("[claims]\nfound = 0.9\n")
    page, models = str(tmp_path / "e.html"), str(tmp_path)
    done = runner.invoke(app, ["evaluate", path, "--predicted", worse, "--compare", better, "--html", page,
                               "--floors", "--models", models, "--json"])  # fmt: skip
    assert done.exit_code == 1, done.output
    assert "claims found reaches 0.667" in done.stderr
    found = json.loads(done.stdout)
    assert found["changes"][0]["gained"] is False
    assert {row["measure"]: row["lost"] for row in found["compared"]}["claims found"] == 1
    assert "<mark>3 weeks</mark>" in Path(page).read_text("utf-8")
    good = runner.invoke(app, ["evaluate", path, "--predicted", better, "--floors", "--models", models])
    assert good.exit_code == 0, good.output
    assert "F1 by kind" in good.stdout


def test_the_command_measures_on_decisions(tmp_path: Path) -> None:
    """With --ledger, what was decided is the truth, and the share that stood is told with its interval."""
    with small_ledger(tmp_path / "ledger.db") as ledger:
        drawn = drawn_at_random(ledger)
        texts = {post.id: post.text for post in ledger.posts()}
        decided = [c for c in ledger.claims() if c.status in ("accepted", "corrected", "rejected")]
    assert drawn.decided == sum(is_drawn(one.found.id) for one in decided)
    out = tmp_path / "out.jsonl"
    out.write_text("".join(json.dumps({"id": name, "claims": []}) + "\n" for name in texts))
    done = runner.invoke(app, ["evaluate", "--ledger", "--predicted", str(out), "--corpus", str(tmp_path), "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert {r["measure"]: r["wanted"] for r in found["measures"]}["claims found"] == 4
    assert found["drawn"]["decided"] == drawn.decided


@pytest.mark.parametrize("line", ["{", '{"claims": []}', '{"id": "a", "claims": [{"start": 1}]}'])
def test_predictions_that_are_none_are_one_sentence(line: str, tmp_path: Path) -> None:
    """The file and the line are named."""
    path, out = written(tmp_path, [SUM], [SUM])
    Path(out).write_text(line)
    done = runner.invoke(app, ["evaluate", path, "--predicted", out])
    assert (done.exit_code, "line 1" in done.stderr) == (1, True)
    assert runner.invoke(app, ["evaluate"]).exit_code == 1
