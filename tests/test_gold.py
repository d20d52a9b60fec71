"""Gold: made of decisions, looked over with file and line, and carried to other tools and back."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import GOLD, needs_gold
from ledgers import WRITTEN, by_quote, small_ledger
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.learn.gold import GoldError, GoldPost, read_gold, split_of, write_gold
from pipeline.learn.gold_build import entity_target, gold_from
from pipeline.learn.gold_check import check
from pipeline.learn.gold_exchange import read_docbin, read_prodigy, write_docbin, write_prodigy
from pipeline.ledger.ledger import Ledger
from pipeline.records import Decision, Extraction, Label, Post, Verdict, digest, passages_of

runner = CliRunner()
NOW = datetime(2024, 3, 1, tzinfo=UTC)
TEXT = "Ana of the GDS paid $5 million.\n\nTwo teams came."
CLAIM = {"quote": "$5 million", "start": 20, "end": 30, "kind": "money", "value": 5000000, "unit": "USD"}
NAME = {"quote": "Ana", "start": 0, "end": 3, "label": "PERSON"}


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The invented posts with what two reviewers decided."""
    with small_ledger(tmp_path / "ledger.db") as made:
        yield made


def decide(ledger: Ledger, target: str, slug: str, verdict: Verdict, kind: str = "claim", **more: Any) -> None:
    """One decision by ada on something of one post."""
    post = next(w.post for w in WRITTEN if w.slug == slug)
    number = sum(1 for _ in ledger.decisions())
    ledger.record(
        [
            Decision(
                id=digest("test", target, str(number)),
                target=target,
                target_kind=kind,
                post=post.id,
                revision=post.revision,
                seen="s",
                verdict=verdict,
                reviewer=more.pop("reviewer", "ada"),
                at=NOW,
                **more,
            )
        ]
    )


def gold_of(ledger: Ledger, slug: str) -> GoldPost:
    """The gold of one post."""
    name = next(w.post.id for w in WRITTEN if w.slug == slug)
    return next(one for one in gold_from(ledger) if one.post.id == name)


def test_accepted_and_corrected_claims_are_marks(ledger: Ledger) -> None:
    """What was accepted stands as found, what was corrected as corrected."""
    assert [mark["value"] for mark in gold_of(ledger, "lakeside-2018").claims] == [12]
    (mark,) = gold_of(ledger, "lakeside-2021").claims
    assert (mark["quote"], mark["value"], mark["bound"]) == ("34 countries", 35, "at_least")


def test_an_unread_post_gives_no_negatives_beyond_what_was_decided(ledger: Ledger) -> None:
    """Only the decided figure is covered; the others of the post are neither right nor wrong."""
    one = gold_of(ledger, "lakeside-2018")
    claims = by_quote()
    decided, other = claims["12 countries"], claims["Around 25 teams"]
    assert one.covers("claims", decided.start, decided.end)
    assert not one.covers("claims", other.start, other.end)
    assert not one.annotated("entities")
    assert not one.annotated("themes")


def test_a_post_read_to_the_end_covers_all_but_what_is_open(ledger: Ledger) -> None:
    """Reading to the end makes silence mean none, except where a claim is still undecided."""
    post = next(w.post for w in WRITTEN if w.slug == "lakeside-2018")
    decide(ledger, post.id, "lakeside-2018", Verdict.READ, kind="post")
    one, other = gold_of(ledger, "lakeside-2018"), by_quote()["Around 25 teams"]
    assert not one.covers("claims", other.start, other.end)
    assert one.covers("claims", 0, 20)
    decide(ledger, other.id, "lakeside-2018", Verdict.REJECT, reason="not-a-claim")
    one = gold_of(ledger, "lakeside-2018")
    assert one.covers("claims", other.start, other.end)
    assert "claims" not in one.covered
    assert len(one.claims) == 1


def test_reading_another_revision_says_nothing_of_this_one(ledger: Ledger) -> None:
    """Whoever read an older text did not read this one."""
    post = next(w.post for w in WRITTEN if w.slug == "lakeside-2018")
    ledger.record([Decision(id="read-old", target=post.id, target_kind="post", post=post.id, revision="older",
                            seen="s", verdict=Verdict.READ, reviewer="ada", at=NOW)])  # fmt: skip
    assert "claims" in gold_of(ledger, "lakeside-2018").covered


def test_disputed_and_flagged_claims_and_other_rejections_say_nothing(ledger: Ledger) -> None:
    """77% is disputed, $5 million flagged, £900 million rejected for its value: none is marked or covered."""
    claims = by_quote()
    named = {one.post.title: one for one in gold_from(ledger)}
    assert [mark["quote"] for mark in named["Lakeside Convening moves online"].claims] == ["21 countries"]
    assert not named["Lakeside Convening moves online"].covers("claims", claims["77%"].start, claims["77%"].end)
    assert "Undated notes" not in named
    assert "What others say of the fund" not in named


def test_a_claim_that_the_extractor_lost_stays_wanted(ledger: Ledger) -> None:
    """What was accepted is gold even where a newer extractor no longer finds it."""
    post = next(w.post for w in WRITTEN if w.slug == "lakeside-2018")
    nothing = Extraction(claims=(), entities=(), passages=tuple(passages_of(post.text)))
    ledger.keep_extractions([(post, nothing)], extractor="worse 2")
    assert [mark["quote"] for mark in gold_of(ledger, "lakeside-2018").claims] == ["12 countries"]


def test_an_accepted_name_brings_its_label_and_one_that_is_rejected_none(ledger: Ledger) -> None:
    """Decisions on names become marks; two reviewers who differ become nothing."""
    written = next(w for w in WRITTEN if w.slug == "harbour-fund-elsewhere")
    (entity,) = list(written.entities())
    place: dict[str, object] = {"start": entity.start, "end": entity.end, "quote": entity.quote}
    target = entity_target(written.post.id, entity.start, entity.end, entity.label)
    decide(ledger, target, written.slug, Verdict.ACCEPT, kind="entity", changes=place)
    one = gold_of(ledger, written.slug)
    assert [(mark["quote"], mark["label"]) for mark in one.entities] == [(entity.quote, Label.PROGRAM)]
    decide(ledger, target, written.slug, Verdict.REJECT, kind="entity", changes=place)
    one = gold_of(ledger, written.slug)
    assert (list(one.entities), one.covers("entities", entity.start, entity.end)) == ([], True)
    decide(ledger, target, written.slug, Verdict.ACCEPT, kind="entity", changes=place, reviewer="grace")
    assert all(one.post.id != written.post.id for one in gold_from(ledger))


def test_moved_passages_are_themes(ledger: Ledger) -> None:
    """Where somebody set a passage's themes they are wanted; an emptied one is covered and wants none."""
    changes: dict[str, object] = {"op": "move", "passage": 1, "themes": ["funding"]}
    decide(ledger, "p", "northern-training", Verdict.CORRECT, kind="passage", changes=changes)
    one = gold_of(ledger, "northern-training")
    assert list(one.themes) == [{"paragraph": 1, "themes": ["funding"]}]
    assert list(one.covered["themes"]) == [(1, 2)]


def test_the_split_is_fixed_by_the_id() -> None:
    """The same post is always in the same part; the shares are about three, one, one."""
    splits = [split_of(f"post-{n}") for n in range(3000)]
    assert [split_of(f"post-{n}") for n in range(3000)] == splits
    assert 0.57 < splits.count("train") / 3000 < 0.63
    assert 0.17 < splits.count("frozen") / 3000 < 0.23


def test_writing_then_reading_gives_the_same(ledger: Ledger, tmp_path: Path) -> None:
    """Gold of decisions survives the disk, with what is covered; written twice it is the same bytes."""
    posts = list(gold_from(ledger))
    write_gold(posts, tmp_path / "gold")
    first = (tmp_path / "gold" / "gold.jsonl").read_bytes()
    again = list(read_gold(tmp_path / "gold" / "gold.jsonl"))
    assert [(p.post.id, p.claims, dict(p.covered)) for p in again] == [
        (p.post.id, p.claims, dict(p.covered)) for p in posts
    ]
    write_gold(again, tmp_path / "gold")
    assert (tmp_path / "gold" / "gold.jsonl").read_bytes() == first


# Looking over


def folder_with(tmp_path: Path, row: object, *, text: str = TEXT, index: object = None) -> Path:
    """A gold of one post ``a``, whose row is an object or a raw line."""
    (tmp_path / "posts").mkdir(exist_ok=True)
    (tmp_path / "posts" / "a.txt").write_bytes(text.encode())
    line = row if isinstance(row, str) else json.dumps(row)
    (tmp_path / "gold.jsonl").write_text(line + "\n", "utf-8")
    (tmp_path / "index.jsonl").write_text(json.dumps(index or {"post": "a", "split": "train"}) + "\n", "utf-8")
    return tmp_path / "gold.jsonl"


BROKEN: list[tuple[object, str]] = [
    ("{", "is not JSON"),
    ("[1]", "is not an object"),
    ('{"post": "../a"}', "no name of a post"),
    ("[" * 100_000, "is not JSON"),
    ({"post": "b"}, "cannot be read"),
    ({"post": "a", "claims": {}}, "claims are no list"),
    ({"post": "a", "claims": ["x"]}, "no object"),
    ({"post": "a", "claims": [CLAIM | {"start": "20"}]}, "no whole numbers"),
    ({"post": "a", "claims": [CLAIM | {"start": True}]}, "no whole numbers"),
    ({"post": "a", "claims": [CLAIM | {"end": 10**9}]}, "lies outside the text"),
    ({"post": "a", "claims": [CLAIM | {"start": 19, "end": 29}]}, "is not at 19"),
    ({"post": "a", "claims": [CLAIM | {"kind": "sum"}]}, "kind 'sum'"),
    ({"post": "a", "claims": [{k: v for k, v in CLAIM.items() if k != "value"}]}, "no number"),
    ({"post": "a", "claims": [CLAIM | {"value": "5"}]}, "no number"),
    ({"post": "a", "claims": [CLAIM | {"value": 10**400}]}, "no number"),
    ({"post": "a", "claims": [CLAIM | {"bound": "more"}]}, "bound 'more'"),
    ({"post": "a", "claims": [CLAIM | {"subject": 5}]}, "subject is no text"),
    ({"post": "a", "entities": [NAME | {"label": "HERO"}]}, "label 'HERO'"),
    ({"post": "a", "themes": [{"paragraph": 9, "themes": []}]}, "paragraph 9"),
    ({"post": "a", "themes": [{"paragraph": 0}]}, "paragraph's number"),
    ({"post": "a", "covered": {"claims": [[4, 2]]}}, "pairs"),
]


@pytest.mark.parametrize(("row", "told"), BROKEN, ids=[told for _, told in BROKEN])
def test_a_broken_row_is_named_with_file_and_line(row: object, told: str, tmp_path: Path) -> None:
    """Each fault is one line with the file, its number and what is wrong; reading stops with the same words."""
    gold = folder_with(tmp_path, row)
    (fault,) = [found for found in check(gold) if found.grave]
    assert str(fault).startswith(f"{gold}:1: ")
    assert told in str(fault)
    with pytest.raises(GoldError, match=r"line 1|cannot be read"):
        list(read_gold(gold))
    done = runner.invoke(app, ["gold", "check", str(gold)])
    assert done.exit_code == 1
    assert told in done.stdout


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"post": "a", "claims": [CLAIM, CLAIM]}, "overlaps"),
        ({"post": "a", "entities": [NAME, NAME | {"end": 6, "quote": "Ana of"}]}, "overlaps"),
        ({"post": "a", "claims": [CLAIM | {"bound": "range"}]}, "upper end"),
        ({"post": "a", "split": "dev"}, "split 'dev'"),
        ({"post": "a", "entities": [NAME | {"end": 4, "quote": "Ana "}]}, "white space"),
    ],
)
def test_a_small_fault_is_named_and_does_not_stop_reading(row: object, told: str, tmp_path: Path) -> None:
    """Overlapping spans and the like are told, and the gold can be read."""
    gold = folder_with(tmp_path, row)
    (fault,) = check(gold)
    assert (fault.grave, told in fault.what) == (False, True)
    assert len(list(read_gold(gold))) == 1
    assert runner.invoke(app, ["gold", "check", str(gold)]).exit_code == 0


def test_a_post_that_stands_twice_and_a_day_that_is_none_are_named(tmp_path: Path) -> None:
    """Doubles and impossible dates have their line, too."""
    gold = folder_with(tmp_path, '{"post": "a"}\n{"post": "a"}', index={"post": "a", "date": "2021-13-40"})
    assert [(f.path.name, f.line) for f in check(gold)] == [("index.jsonl", 1), ("gold.jsonl", 2)]
    with pytest.raises(GoldError, match="is no day"):
        list(read_gold(gold))


def test_bytes_that_are_no_text_are_one_sentence(tmp_path: Path) -> None:
    """Neither a broken text nor a broken file makes a traceback."""
    gold = folder_with(tmp_path, {"post": "a"})
    (tmp_path / "posts" / "a.txt").write_bytes(b"\xff\xfe\xff")
    assert [found.grave for found in check(gold)] == [True]
    gold.write_bytes(b"\xff\xfe{}")
    assert [found.line for found in check(gold)] == [1]
    with pytest.raises(GoldError):
        list(read_gold(gold))


@needs_gold
def test_the_hand_made_gold_has_no_fault() -> None:
    """All 150 posts pass."""
    assert list(check(GOLD)) == []


# Other tools


def samples(tmp_path: Path) -> list[GoldPost]:
    """Two annotated posts, one of them only in part."""
    folder_with(tmp_path, {"post": "a", "claims": [CLAIM], "entities": [NAME], "themes": []})
    (whole,) = read_gold(tmp_path / "gold.jsonl")
    part = {"post": "a", "claims": [CLAIM], "covered": {"claims": [[20, 30]]}}
    folder_with(tmp_path, part, index={"post": "a", "title": "Ünïcode 👩🏽‍💻", "date": "2021-01-02", "split": "frozen"})
    return [whole, *read_gold(tmp_path / "gold.jsonl")]


@pytest.mark.parametrize(("write", "read"), [(write_docbin, read_docbin), (write_prodigy, read_prodigy)])
def test_what_we_write_for_others_comes_back_the_same(write: Any, read: Any, tmp_path: Path) -> None:
    """Claims with all fields, names, themes, metadata and what is covered survive the way there and back."""
    posts = samples(tmp_path)
    assert write(posts, tmp_path / "out") == 2
    assert list(read(tmp_path / "out")) == posts


def test_a_docbin_of_others_brings_its_names_and_figures(tmp_path: Path) -> None:
    """Ents and spans of a Doc that spaCy wrote are read; a figure's value comes from its words."""
    import spacy
    from spacy.tokens import DocBin, Span

    doc = spacy.blank("en")(TEXT)
    doc.ents = [Span(doc, 0, 1, label="PERSON")]
    doc.spans["claims"] = [Span(doc, 5, 8, label="money")]
    DocBin(docs=[doc]).to_disk(tmp_path / "a.spacy")
    (one,) = read_docbin(tmp_path / "a.spacy")
    assert [(mark["quote"], mark["label"]) for mark in one.entities] == [("Ana", "PERSON")]
    assert [(mark["quote"], mark["value"]) for mark in one.claims] == [("$5 million", 5000000)]
    assert not one.annotated("themes")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x80\x04\x95", zlib.compress(b"\x93\x01\x02\x03"), zlib.compress(b"\xff" * 100), b"PK\x03\x04" + b"0" * 99],
)
def test_a_docbin_that_is_none_is_one_sentence(data: bytes, tmp_path: Path) -> None:
    """Whatever the bytes are, nothing but a sentence comes of them."""
    (tmp_path / "a.spacy").write_bytes(data)
    with pytest.raises(GoldError, match=r"a\.spacy"):
        list(read_docbin(tmp_path / "a.spacy"))


def test_a_docbin_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    """A small file that would fill the memory is refused before it does."""
    pack = zlib.compressobj()
    with (tmp_path / "a.spacy").open("wb") as file:
        for _ in range(60):
            file.write(pack.compress(bytes(10_000_000)))
        file.write(pack.flush())
    with pytest.raises(GoldError, match="megabytes once unpacked"):
        list(read_docbin(tmp_path / "a.spacy"))


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"spans": []}, "has no text"),
        ({"text": "a", "spans": [5]}, "no list of objects"),
        ({"text": "a", "spans": [{"start": 0, "end": 9, "label": "ORG"}]}, "outside the text"),
        ({"text": "abc", "spans": [{"start": 0, "end": 3, "label": "HERO"}]}, "label 'HERO'"),
        ({"text": "abc", "spans": [{"start": 0, "end": 3, "label": "money"}]}, "brings no value"),
        ({"text": "abc", "meta": {"id": "../x"}}, "no name of a post"),
    ],
)
def test_a_prodigy_line_that_cannot_be_used_is_named(row: object, told: str, tmp_path: Path) -> None:
    """The message has the line and what is wrong."""
    (tmp_path / "p.jsonl").write_text("\n" + json.dumps(row), "utf-8")
    with pytest.raises(GoldError, match=r"p\.jsonl, line 2") as raised:
        list(read_prodigy(tmp_path / "p.jsonl"))
    assert told in str(raised.value)


def test_examples_that_were_not_accepted_are_left_out(tmp_path: Path) -> None:
    """Prodigy keeps rejected and ignored examples in the same file; they are no gold."""
    rows: list[dict[str, Any]] = [
        {"text": "Ana", "answer": answer, "spans": []} for answer in ("accept", "reject", "ignore")
    ]
    (tmp_path / "p.jsonl").write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    assert len(list(read_prodigy(tmp_path / "p.jsonl"))) == 1


# The commands


def test_the_commands_build_export_and_take_in(ledger: Ledger, tmp_path: Path) -> None:
    """From decisions to a folder, to a DocBin, to another folder; a clash is refused in a sentence."""
    gold = str(tmp_path / "gold")
    built = runner.invoke(app, ["gold", "build", "--to", gold, "--corpus", str(tmp_path)])
    assert (built.exit_code, "4 claims" in built.stdout) == (0, True), built.output
    assert runner.invoke(app, ["gold", "check", f"{gold}/gold.jsonl"]).exit_code == 0
    out = str(tmp_path / "all.spacy")
    assert runner.invoke(app, ["gold", "export", f"{gold}/gold.jsonl", out]).exit_code == 0
    other = str(tmp_path / "other")
    assert runner.invoke(app, ["gold", "import", out, "--to", other]).exit_code == 0
    assert list(read_gold(Path(other) / "gold.jsonl")) == list(read_gold(Path(gold) / "gold.jsonl"))
    assert runner.invoke(app, ["gold", "import", out, "--to", other]).exit_code == 0
    folder_with(tmp_path, {"post": "a", "entities": [NAME]})
    assert runner.invoke(app, ["gold", "import", str(tmp_path / "gold.jsonl"), "--to", other]).exit_code == 0
    folder_with(tmp_path, {"post": "a", "entities": []})
    clash = runner.invoke(app, ["gold", "import", str(tmp_path / "gold.jsonl"), "--to", other])
    assert (clash.exit_code, "--replace" in clash.stderr) == (1, True)
    wrong = runner.invoke(app, ["gold", "import", out, "--format", "word"])
    assert (wrong.exit_code, "none of docbin, prodigy, gold" in wrong.stderr) == (1, True)


def test_what_is_measured_on_is_a_part_that_the_gold_has(tmp_path: Path) -> None:
    """Dev where there is one, else the frozen posts; a part that is not there is told with those that are."""
    from pipeline.learn.gold import measured_on

    def written(*splits: str) -> Path:
        write_gold([GoldPost(post=Post(id=f"p{n}", text="a"), split=name) for n, name in enumerate(splits)], tmp_path)
        return tmp_path / "gold.jsonl"

    assert measured_on(written("train", "frozen")) == "frozen"
    assert measured_on(written("train", "frozen", "dev")) == "dev"
    assert measured_on(written("train", "dev"), "train") == "train"
    with pytest.raises(GoldError, match="no post to measure on in split dev or frozen; it has posts in train"):
        measured_on(written("train"))
    with pytest.raises(GoldError, match="in split hard; it has posts in dev, train"):
        measured_on(written("train", "dev"), "hard")
