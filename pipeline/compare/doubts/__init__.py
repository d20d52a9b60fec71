"""Doubts about claims: one rule a function, registered when this package is imported."""

from pipeline.compare.doubts import dates, money, people, scales, shares, sums
from pipeline.compare.doubts.registry import doubts_of_post, doubts_of_thread

__all__ = ["dates", "doubts_of_post", "doubts_of_thread", "money", "people", "scales", "shares", "sums"]
