"""How far a share can be trusted that was counted on few."""

from __future__ import annotations

from math import sqrt

Z = 1.959963984540054  # standard deviations that hold 95 % of a normal distribution


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, *hits* of *tries*; all of 0 to 1 where nothing was tried.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).

    >>> [round(bound, 3) for bound in wilson(9, 10)], wilson(0, 0)
    ([0.596, 0.982], (0.0, 1.0))
    """
    if not tries:
        return 0.0, 1.0
    share, square = hits / tries, Z * Z / tries
    middle = (share + square / 2) / (1 + square)
    half = Z * sqrt(share * (1 - share) / tries + square / (4 * tries)) / (1 + square)
    return max(0.0, middle - half), min(1.0, middle + half)
