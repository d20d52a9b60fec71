"""Folds by post: what is fitted on some posts is asked about others, so that no answer was seen before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from pipeline.learn.trials import Trial

FOLDS = 5


def folds_of(posts: Iterable[str]) -> dict[str, int]:
    """The fold of each of *posts*, by the order in which they are first met.

    >>> folds_of(["a", "b", "a", "c"])
    {'a': 0, 'b': 1, 'c': 2}
    """
    return {post: number % FOLDS for number, post in enumerate(dict.fromkeys(posts))}


def fitted_on_others[Model](trials: Sequence[Trial], fit: Callable[[Sequence[Trial]], Model]) -> Mapping[str, Model]:
    """For each post of *trials*, what *fit* makes of the trials of other folds than its own."""
    fold_of = folds_of(trial.post for trial in trials)
    fitted = [fit([trial for trial in trials if fold_of[trial.post] != fold]) for fold in range(FOLDS)]
    return {post: fitted[fold] for post, fold in fold_of.items()}
