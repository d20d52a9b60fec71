"""How far the figures can be trusted: what reviewers said of the ones that were drawn at random."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.shares import wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """Of *judged* claims *right* were read rightly; the true share lies between *low* and *high* (95 %)."""

    right: int
    judged: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share that was read rightly."""
        return self.right / self.judged


def precision(right: int, judged: int) -> Precision | None:
    """The precision with its Wilson interval; ``None`` where nothing was judged.

    >>> found = precision(18, 20)
    >>> round(found.low, 3), round(found.high, 3)
    (0.699, 0.972)
    """
    if not judged:
        return None
    low, high = wilson(right, judged)
    return Precision(right=right, judged=judged, low=low, high=high)
