"""Calibrates the confidence of claims on annotated posts: ``models/confidence.json`` and its card.

Run as ``python -m pipeline.learn.calibrate GOLD [--models FOLDER] [--split train] [--check dev]``. Applying the
result needs no scikit-learn: it is a table of weights.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.extract.confidence import FILE, Calibration, signs_of
from pipeline.extract.extractor import Extractor
from pipeline.extract.figure import Figure
from pipeline.extract.roles import MODELS
from pipeline.learn.evaluate import pair
from pipeline.learn.gold import GoldPost, read_gold
from pipeline.records import Claim, Post

STRENGTH = 0.5  # scikit-learn's C: smaller holds the weights closer to nothing
OVERFIT = 4.0  # an error on posts that the rules were developed on stands for so many on other posts
EDGES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 1.0)
FIELDS = ("kind", "value", "value_max", "unit", "bound")
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """A claim that was given: the signs it had, and whether an annotator agrees with it."""

    post: str
    signs: tuple[str, ...]
    right: bool


class _Signs(Extractor):
    """An extractor that keeps the signs of each claim that it gives."""

    def __init__(self, *, models: Path | None = None) -> None:
        super().__init__(models=models)
        self.kept: dict[str, list[tuple[Claim, tuple[str, ...]]]] = {}

    def _claims(
        self, post: Post, figures: list[Figure], entities: tuple[Any, ...], before: dict[int, Any]
    ) -> tuple[Claim, ...]:
        claims = super()._claims(post, figures, entities, before)
        self.kept[post.id] = [
            (claim, tuple(signs_of(figure, claim.unit, claim.flags)))
            for claim, figure in zip(claims, figures, strict=True)
        ]
        return claims


def trials_of(gold: Sequence[GoldPost], *, models: Path | None = None) -> list[Trial]:
    """Every claim that is found in the posts of *gold*, and whether its kind, value, unit and bound are right."""
    extractor = _Signs(models=models)
    for _ in extractor.extract_many(post.post for post in gold):
        pass
    trials = []
    for annotated in gold:
        kept = extractor.kept[annotated.post.id]
        rows = [{name: getattr(claim, name) for name in ("start", "end", *FIELDS)} for claim, _ in kept]
        right = {id(given) for wanted, given in pair(annotated.claims, rows) if _agrees(wanted, given)}
        trials += [
            Trial(annotated.post.id, signs, id(row) in right) for row, (_, signs) in zip(rows, kept, strict=True)
        ]
    return trials


def _agrees(wanted: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Whether an annotator who wrote *wanted* would accept *given*."""
    for name in ("kind", "unit", "bound"):
        if wanted[name] != given[name]:
            return False
    for name in ("value", "value_max"):
        ours, theirs = given[name], wanted[name]
        if (ours is None) != (theirs is None):
            return False
        if ours is not None and abs(float(ours) - float(theirs)) > 5e-4 * abs(float(theirs)):
            return False
    return True


def calibrate(trials: Sequence[Trial]) -> Calibration:
    """The calibration that fits *trials* best, its weights held close to nothing."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    right = [trial.right for trial in trials]
    if len(set(right)) < 2:
        return Calibration(0.0, {})
    table = DictVectorizer()
    signs = table.fit_transform([dict.fromkeys(trial.signs, 1) for trial in trials])
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(
        signs, right, sample_weight=[1.0 if good else OVERFIT for good in right]
    )
    names = table.get_feature_names_out()
    weights = {str(name): round(float(w), 3) for name, w in zip(names, model.coef_[0], strict=True) if abs(w) >= 0.001}
    return Calibration(round(float(model.intercept_[0]), 3), dict(sorted(weights.items())))


def cross_calibrated(trials: Sequence[Trial], *, folds: int = FOLDS) -> list[tuple[float, bool]]:
    """The confidence and verdict of each trial, by calibrations that never saw its post."""
    posts = list(dict.fromkeys(trial.post for trial in trials))
    fold_of = {post: n % folds for n, post in enumerate(posts)}
    answers = []
    for fold in range(folds):
        calibration = calibrate([t for t in trials if fold_of[t.post] != fold])
        answers += [(calibration.confidence(t.signs), t.right) for t in trials if fold_of[t.post] == fold]
    return answers


def reliability(answers: Iterable[tuple[float, bool]]) -> list[dict[str, float]]:
    """A row for each stretch of confidence: how many claims, what was promised, what came true.

    >>> reliability([(0.9, True), (0.94, False)])
    [{'from': 0.9, 'to': 0.95, 'claims': 2, 'promised': 0.92, 'right': 0.5}]
    """
    every = list(answers)
    table = []
    for low, high in pairwise(EDGES):
        held = [(c, r) for c, r in every if low <= c < high or c == high == 1.0]
        if held:
            promised, right = sum(c for c, _ in held) / len(held), sum(r for _, r in held) / len(held)
            row = {
                "from": low,
                "to": high,
                "claims": len(held),
                "promised": round(promised, 3),
                "right": round(right, 3),
            }
            table.append(row)
    return table


def expected_error(answers: Sequence[tuple[float, bool]]) -> float:
    """By how much promise and truth differ on average (expected calibration error)."""
    rows = reliability(answers)
    return round(sum(r["claims"] * abs(r["promised"] - r["right"]) for r in rows) / max(1, len(answers)), 4)


CARD = """# Confidence of claims

`confidence.json` holds a weight for each sign that speaks for or against a claim (its kind, its place in the
sentence, its flags), fitted as a logistic regression by `python -m pipeline.learn.calibrate`. A claim is right when an
annotator agrees with its kind, value, unit and bound. Applying it takes a sum and needs no scikit-learn.

Fitted on {posts} posts with {claims} claims of split `{split}`, of which {right:.1%} were right.

{tables}
The rules that find quantities were developed on split `train`, so they err about a quarter as often there as
elsewhere. Each error there is therefore counted {overfit:g} times: the promise is too low on that split and about
right on others; the table of a split that nothing was developed on is the one to believe.
"""


def _markdown(title: str, answers: Sequence[tuple[float, bool]]) -> str:
    head = f"## {title}\n\nExpected calibration error {expected_error(answers)}.\n\n"
    head += "| confidence | claims | promised | right |\n|---|---|---|---|\n"
    rows = [
        f"| {r['from']} to {r['to']} | {r['claims']} | {r['promised']} | {r['right']} |\n" for r in reliability(answers)
    ]
    return head + "".join(rows) + "\n"


def main(arguments: Sequence[str] | None = None) -> None:
    """Calibrate on one split, say how reliable the result is there and on another, and write model and card."""
    parser = argparse.ArgumentParser(description="Calibrate the confidence of claims.")
    parser.add_argument("gold", type=Path, help="gold.jsonl with index.jsonl and posts/ beside it")
    parser.add_argument("--models", type=Path, default=MODELS)
    parser.add_argument("--split", default="train")
    parser.add_argument("--check", default="dev", help="a split to show reliability on, never fitted to")
    options = parser.parse_args(arguments)
    gold = list(read_gold(options.gold, splits=[options.split]))
    trials = trials_of(gold, models=options.models)
    calibration = calibrate(trials)
    tables = _markdown(f"Split `{options.split}`, five-fold", cross_calibrated(trials))
    other = list(read_gold(options.gold, splits=[options.check]))
    if other:
        seen = [(calibration.confidence(t.signs), t.right) for t in trials_of(other, models=options.models)]
        tables += _markdown(f"Split `{options.check}`", seen)
    rows = {"base": calibration.base, "weights": calibration.weights}
    (options.models / FILE).write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    right = sum(t.right for t in trials) / len(trials)
    card = CARD.format(
        posts=len(gold), claims=len(trials), right=right, split=options.split, tables=tables, overfit=OVERFIT
    )
    (options.models / FILE).with_suffix(".md").write_text(card, encoding="utf-8")
    print(tables)


if __name__ == "__main__":
    main()
