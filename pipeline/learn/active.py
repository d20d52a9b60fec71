"""How many decisions a review needs until a given share of the claims is right, in one order or another.

Whoever looks at a claim puts it right. At random, errors are met as often as they are; in the order of the queue, the
likeliest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pipeline.learn.calibrate import calibrate
from pipeline.learn.folds import fitted_on_others
from pipeline.learn.trials import Trial

SHUFFLES = 500
BATCH = 25  # decisions between two calibrations, where it is learnt on the way
TARGETS = (0.95, 0.97, 0.98, 0.99)


def decisions_needed(right: Sequence[bool], target: float) -> int:
    """How many claims, looked at in this order, until the share that is right reaches *target*.

    >>> decisions_needed([False, True, False, True], 0.75), decisions_needed([True], 0.9)
    (1, 0)
    """
    wrong, done = sum(not each for each in right), 0
    while (len(right) - wrong) < target * len(right) - 1e-9:
        wrong -= not right[done]
        done += 1
    return done


def needed_at_random(right: Sequence[bool], target: float, *, seed: int = 0) -> dict[str, float]:
    """The same in random order: the mean over many shuffles, and where 95 % of them lie."""
    drawn, every = np.random.default_rng(seed), np.array(right, dtype=bool)
    counts = [decisions_needed(drawn.permutation(every).tolist(), target) for _ in range(SHUFFLES)]
    low, high = np.quantile(counts, (0.025, 0.975))
    return {"mean": round(float(np.mean(counts)), 1), "low": float(low), "high": float(high)}


def by_confidence(trials: Sequence[Trial], learnt_from: Sequence[Trial]) -> list[Trial]:
    """*trials*, the likeliest error first, by a calibration that never saw them."""
    calibration = calibrate(learnt_from)
    return sorted(trials, key=lambda trial: calibration.confidence(trial.signs))


def by_confidence_of_others(trials: Sequence[Trial]) -> list[Trial]:
    """*trials*, the likeliest error first, each judged by a calibration from other posts than its own."""
    fitted = fitted_on_others(trials, calibrate)
    return sorted(trials, key=lambda trial: fitted[trial.post].confidence(trial.signs))


def learning_on_the_way(trials: Sequence[Trial], *, seed: int = 0) -> list[Trial]:
    """*trials* in the order of a review that begins with nothing.

    First a batch at random, then the likeliest errors by what was decided so far, calibrated anew after each batch. A
    tenth of each batch stays random, as in the queue.
    """
    drawn = np.random.default_rng(seed)
    left = [trials[n] for n in drawn.permutation(len(trials))]
    done: list[Trial] = [left.pop() for _ in range(min(BATCH, len(left)))]
    while left:
        calibration = calibrate(done)
        left.sort(key=lambda trial: calibration.confidence(trial.signs), reverse=True)
        for n in range(min(BATCH, len(left))):
            place = int(drawn.integers(len(left))) if n % 10 == 9 else -1
            done.append(left.pop(place))
    return done


def savings(pool: str, ordered: Sequence[Trial], *, seed: int = 0) -> list[dict[str, Any]]:
    """For each target that is not reached at once: the decisions in this order, at random, and their ratio."""
    right, rows = [trial.right for trial in ordered], []
    for target in TARGETS:
        active = decisions_needed(right, target)
        random = needed_at_random(right, target, seed=seed)
        if random["mean"] > 0:
            share = round(active / random["mean"], 3)
            rows.append({"pool": pool, "claims": len(right), "wrong": right.count(False), "target": target,
                         "active": active, "random": random, "share": share})  # fmt: skip
    return rows
