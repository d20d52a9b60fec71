"""Learns from annotations and rejections which figures are no claims: ``models/claimhood.json`` and its card.

A logistic regression over the parse and the words around a figure (scikit-learn), kept as a table of weights. Its
floor is the one under which leaving figures out helped most on posts that it was not fitted on; where leaving out
does not help, the floor is 0 and nothing is left out.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipeline.extract.claimhood import FILE, Claimhood
from pipeline.learn.folds import fitted_on_others
from pipeline.learn.tallies import Tally
from pipeline.learn.trials import Trial

STRENGTH = 0.5  # scikit-learn's C: smaller holds the weights closer to nothing
FLOORS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
RAREST = 2  # a sign met fewer times than this is left out
FEWEST = 5  # figures that are no claims, before anything is learnt of them

CARD = """# Whether a figure is a claim

`claimhood.json` holds a weight for each sign of the parse and the words around a figure, fitted as a logistic
regression by `convening train claims`. A figure that is less likely a claim than the floor is left out.

Learnt from {figures} figures of {posts} posts, {none} of which are no claims. Floor {floor}: by post, on figures that
it was not fitted on, F1 of what is left is {kept:.4f}, against {all:.4f} where nothing is left out.
"""


def train_claimhood(trials: Sequence[Trial], models: Path) -> dict[str, Any]:
    """Learn from *trials*, write weights and card to *models*, and give what was measured."""
    learnt, measured = learn(trials)
    rows = {"base": learnt.base, "floor": learnt.floor, "weights": dict(learnt.weights)}
    (models / FILE).write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    report = {
        "figures": len(trials),
        "posts": len({trial.post for trial in trials}),
        "none": sum(not trial.claim for trial in trials),
        "floor": learnt.floor,
        "kept": measured[learnt.floor],
        "all": measured[0.0],
    }
    (models / FILE).with_suffix(".md").write_text(CARD.format(**report), encoding="utf-8")
    return report


def learn(trials: Sequence[Trial]) -> tuple[Claimhood, dict[float, float]]:
    """The model of *trials* with the best floor, and the F1 by post of each floor."""
    if sum(not trial.claim for trial in trials) < FEWEST:
        whole = _left(trials, [1.0] * len(trials), 0.0)
        return Claimhood(0.0, {}, 0.0), {0.0: whole}
    chances = _by_others(trials)
    measured = {floor: _left(trials, chances, floor) for floor in FLOORS}
    best = max(FLOORS, key=lambda floor: (round(measured[floor], 6), -floor))
    fitted = _fitted(trials)
    return Claimhood(fitted.base, fitted.weights, best), measured


def _left(trials: Sequence[Trial], chances: Sequence[float], floor: float) -> float:
    """The F1 of the figures at or above *floor*."""
    kept = [trial.claim for trial, chance in zip(trials, chances, strict=True) if chance >= floor]
    return Tally(sum(kept), len(kept), sum(trial.claim for trial in trials)).f1


def _by_others(trials: Sequence[Trial]) -> list[float]:
    """The chance of each figure by models that never saw its post."""
    models = fitted_on_others(trials, _fitted)
    return [models[trial.post].chance(trial.words) for trial in trials]


def _fitted(trials: Sequence[Trial]) -> Claimhood:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    claims = [trial.claim for trial in trials]
    if len(set(claims)) < 2:
        return Claimhood(5.0 if all(claims) else -5.0, {})
    met = Counter(sign for trial in trials for sign in set(trial.words))
    table = DictVectorizer()
    signs = table.fit_transform([{sign: 1 for sign in trial.words if met[sign] >= RAREST} for trial in trials])
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(signs, claims)
    names = table.get_feature_names_out()
    weights = {str(name): round(float(w), 3) for name, w in zip(names, model.coef_[0], strict=True) if abs(w) >= 5e-4}
    return Claimhood(round(float(model.intercept_[0]), 3), dict(sorted(weights.items())))
