"""Right and wrong answers counted by post, with intervals that come from drawing posts again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

BOOTSTRAPS = 1000
type Case = tuple[str, str, str]  # post, measure, and which mark of it


@dataclass(frozen=True, slots=True)
class Tally:
    """Right answers, answers given and answers wanted: enough for precision, recall and F1."""

    right: int = 0
    given: int = 0
    wanted: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.given + other.given, self.wanted + other.wanted)

    @property
    def precision(self) -> float:
        """The share of given answers that are right; 1 where none was given."""
        return self.right / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        """The share of wanted answers that were given; 1 where none was wanted."""
        return self.right / self.wanted if self.wanted else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall.

        >>> Tally(right=1, given=2, wanted=1).f1
        0.6666666666666666
        """
        return 2 * self.right / (self.given + self.wanted) if self.given + self.wanted else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """One disagreement: where, in which field, what was wanted and what was given."""

    post: str
    field: str
    quote: str
    wanted: object
    given: object
    context: str
    start: int = 0
    end: int = 0
    sentence: str = ""  # the sentence, or the passage, that the words stand in
    sentence_start: int = 0


@dataclass(slots=True)
class Score:
    """Tallies by name (``claims found``, ``bound``, ``entity ORG``…), kept by post, and every miss."""

    by_post: dict[str, dict[str, Tally]] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)  # (wanted kind or none, given kind or none)
    cases: dict[Case, bool] = field(default_factory=dict)  # what was asked → whether the answer is right

    def total(self, name: str) -> Tally:
        """The tally of *name* over all posts."""
        return sum((tallies.get(name, Tally()) for tallies in self.by_post.values()), Tally())

    def names(self) -> list[str]:
        """Every name with an answer given or wanted, in the order of a report; those of single kinds last."""
        seen = dict.fromkeys(name for tallies in self.by_post.values() for name in tallies)
        return sorted(seen, key=_order)

    def interval(self, name: str, *, seed: int = 0) -> tuple[float, float]:
        """The 95 % bootstrap interval of F1 over posts (Efron's percentile method)."""
        table = counts(self, name, list(self.by_post))
        if not len(table):
            return (0.0, 1.0)
        low, high = np.quantile(f1_of_draws(table, draws(len(table), seed)), (0.025, 0.975))
        return (float(low), float(high))


def counts(score: Score, name: str, posts: Sequence[str]) -> NDArray[np.int64]:
    """Right, given and wanted of *name*, a row for each of *posts*."""
    rows = [score.by_post.get(post, {}).get(name, Tally()) for post in posts]
    return np.array([(t.right, t.given, t.wanted) for t in rows], dtype=np.int64).reshape(-1, 3)


def draws(posts: int, seed: int) -> NDArray[np.int64]:
    """The posts of each bootstrap, drawn with replacement."""
    return np.random.default_rng(seed).integers(posts, size=(BOOTSTRAPS, posts))


def f1_of_draws(table: NDArray[np.int64], drawn: NDArray[np.int64]) -> NDArray[np.float64]:
    """The F1 of each draw of the rows of *table*."""
    right, given, wanted = np.moveaxis(table[drawn].sum(axis=1), -1, 0)
    found: NDArray[np.float64] = np.where(given + wanted, 2 * right / np.maximum(given + wanted, 1), 1.0)
    return found


def _order(name: str) -> tuple[int, str]:
    if ": " in name:
        return (6, "")  # the fields of one kind, in the order they are scored in
    if name.startswith(("claims", "entities", "themes")):
        rank = {"c": 0, "e": 2, "t": 4}[name[0]]
    else:
        rank = 1 if ", " in name else 5 if name.startswith("  theme") else 3
    return (rank, "" if rank == 1 else name)  # fields keep the order they are scored in


def table_of(result: Score, *, kinds: bool = False) -> list[dict[str, Any]]:
    """The score as rows: name, precision, recall, F1, its 95 % interval, and the three counts.

    With *kinds*, only the rows of single kinds of claim (``money: value``), otherwise all but these.
    """
    rows = []
    for name in result.names():
        if (": " in name) is not kinds:
            continue
        tally = result.total(name)
        low, high = result.interval(name)
        rows.append(
            {
                "measure": name.strip(),
                "precision": round(tally.precision, 4),
                "recall": round(tally.recall, 4),
                "f1": round(tally.f1, 4),
                "low": round(low, 4),
                "high": round(high, 4),
                "right": tally.right,
                "given": tally.given,
                "wanted": tally.wanted,
            }
        )
    return rows


def confusion_of(result: Score) -> list[dict[str, Any]]:
    """The confusion of kinds as rows: wanted, given, how often; ``none`` is a claim that the other side lacks."""
    found = sorted(result.kinds.items(), key=lambda pair: (pair[0][0] == "none", pair[0]))
    return [{"wanted": wanted, "given": given, "claims": count} for (wanted, given), count in found]
