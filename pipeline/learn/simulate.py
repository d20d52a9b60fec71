"""A review played on annotated posts: batch by batch, what the decisions teach, measured on posts that teach nothing.

It begins with models that have learnt nothing from these posts: no choice of roles, no taught themes, no confidence.
Names are left as they came, since training them takes too long to do after each batch.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from pipeline.learn.active import by_confidence, by_confidence_of_others, learning_on_the_way, savings
from pipeline.learn.calibrate import expected_error, reliability
from pipeline.learn.comparing import differences
from pipeline.learn.evaluate import FOUND, RIGHT, is_right, pair, score
from pipeline.learn.gold import GoldError, GoldPost, measured_on, read_gold
from pipeline.learn.reader import read_posts
from pipeline.learn.tallies import Score, counts, draws, f1_of_draws
from pipeline.learn.training import train
from pipeline.learn.trials import trials_of
from pipeline.learn.versions import copy_models

LEARNT = ("roles.json", "confidence.json", "claimhood.json", "modality.json", "themes")  # what a beginner does not have
TAUGHT = ("claims", "roles", "themes", "confidence")
CURVES = {
    "claims found": FOUND,
    "claims right": RIGHT,
    "modality": "  modality, of those found",
    "subject": "  subject, of those found",
    "measure": "  measure, of those found",
    "themes": "themes",
}

type Say = Callable[[str], None]


def simulation(
    gold: Path,
    models: Path,
    *,
    split: str = "train",
    measure: str | None = None,
    batch: int = 25,
    seed: int = 0,
    say: Say = lambda _: None,
) -> dict[str, Any]:
    """Review the posts of *split* in batches, train after each, measure on *measure*; the figures as plain values.

    Without *measure* it is ``dev``, or ``frozen`` where there is no ``dev``. Raises ``GoldError`` where one of the
    splits has no post.
    """
    measure = measured_on(gold, measure)
    reviewed, held = (list(read_gold(gold, splits=[name])) for name in (split, measure))
    if not reviewed or not held:
        raise GoldError(gold, f"has no post in split {split if not reviewed else measure}")
    order = [reviewed[n] for n in np.random.default_rng(seed).permutation(len(reviewed))]
    with tempfile.TemporaryDirectory(prefix="convening-simulation-") as made:
        folder = Path(made) / "0"
        beginner(models, folder)
        steps, before = [], None
        for done in [0, *range(batch, len(order), batch), len(order)]:
            say(f"{done} of {len(order)} posts reviewed")
            folder = _next(folder, Path(made) / f"{done}-posts", order[:done], seed, say)
            after = score(held, rows := read_posts([one.post for one in held], folder))
            steps.append(_step(done, order[:done], before, after, held, rows))
            before = after
        trials, others = (trials_of(posts, models=folder) for posts in (order, held))
    first, last = steps[0]["overall"]["f1"], steps[-1]["overall"]["f1"]
    return {
        "split": split,
        "measured on": measure,
        "batch": batch,
        "steps": steps,
        "fell beyond the interval": [f for step in steps for f in step["fell"]],
        "rose": round(last - first, 4),
        "calibration error at the end": steps[-1]["calibration error"],
        "active": [
            *savings(f"{measure}, ordered by what {split} taught", by_confidence(others, trials)),
            *savings(f"{split}, ordered by what other posts taught", by_confidence_of_others(trials)),
            *savings(f"{split}, learning on the way from nothing", learning_on_the_way(trials, seed=seed)),
            *savings(f"{measure}, learning on the way from nothing", learning_on_the_way(others, seed=seed)),
        ],
    }


def beginner(models: Path, to: Path) -> None:
    """A copy of *models* without what is learnt from reviewed posts."""
    copy_models(models, to)
    for name in LEARNT:
        if (to / name).is_dir():
            shutil.rmtree(to / name)
        else:
            (to / name).unlink(missing_ok=True)


def _next(before: Path, folder: Path, posts: Sequence[GoldPost], seed: int, say: Say) -> Path:
    """What *posts* teach, in a folder of its own."""
    if not posts:
        return before
    shutil.copytree(before, folder)
    train(TAUGHT, posts, folder, seed=seed, say=say)
    return folder


def _step(
    done: int, posts: Sequence[GoldPost], before: Score | None, after: Score, held: Sequence[GoldPost], rows: Any
) -> dict[str, Any]:
    answers = [
        (float(found["confidence"]), id(found) in right)
        for one in held
        for right in [_right(one, rows[one.post.id]["claims"])]
        for found in rows[one.post.id]["claims"]
    ]
    fell = [] if before is None else [one for one in differences(before, after) if one.worse]
    fields = set(CURVES.values())
    return {
        "posts": done,
        "claims": sum(len(one.claims) for one in posts),
        "f1": {name: _figures(after, measure) for name, measure in CURVES.items()},
        "overall": _overall(after),
        "fell": [f"{one.measure}, {done} posts: {one.before:.3f} to {one.after:.3f}" for one in fell
                 if one.measure in {name.strip() for name in fields}],
        "calibration error": expected_error(answers),
        "reliability": reliability(answers),
    }  # fmt: skip


def _right(one: GoldPost, claims: Sequence[Any]) -> set[int]:
    return {id(given) for wanted, given in pair(one.claims, claims) if is_right(wanted, given)}


def _figures(result: Score, measure: str) -> dict[str, float]:
    low, high = result.interval(measure)
    return {"f1": round(result.total(measure).f1, 4), "low": round(low, 4), "high": round(high, 4)}


def _overall(result: Score) -> dict[str, float]:
    """The mean F1 of all curves, with its interval over posts."""
    posts = list(result.by_post)
    drawn = draws(len(posts), 0)
    means = np.mean([f1_of_draws(counts(result, name, posts), drawn) for name in CURVES.values()], axis=0)
    low, high = np.quantile(means, (0.025, 0.975))
    mean = float(np.mean([result.total(name).f1 for name in CURVES.values()]))
    return {"f1": round(mean, 4), "low": round(float(low), 4), "high": round(float(high), 4)}
