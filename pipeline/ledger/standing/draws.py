"""Numbers drawn for a claim by its id: who is in the random tenth, and who gets a second reviewer."""

from __future__ import annotations

from pipeline.records import digest

TENTH = 0.1  # the share drawn at random, blind to the score: only it gives honest precision


def chance(purpose: str, claim: str) -> float:
    """A number in [0, 1) drawn for *claim* for ever: the same claim, the same number."""
    return int(digest(purpose, claim, length=13), 16) / 16**13
