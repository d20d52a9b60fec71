"""Two extractors on the same posts: what the second gains and loses, case by case, and by how much in all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.learn.tallies import Score, counts, draws, f1_of_draws

SURPLUS = {"no claim": "claims found", "no entity": "entities", "no theme": "themes"}  # given though nothing is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One measure of both: F1 before and after, the difference and its 95 % interval over the same drawn posts."""

    measure: str
    before: float
    after: float
    low: float
    high: float
    gained: int  # cases that were wrong and are right
    lost: int

    @property
    def change(self) -> float:
        """By how much F1 rose."""
        return self.after - self.before

    @property
    def worse(self) -> bool:
        """Whether it fell, and by more than chance makes plausible."""
        return self.high < -1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One case that only one of the two has right."""

    post: str
    measure: str
    mark: str  # where it stands: offsets, or the paragraph and the theme
    gained: bool  # right after, wrong before


def differences(before: Score, after: Score, *, kinds: bool = False, seed: int = 0) -> list[Difference]:
    """Every measure of both, compared by a paired bootstrap over the posts that both were scored on."""
    posts = [post for post in before.by_post if post in after.by_post]
    drawn = draws(len(posts), seed) if posts else np.zeros((1, 0), dtype=np.int64)
    moved = list(changes(before, after))
    names = list(dict.fromkeys([*before.names(), *after.names()]))
    made = []
    for name in names:
        if (": " in name) is not kinds:
            continue
        tables = [counts(each, name, posts) for each in (before, after)]
        low, high = np.quantile(f1_of_draws(tables[1], drawn) - f1_of_draws(tables[0], drawn), (0.025, 0.975))
        mine = [change.gained for change in moved if _measure(name) == SURPLUS.get(change.measure, change.measure)]
        made.append(
            Difference(
                measure=name.strip(),
                before=before.total(name).f1,
                after=after.total(name).f1,
                low=float(low),
                high=float(high),
                gained=sum(mine),
                lost=len(mine) - sum(mine),
            )
        )
    return made


def _measure(name: str) -> str:
    """The measure that cases are kept under."""
    return name.strip().removesuffix(", of those found")


def changes(before: Score, after: Score) -> Iterator[Change]:
    """Yield each case that one of the two has right and the other wrong, by post, measure and place."""
    for key in sorted(before.cases.keys() | after.cases.keys()):
        post, measure, mark = key
        if post not in before.by_post or post not in after.by_post:
            continue
        absent = measure in SURPLUS  # such a case is only ever an error, so its absence is right
        old, new = before.cases.get(key, absent), after.cases.get(key, absent)
        if old != new:
            yield Change(post=post, measure=measure, mark=mark, gained=new)


def rows_of(found: Sequence[Difference]) -> list[dict[str, Any]]:
    """*found* as plain rows."""
    return [
        {
            "measure": one.measure,
            "before": round(one.before, 4),
            "after": round(one.after, 4),
            "change": round(one.change, 4),
            "low": round(one.low, 4),
            "high": round(one.high, 4),
            "gained": one.gained,
            "lost": one.lost,
        }
        for one in found
    ]
