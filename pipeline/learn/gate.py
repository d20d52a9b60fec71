"""The gate before a version of the models goes live: nothing may get worse unseen.

A version passes if no field drops beyond its interval on the frozen posts, if every earlier correction that holds
today still holds, and if nothing suggests that what it learnt from is wrong. Otherwise the report says why, in
sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.learn.comparing import Difference, differences, rows_of
from pipeline.learn.corrections import Correction
from pipeline.learn.evaluate import FIELDS, FOUND, RIGHT, score
from pipeline.learn.gold import GoldPost, Row
from pipeline.learn.tallies import Score
from pipeline.records import Post

FEWEST = 5  # frozen posts, below which an interval says nothing
SHOWN = 10  # broken corrections that are told one by one
GATED = (FOUND, RIGHT, *(f"{name}, of those found" for name in FIELDS), "entities", "themes")

type Read = Callable[[Sequence[Post], Path], Mapping[str, Row]]  # what the models in a folder find in posts


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether a version may go live, why not, what else should be known, and the figures."""

    passed: bool
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    measured: tuple[Difference, ...]

    def as_row(self) -> dict[str, Any]:
        """The judgement as plain values."""
        told = {"passed": self.passed, "reasons": list(self.reasons), "remarks": list(self.remarks)}
        return told | {"measured": rows_of(self.measured)}


def judge(
    live: Path,
    candidate: Path,
    *,
    frozen: Sequence[GoldPost],
    corrected: Sequence[tuple[Post, Sequence[Correction]]],
    read: Read,
    suspicions: Sequence[str] = (),
) -> Judgement:
    """Compare what the models in *candidate* find with what those in *live* do, on *frozen* and *corrected* posts."""
    posts = {post.id: post for post, _ in corrected} | {one.post.id: one.post for one in frozen}
    before, after = (read(list(posts.values()), models) for models in (live, candidate))
    scores = score(frozen, before), score(frozen, after)
    reasons, remarks, measured = _drops(*scores, posts=len(frozen))
    broken = [
        each
        for post, made in corrected
        for each in made
        if each.holds(before[post.id]["claims"]) and not each.holds(after[post.id]["claims"])
    ]
    if broken:
        reasons.append(f"{len(broken)} earlier corrections that hold today would hold no longer")
        reasons += [f"{each}, and would not be read so any more" for each in broken[:SHOWN]]
    held = sum(each.holds(after[post.id]["claims"]) for post, made in corrected for each in made)
    remarks.append(f"{held} of {sum(len(made) for _, made in corrected)} corrections are read right by it unasked")
    reasons += suspicions
    return Judgement(passed=not reasons, reasons=tuple(reasons), remarks=tuple(remarks), measured=tuple(measured))


def _drops(before: Score, after: Score, *, posts: int) -> tuple[list[str], list[str], list[Difference]]:
    reasons: list[str] = []
    remarks: list[str] = []
    measured = [one for one in differences(before, after) if _asked(before, after, one.measure)]
    if posts < FEWEST:
        reasons.append(
            f"there are {posts} frozen posts to measure on, and it takes {FEWEST}; read more posts to the end, or name "
            "annotated ones with --gold"
        )
    for one in measured:
        if not one.worse:
            continue
        told = (
            f"{one.measure} drops from {one.before:.3f} to {one.after:.3f}, which is more than chance "
            f"(95 % interval of the change {one.low:+.3f} to {one.high:+.3f})"
        )
        if one.measure in GATED:
            reasons.append(told)
        else:
            remarks.append(told)
    return reasons, remarks, measured


def _asked(before: Score, after: Score, measure: str) -> bool:
    """Whether the frozen posts ask anything about *measure*."""
    for name in (measure, f"  {measure}"):
        tallies = before.total(name), after.total(name)
        if any(tally.given + tally.wanted for tally in tallies):
            return True
    return False
