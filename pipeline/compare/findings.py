"""Findings: what held side by side agrees, moves or clashes, and what cannot be right, each with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pipeline.compare.claims import ComparedClaim
from pipeline.compare.comparison import Comparison
from pipeline.compare.likeness import Encode
from pipeline.compare.naming import Named
from pipeline.compare.threads import Thread
from pipeline.records import Entity, Finding


def compare(
    claims: Iterable[ComparedClaim], *, entities: Mapping[str, Entity] | None = None, encode: Encode | None = None
) -> Iterator[Finding]:
    """Yield what comes of holding *claims* against each other and against what can be, by kind, rule and claims.

    The order of the claims does not matter. *entities* gives a mention for each ref that they name; *encode* turns
    texts into rows of unit length. A corpus that grows is better held in a ``Comparison``.
    """
    yield from _comparison(claims, entities, encode).finish().found


def threads(
    claims: Iterable[ComparedClaim], *, entities: Mapping[str, Entity] | None = None, encode: Encode | None = None
) -> Iterator[Thread]:
    """Yield the threads of two claims or more, by id; *entities* and *encode* as for ``compare``."""
    yield from _comparison(claims, entities, encode).threads()


def _comparison(
    claims: Iterable[ComparedClaim], entities: Mapping[str, Entity] | None, encode: Encode | None
) -> Comparison:
    by_post: dict[str, list[ComparedClaim]] = defaultdict(list)
    for said in claims:
        by_post[said.post].append(said)
    comparison, named = Comparison(encode=encode), Named(entities)
    for post, some in by_post.items():
        comparison.add(post, "", some, named)
    return comparison
