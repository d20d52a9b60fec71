"""Calibrates the confidence of claims on annotations and decisions: ``models/confidence.json`` and its card.

``convening train confidence`` calls :func:`train_confidence`. Applying the result needs no scikit-learn: it is a
table of weights.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.extract.confidence import FILE, Calibration
from pipeline.learn.folds import fitted_on_others
from pipeline.learn.gold import GoldPost
from pipeline.learn.trials import Trial, trials_of
from pipeline.shares import wilson

STRENGTH = 0.1  # scikit-learn's C: a few errors to learn from must not make weights that speak too loud
OVERFIT = 4.0  # an error on posts that the rules were developed on stands for so many on other posts
EDGES = (0.0, 0.5, 0.8, 0.9, 0.95, 0.98, 1.0)
FEWEST = 30  # decisions on claims drawn at random before they decide what a confidence means


class TooFewDecisionsError(PipelineError):
    """There is too little to learn from; what was learnt before stays."""


def calibrate(trials: Sequence[Trial]) -> Calibration:
    """The calibration that fits *trials* best, its weights held close to nothing.

    The weights of the signs come from all trials. Where some were looked at for a reason (the queue shows doubtful
    claims first), how much the sum of the weights means in the end is fitted to those drawn at random alone: a
    logistic curve over the sum (Platt scaling), which leaves the order as it is.
    Raises ``TooFewDecisionsError`` where too few were drawn at random.
    """
    first = _fitted(trials)
    honest = [trial for trial in trials if trial.drawn]
    if len(honest) == len(trials):
        return first
    if len(honest) < FEWEST:
        raise TooFewDecisionsError(
            "confidence",
            f"{len(honest)} of {len(trials)} decisions are on claims drawn at random; it takes {FEWEST} of them, "
            "since the others were looked at because they seemed doubtful",
        )
    return _scaled(first, honest)


def _fitted(trials: Sequence[Trial]) -> Calibration:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    right = [trial.right for trial in trials]
    if len(set(right)) < 2:
        return Calibration(_base(right), {})
    table = DictVectorizer()
    signs = table.fit_transform([dict.fromkeys(trial.signs, 1) for trial in trials])
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(signs, right, sample_weight=_weights(trials))
    names = table.get_feature_names_out()
    weights = {str(name): round(float(w), 3) for name, w in zip(names, model.coef_[0], strict=True) if abs(w) >= 0.001}
    return Calibration(round(float(model.intercept_[0]), 3), dict(sorted(weights.items())))


def _weights(trials: Sequence[Trial]) -> list[float]:
    return [OVERFIT if trial.practised and not trial.right else 1.0 for trial in trials]


def _base(right: Sequence[bool]) -> float:
    """The logit of the share that is right, with one more of each, so that nothing is certain."""
    good = sum(right) + 1
    return round(math.log(good / (len(right) + 2 - good)), 3) if right else 0.0


def _scaled(first: Calibration, honest: Sequence[Trial]) -> Calibration:
    """*first* with its sums put through the logistic curve that fits *honest* best."""
    from sklearn.linear_model import LogisticRegression

    right = [trial.right for trial in honest]
    if len(set(right)) < 2:
        return Calibration(_base(right), {})
    sums = [[first.base + sum(first.weights.get(sign, 0.0) for sign in trial.signs)] for trial in honest]
    curve = LogisticRegression(C=1.0, max_iter=1000).fit(sums, right, sample_weight=_weights(honest))
    slope, shift = max(0.0, float(curve.coef_[0][0])), float(curve.intercept_[0])
    weights = {name: round(weight * slope, 3) for name, weight in first.weights.items()}
    return Calibration(round(first.base * slope + shift, 3), weights)


def cross_calibrated(trials: Sequence[Trial]) -> list[tuple[float, bool]]:
    """The confidence and verdict of each trial, by calibrations that never saw its post."""
    fitted = fitted_on_others(trials, _fitted)
    return [(fitted[trial.post].confidence(trial.signs), trial.right) for trial in trials]


def reliability(answers: Iterable[tuple[float, bool]]) -> list[dict[str, float]]:
    """A row for each stretch of confidence: how many decided claims, what was promised, what came true, its interval.

    >>> reliability([(0.9, True), (0.94, False)])
    [{'from': 0.9, 'to': 0.95, 'claims': 2, 'promised': 0.92, 'right': 0.5, 'low': 0.095, 'high': 0.905}]
    """
    every = list(answers)
    table = []
    for low, high in pairwise(EDGES):
        held = [(c, r) for c, r in every if low <= c < high or c == high == 1.0]
        if held:
            promised, right = sum(c for c, _ in held) / len(held), sum(r for _, r in held) / len(held)
            least, most = wilson(sum(r for _, r in held), len(held))
            row = {
                "from": low,
                "to": high,
                "claims": len(held),
                "promised": round(promised, 3),
                "right": round(right, 3),
                "low": round(least, 3),
                "high": round(most, 3),
            }
            table.append(row)
    return table


def expected_error(answers: Sequence[tuple[float, bool]]) -> float:
    """By how much promise and truth differ on average (expected calibration error)."""
    rows = reliability(answers)
    return round(sum(r["claims"] * abs(r["promised"] - r["right"]) for r in rows) / max(1, len(answers)), 4)


CARD = """# Confidence of claims

`confidence.json` holds a weight for each sign that speaks for or against a claim (its kind, its place in the
sentence, its flags), fitted as a logistic regression by `convening train confidence`. A claim is right when people
agree with its kind, value, unit and bound. Applying it takes a sum and needs no scikit-learn.

Fitted on {posts} posts with {claims} claims, of which {right:.1%} were right: {practised} claims of annotated posts
and {decided} decisions of the review, {drawn} of these on claims drawn at random. What the queue shows because it is
doubtful weighs the signs against each other; how much they mean in the end comes from the annotated and the drawn
claims alone.

{tables}
The rules that find quantities were developed on the annotated posts, so they err about a quarter as often there as
elsewhere. Each error there is therefore counted {overfit:g} times: the promise is too low on these posts and about
right on others; the table of posts that nothing was developed on is the one to believe. Each row is as good as the
number of decisions behind it: low and high bound the share that came true (Wilson, 95 %).
"""


def markdown(title: str, answers: Sequence[tuple[float, bool]]) -> str:
    """The reliability of *answers* as a table with its title."""
    head = f"## {title}\n\nExpected calibration error {expected_error(answers)} over {len(answers)} decided claims.\n\n"
    head += "| confidence | decided claims | promised | right | low | high |\n|---|---|---|---|---|---|\n"
    rows = [
        f"| {r['from']} to {r['to']} | {r['claims']} | {r['promised']} | {r['right']} | {r['low']} | {r['high']} |\n"
        for r in reliability(answers)
    ]
    return head + "".join(rows) + "\n"


def train_confidence(
    posts: Sequence[GoldPost],
    models: Path,
    *,
    check: Sequence[GoldPost] = (),
    trials: Sequence[Trial] | None = None,
) -> dict[str, Any]:
    """Calibrate on *posts*, write weights and card to *models*, and say how reliable it is there and on *check*.

    Raises ``TooFewDecisionsError`` where nothing, or too little at random, was decided.
    """
    if trials is None:
        trials = trials_of(posts, models=models)
    if not trials:
        raise TooFewDecisionsError("confidence", "no claim that is found was annotated or decided on")
    calibration = calibrate(trials)
    unseen = cross_calibrated(trials)
    tables = markdown("The posts that it was fitted on, five-fold by post", unseen)
    report: dict[str, Any] = {"claims": len(trials), "error by post": expected_error(unseen)}
    if check:
        seen = [(calibration.confidence(t.signs), t.right) for t in trials_of(check, models=models)]
        tables += markdown("Posts that it was not fitted on", seen)
        report |= {"claims checked": len(seen), "error": expected_error(seen), "reliability": reliability(seen)}
    rows = {"base": calibration.base, "weights": calibration.weights}
    (models / FILE).write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    queued = [trial for trial in trials if not trial.practised]
    card = CARD.format(
        posts=len({trial.post for trial in trials}),
        claims=len(trials),
        right=sum(t.right for t in trials) / len(trials),
        practised=len(trials) - len(queued),
        decided=len(queued),
        drawn=sum(trial.drawn for trial in queued),
        tables=tables,
        overfit=OVERFIT,
    )
    (models / FILE).with_suffix(".md").write_text(card, encoding="utf-8")
    return report
