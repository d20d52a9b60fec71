"""What reviewers corrected, as questions to an extractor: does it read those words as they put them right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.learn.evaluate import EXACT_FIELDS, PHRASE_FIELDS, agrees, pair
from pipeline.learn.gold import Row
from pipeline.learn.gold_build import NONE_THERE, mark_of, placed
from pipeline.ledger.decisions.reviewed import reviewed_posts
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.standing.verdicts import META, Status, corrected
from pipeline.records import Post

ASKED = {"value", "value_max", *EXACT_FIELDS, *PHRASE_FIELDS}
SPAN = {"start", "end", "quote"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One correction: in which post, on which words, and the field that was put right.

    The field ``claim`` asks whether there is a claim at all: *mark* is none where people said that there is not.
    """

    post: str
    quote: str
    start: int
    end: int
    field: str
    mark: Row | None

    def holds(self, claims: Sequence[Row]) -> bool:
        """Whether *claims*, found in its post, say what was put right."""
        if self.mark is None:
            return not any(c["start"] < self.end and self.start < c["end"] for c in claims)
        pairs = pair([self.mark], claims)
        return bool(pairs) and (self.field == "claim" or agrees(*pairs[0])[self.field])

    def __str__(self) -> str:
        if self.mark is None:
            return f"“{self.quote}” in post {self.post} was rejected as no claim"
        if self.field == "claim":
            return f"“{self.quote}” in post {self.post} was added as missed"
        told = self.mark["quote"] if self.field == "span" else self.mark[self.field]
        return f"{self.field} of “{self.quote}” in post {self.post} was corrected to {told!r}"


def corrections(ledger: Ledger) -> Iterator[tuple[Post, list[Correction]]]:
    """Yield the posts in which anything was corrected, rejected as no claim, or added, with these."""
    for reviewed in reviewed_posts(ledger):
        found: list[tuple[Any, Any]] = [
            (claim, standing)
            for claim, _, standing in reviewed.claims
            if standing.status in (Status.CORRECTED, Status.REJECTED, Status.ADDED)
        ]
        if not found:
            continue
        for post in ledger.posts([reviewed.post]):
            made = [each for claim, standing in found for each in _of(post, claim, standing)]
            if made:
                yield post, made


def _of(post: Post, claim: Any, standing: Any) -> Iterator[Correction]:
    here = placed(claim, post.text)
    if here is None:
        return
    about: dict[str, Any] = {"post": post.id, "quote": here.quote, "start": here.start, "end": here.end}
    if standing.status is Status.REJECTED:
        if {decision.reason for decision in standing.judged.values()} == {NONE_THERE}:
            yield Correction(**about, field="claim", mark=None)
        return
    changes: Mapping[str, object] = {k: v for k, v in standing.changes.items() if k not in META}
    mark = mark_of(corrected(here, changes))
    if post.text[mark["start"] : mark["end"]] != mark["quote"]:
        return
    if standing.status is Status.ADDED:
        yield Correction(**about, field="claim", mark=mark)
    names = {"value" if name == "value_max" else name for name in changes if name in ASKED}
    for name in sorted(names | ({"span"} if SPAN & changes.keys() else set())):
        yield Correction(**about, field=name, mark=mark)
