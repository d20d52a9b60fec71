"""What a look at a claim is worth: how likely it is that it has to be put right, times what hangs on it."""

from __future__ import annotations

import math

UNSURE = 0.3  # a claim that is this likely wrong is told to be doubtful
LEAST = 0.02  # a look is worth this share even where nothing seems wrong: confidences err, too


def chance_wrong(confidence: float) -> float:
    """The chance that a look puts the claim right, from its calibrated confidence.

    >>> chance_wrong(0.9) < chance_wrong(0.5) < chance_wrong(0.1)
    True
    """
    return min(1.0, max(0.0, 1.0 - confidence))


def stakes(amount: float, *, money: bool, others: int) -> float:
    """What hangs on a claim: the size of a sum by its digits, and how many other claims are compared with it.

    >>> stakes(1e9, money=True, others=0) > stakes(1e3, money=True, others=0)
    True
    """
    size = math.log10(abs(amount) + 1) / 15 if money else 0.1
    return (0.1 + min(size, 1.0)) * (1 + min(others, 9))


def worth(confidence: float, amount: float, *, money: bool, others: int) -> float:
    """The expected value of a look: the chance that it changes something, times what hangs on it.

    >>> worth(0.2, 5, money=False, others=0) > worth(0.5, 5, money=False, others=0)
    True
    """
    return (LEAST + chance_wrong(confidence)) * stakes(amount, money=money, others=others)


def step(value: float) -> float:
    """*value* in steps that halve, so that claims of about the same worth stand post by post, not all over the corpus.

    >>> step(0.3) == step(0.4) > step(0.1)
    True
    """
    return float(math.floor(math.log2(max(value, 1e-9))))
