"""Learns from annotations and corrections what figures are planned, conditional or denied: ``models/modality.json``.

A multinomial logistic regression (scikit-learn) over what the rules say and over the verbs above a figure, kept as
tables of weights. It overrules the rules only from a chance that helped on posts that it was not fitted on; where none
did, the rules alone decide.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.extract.learnt_modality import FILE, NEVER, ModalityModel
from pipeline.learn.folds import fitted_on_others
from pipeline.learn.trials import Trial
from pipeline.records import Modality

STRENGTH = 0.5  # scikit-learn's C: smaller holds the weights closer to nothing
FLOORS = (NEVER, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)
RAREST = 2  # a sign met fewer times than this is left out
FEWEST = 10  # figures that do not simply hold, before anything is learnt of them

CARD = """# The modality of claims

`modality.json` holds weights for what the rules say and for the verbs above a figure, fitted as a multinomial logistic
regression by `convening train claims`. Another modality than the rules' is taken where it is at least as likely as the
floor; a floor of {never:g} means that the rules alone decide.

Learnt from {claims} claims of {posts} posts. Floor {floor:g}: by post, on claims that it was not fitted on,
{right:.4f} are right, against {ruled:.4f} by the rules alone.
"""


def train_modality(trials: Sequence[Trial], models: Path) -> dict[str, Any]:
    """Learn from *trials*, write weights and card to *models*, and give what was measured."""
    told = [trial for trial in trials if trial.modality is not None]
    learnt, measured = learn_modality(told)
    rows = {
        "bases": dict(learnt.bases),
        "floor": learnt.floor,
        "weights": {k: dict(v) for k, v in learnt.weights.items()},
    }
    (models / FILE).write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    report = {
        "claims": len(told),
        "posts": len({trial.post for trial in told}),
        "floor": learnt.floor,
        "right": measured[learnt.floor],
        "ruled": measured[NEVER],
    }
    (models / FILE).with_suffix(".md").write_text(CARD.format(never=NEVER, **report), encoding="utf-8")
    return report


def learn_modality(trials: Sequence[Trial]) -> tuple[ModalityModel, Mapping[float, float]]:
    """The model of *trials* with the best floor, and the share that is right by post with each floor."""
    if sum(trial.modality is not Modality.ACTUAL for trial in trials) < FEWEST:
        return ModalityModel({}, {}), {NEVER: _right(trials, [trial.ruled for trial in trials])}
    fitted = fitted_on_others(trials, lambda others: _fitted(others, NEVER))
    measured = {}
    for floor in FLOORS:
        models = {post: replace(model, floor=floor) for post, model in fitted.items()}
        answers = [models[t.post].choose(t.ruled, t.modes) if t.ruled else None for t in trials]
        measured[floor] = _right(trials, answers)
    best = max(FLOORS, key=lambda floor: (round(measured[floor], 6), floor))
    return _fitted(trials, best), measured


def _right(trials: Sequence[Trial], answers: Sequence[Modality | None]) -> float:
    return sum(t.modality is a for t, a in zip(trials, answers, strict=True)) / max(1, len(trials))


def _fitted(trials: Sequence[Trial], floor: float) -> ModalityModel:
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression

    wanted = [str(trial.modality) for trial in trials]
    kinds = sorted(set(wanted))
    if len(kinds) < 2:
        return ModalityModel({}, {})
    met = Counter(sign for trial in trials for sign in set(trial.modes))
    table = DictVectorizer()
    signs = table.fit_transform([{sign: 1 for sign in trial.modes if met[sign] >= RAREST} for trial in trials])
    model = LogisticRegression(C=STRENGTH, max_iter=1000).fit(signs, wanted)
    names = [str(name) for name in table.get_feature_names_out()]
    lines = model.coef_ if len(kinds) > 2 else [-model.coef_[0] / 2, model.coef_[0] / 2]
    bases = model.intercept_ if len(kinds) > 2 else [-model.intercept_[0] / 2, model.intercept_[0] / 2]
    weights = {
        kind: {name: round(float(w), 3) for name, w in sorted(zip(names, line, strict=True)) if abs(w) >= 5e-4}
        for kind, line in zip(kinds, lines, strict=True)
    }
    return ModalityModel({kind: round(float(b), 3) for kind, b in zip(kinds, bases, strict=True)}, weights, floor)
