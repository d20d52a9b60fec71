"""Learning: confidence from decisions, figures that are no claims, the order of a review, the same version again."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import GOLD, ROOT, needs_gold
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.extract.claimhood import Claimhood, load_claimhood
from pipeline.extract.extractor import Extractor
from pipeline.learn.active import (
    by_confidence,
    by_confidence_of_others,
    decisions_needed,
    learning_on_the_way,
    needed_at_random,
    savings,
)
from pipeline.learn.calibrate import TooFewDecisionsError, calibrate, expected_error, reliability, train_confidence
from pipeline.learn.gold import GoldError, GoldPost, read_gold, write_gold
from pipeline.learn.train_claimhood import learn, train_claimhood
from pipeline.learn.training import gold_digest, train
from pipeline.learn.trials import Trial, trials_of
from pipeline.model_files.digests import digest_of, files_of
from pipeline.records import Post

runner = CliRunner()


def trials(count: int, *, seed: int = 0, queued: bool = False) -> list[Trial]:
    """Trials whose truth follows their signs: a doubtful one is right in two cases of three, a plain one nearly always.

    With *queued*, they come from a review that looks at doubtful ones first, and at a tenth at random.
    """
    draw = random.Random(seed)
    made = []
    for n in range(count):
        doubtful = draw.random() < 0.3
        right = draw.random() < (0.66 if doubtful else 0.98)
        signs = ("flag=doubtful",) if doubtful else ("kind=money",)
        drawn = not queued or draw.random() < 0.2
        if queued and not drawn and not doubtful:
            continue
        made.append(Trial(f"post {n % 40}", signs, right, drawn=drawn, practised=False))
    return made


# Confidence


def test_a_confidence_is_what_comes_true() -> None:
    """On claims that it was not fitted on, promise and truth differ by little; each row tells its decisions."""
    calibration = calibrate(trials(600))
    answers = [(calibration.confidence(t.signs), t.right) for t in trials(600, seed=1)]
    assert expected_error(answers) <= 0.05
    rows = reliability(answers)
    assert sum(row["claims"] for row in rows) == 600
    assert all(row["low"] <= row["right"] <= row["high"] for row in rows)


def test_doubtful_claims_that_were_looked_at_first_do_not_spoil_the_promise() -> None:
    """A review full of errors that the queue sought out promises as much as one that looked at random."""
    biased = trials(3000, queued=True)
    everyone = trials(3000, seed=5)
    share = sum(t.right for t in biased) / len(biased)
    fair = sum(t.right for t in everyone) / len(everyone)
    assert share < fair - 0.05
    calibration = calibrate(biased)
    promised = sum(calibration.confidence(t.signs) for t in everyone) / len(everyone)
    assert abs(promised - fair) < 0.03


def test_nothing_is_promised_on_what_was_sought_out_alone() -> None:
    """Without enough claims drawn at random there is no calibration, and the message says so."""
    sought = [replace(trial, drawn=False) for trial in trials(200)]
    with pytest.raises(TooFewDecisionsError, match="0 of 200 decisions are on claims drawn at random"):
        calibrate(sought)
    with pytest.raises(TooFewDecisionsError, match="29 of 200"):
        calibrate([replace(trial, drawn=n < 29) for n, trial in enumerate(sought)])
    assert calibrate([replace(trial, drawn=n < 120) for n, trial in enumerate(sought)]).weights


def test_all_right_and_all_wrong_promise_without_certainty() -> None:
    """Where every decision says the same, the promise leans that way and is not certain."""
    good = calibrate([Trial("a", ("x",), True, practised=False)] * 20)
    assert 0.9 < good.confidence(["x"]) < 1
    assert 0 < calibrate([Trial("a", ("x",), False, practised=False)] * 20).confidence(["x"]) < 0.1


def test_nothing_to_learn_from_leaves_the_confidence_as_it_is(tmp_path: Path) -> None:
    """No trial, no file."""
    with pytest.raises(TooFewDecisionsError):
        train_confidence([], tmp_path, trials=[])
    assert list(tmp_path.iterdir()) == []


# Which figures are claims

TEXT = "The bridge cost $5 million. See page 12 of the plan. It drew 300 visitors, as page 14 tells."


def figures(count: int, none: int) -> list[Trial]:
    """Figures of which some, after the word page, are no claims."""
    plain = [Trial(f"p{n % 10}", (), True, claim=True, words=("before=cost", "kind=money")) for n in range(count)]
    pages = [Trial(f"p{n % 10}", (), False, claim=False, words=("before=page", "kind=count")) for n in range(none)]
    return plain + pages


def test_what_is_rejected_again_and_again_is_left_out(tmp_path: Path) -> None:
    """After forty rejections a page number is no claim; what was accepted is kept."""
    report = train_claimhood(figures(200, 40), tmp_path)
    assert report["kept"] == 1.0 > report["all"]
    learnt = load_claimhood(tmp_path / "claimhood.json")
    assert learnt is not None
    assert learnt.floor > learnt.chance(["before=page", "kind=count"])
    assert learnt.floor <= learnt.chance(["before=cost", "kind=money"])


def test_a_few_rejections_leave_nothing_out() -> None:
    """Where leaving out does not help on other posts, everything is kept."""
    assert learn(figures(200, 3))[0].floor == 0
    chance_only = [Trial(f"p{n % 10}", (), n % 7 > 0, claim=n % 7 > 0, words=(f"w={n % 5}",)) for n in range(210)]
    assert learn(chance_only)[0].floor == 0


def test_the_extractor_leaves_out_what_it_was_taught() -> None:
    """A model that knows page numbers takes them away and nothing else."""
    extractor = Extractor(models=ROOT / "models")
    post = Post(id="a", text=TEXT)
    before = [claim.quote for claim in extractor.extract(post).claims]
    extractor.learnt = replace(extractor.learnt, claimhood=Claimhood(5.0, {"before=page": -20.0}, 0.5))
    after = [claim.quote for claim in extractor.extract(post).claims]
    assert [quote for quote in after if quote not in before] == []
    assert {"$5 million", "300"} <= set(after)
    assert not {"12", "14"} & set(after)


# The order of a review


def test_the_likeliest_errors_first_saves_decisions() -> None:
    """By confidence, far fewer decisions reach the target than at random; learning on the way saves, too."""
    pool, past = trials(400, seed=3), trials(400, seed=4)
    right = [trial.right for trial in by_confidence(pool, past)]
    random_order = needed_at_random(right, 0.95)
    assert decisions_needed(right, 0.95) <= 0.6 * random_order["mean"]
    assert random_order["low"] <= random_order["mean"] <= random_order["high"]
    for order in (learning_on_the_way(pool), by_confidence_of_others(pool)):
        assert sorted(map(id, order)) == sorted(map(id, pool))
    (row,) = [row for row in savings("pool", by_confidence_of_others(pool)) if row["target"] == 0.95]
    assert row["share"] < 1


def test_what_is_right_already_needs_no_decision() -> None:
    """No decision, and no row, where the target is met from the start."""
    assert decisions_needed([True] * 5, 0.99) == 0
    assert decisions_needed([], 0.99) == 0
    assert savings("pool", [Trial("a", (), True)] * 5) == []


# Training


def annotated() -> list[GoldPost]:
    """Small annotated posts, some from decisions, one only in part."""
    made = []
    for n in range(20):
        text = f"The council of Aria paid ${n + 2} million for a bridge. More than {n + 20} teams came to the fair."
        marks = []
        for quote, kind, value, unit, bound in (
            (f"${n + 2} million", "money", (n + 2) * 1_000_000, "USD", "exact"),
            (f"More than {n + 20}", "count", n + 20, "team", "at_least"),
        ):
            start = text.index(quote)
            marks.append({"quote": quote, "start": start, "end": start + len(quote), "kind": kind, "value": value,
                          "value_max": None, "unit": unit, "bound": bound, "subject": "council of Aria",
                          "measure": None, "modality": "actual", "attributed_to": None})  # fmt: skip
        covered: dict[str, Any] = {"entities": (), "themes": ()}
        if n == 0:
            covered["claims"] = ((marks[0]["start"], marks[0]["end"]),)
        made.append(GoldPost(post=Post(id=f"p{n}", text=text), split="train", claims=marks, covered=covered,
                             queued=n < 3))  # fmt: skip
    return made


def models(tmp_path: Path, name: str) -> Path:
    """A copy of our models without what takes long to copy."""
    import shutil

    shutil.copytree(ROOT / "models", tmp_path / name)
    return tmp_path / name


@pytest.fixture
def few_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A part of what we wrote ourselves, so that roles are learnt in seconds."""
    from pipeline.learn import own, rankers

    posts, sentences = own.own_posts()[:12], own.own_sentences()[:150]
    monkeypatch.setattr(rankers, "own_posts", lambda: posts)
    monkeypatch.setattr(rankers, "own_sentences", lambda: sentences)


@pytest.mark.usefixtures("few_own")
def test_the_same_posts_and_seed_give_the_same_version(tmp_path: Path) -> None:
    """Trained twice, every byte is the same; the card says what was learnt from, and other posts make another."""
    names = []
    for name in ("one", "two"):
        folder = models(tmp_path, name)
        report = train(["claims", "roles", "confidence"], annotated(), folder)
        assert {"claims", "roles", "confidence"} <= set(report)
        names.append(digest_of(files_of(folder)))
    assert names[0] == names[1]
    card = json.loads((tmp_path / "one" / "training.json").read_text("utf-8"))
    assert card["posts"] == {"annotated": 17, "of decisions": 3, "read to the end": 2}
    assert card["gold"] == gold_digest(annotated()) != gold_digest(annotated()[1:])
    other = models(tmp_path, "three")
    train(["roles"], annotated()[:6], other)
    assert digest_of(files_of(other)) not in names


@pytest.mark.usefixtures("few_own")
def test_parts_that_cannot_be_taught_stay_as_they_are(tmp_path: Path) -> None:
    """Posts without themes and names leave these alone, with the reason; if nothing can be taught, that is an error."""
    folder = models(tmp_path, "one")
    before = files_of(folder)
    report = train(["entities", "themes", "roles"], annotated(), folder)
    assert set(report["left as they were"]) == {"entities", "themes"}
    changed = {name for name, digest in files_of(folder).items() if before.get(name) != digest}
    assert changed == {"roles.json", "training.json"}
    with pytest.raises(GoldError, match="looked through"):
        train(["entities"], annotated(), folder)


def test_conflicting_and_empty_material_is_one_sentence(tmp_path: Path) -> None:
    """Nothing annotated at all teaches nothing, and says so."""
    with pytest.raises(GoldError):
        train(["claims"], [GoldPost(post=Post(id="a", text=""), split="train", covered={"claims": ()})], tmp_path)


def test_trials_know_what_was_drawn_and_what_was_seen() -> None:
    """A claim outside what was looked at is no trial; one from the queue counts as random only if it was drawn."""
    found = trials_of(annotated(), models=ROOT / "models")
    assert sum(trial.post == "p0" for trial in found) == 1
    assert all(trial.drawn for trial in found if trial.post not in ("p0", "p1", "p2"))
    assert not all(trial.drawn for trial in found if trial.post in ("p0", "p1", "p2"))


@pytest.mark.usefixtures("few_own")
def test_the_command_keeps_a_version_and_never_learns_from_what_is_measured_on(tmp_path: Path) -> None:
    """``train roles`` prints the digest, ``models list`` shows it; the split frozen is refused as a teacher."""
    write_gold(annotated(), tmp_path / "gold")
    gold, corpus = str(tmp_path / "gold" / "gold.jsonl"), str(tmp_path)
    shared = ["--corpus", corpus, "--models", str(ROOT / "models")]
    done = runner.invoke(app, ["train", "roles", "--gold", gold, *shared])
    assert done.exit_code == 0, done.output
    name = done.stdout.split("version ")[1].split()[0]
    listed = json.loads(runner.invoke(app, ["models", "list", "--corpus", corpus, "--json"]).stdout)
    assert [(row["digest"], row["parts"], row["live"]) for row in listed] == [(name, ["roles"], False)]
    refused = runner.invoke(app, ["train", "roles", "--gold", gold, "--split", "frozen", *shared])
    assert (refused.exit_code, "teaches nothing" in refused.stderr) == (1, True)
    nothing = runner.invoke(app, ["train", "roles", *shared])
    assert (nothing.exit_code, "--ledger" in nothing.stderr) == (1, True)


@needs_gold
def test_a_version_that_is_no_worse_is_promoted_and_one_that_is_worse_is_not(tmp_path: Path) -> None:
    """The whole way on annotated posts: keep, ask the gate, go live, and refuse one that lost its choice of roles."""
    import shutil

    from pipeline.learn.versions import keep

    chosen = list(read_gold(GOLD, splits=["train"]))[:30]
    write_gold([replace(one, split="frozen") for one in chosen], tmp_path / "gold")
    gold, corpus = str(tmp_path / "gold" / "gold.jsonl"), str(tmp_path)
    folder = models(tmp_path, "same")
    (folder / "note.md").write_text("The same models.")
    same = keep(tmp_path, folder, about={})
    arguments = ["--gold", gold, "--corpus", corpus, "--models", str(ROOT / "models")]
    done = runner.invoke(app, ["models", "promote", same, *arguments])
    assert done.exit_code == 0, done.output
    (folder / "roles.json").unlink()
    shutil.rmtree(folder / "themes")
    worse = keep(tmp_path, folder, about={})
    done = runner.invoke(app, ["models", "promote", worse, *arguments])
    assert done.exit_code == 1, done.output
    assert "drops from" in done.stdout
    listed = json.loads(runner.invoke(app, ["models", "list", "--corpus", corpus, "--json"]).stdout)
    assert {row["digest"]: row["live"] for row in listed} == {same: True, worse: False}


@pytest.mark.usefixtures("few_own")
def test_what_was_just_learnt_is_what_is_read_next(tmp_path: Path) -> None:
    """In one process, too, a reader after the training sees the new weights, not those that it had read before."""
    from pipeline.extract.ranker import load_rankers

    folder = models(tmp_path, "one")
    path = folder / "roles.json"
    before = load_rankers(path)
    train(["roles"], annotated(), folder)
    after = {role: ranker.weights for role, ranker in load_rankers(path).items()}
    assert after == json.loads(path.read_text("utf-8"))["roles"]
    assert after != {role: ranker.weights for role, ranker in before.items()}
