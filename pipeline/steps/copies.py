"""The part of reading that looks for copies: of each new or changed post, whether it repeats another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import batched

from pipeline.ingest.duplicates import (
    ONE_IN_LONG,
    Copy,
    Least,
    Sketch,
    compared,
    earliest_of,
    least_of,
    likely,
    shingles,
    size_of,
    sketch,
)
from pipeline.ledger.corpus import copies
from pipeline.ledger.ledger import Ledger
from pipeline.records import Post

BATCH = 64  # posts in one transaction
MOST_COMPARED = 12  # candidates whose whole text is looked at for one post, the likeliest first


def link_copies(ledger: Ledger) -> dict[str, str | None]:
    """Link each post that repeats an earlier one to the earliest; what changed: post → what it repeats, or None.

    Only posts that were not looked at in their present revision are compared, with those alone that share words
    with them; people's rulings stay.
    """
    known: dict[str, Least] = {}
    for ids in batched(copies.unsketched(ledger), BATCH):
        _look_at(ledger, {post.id: post for post in ledger.posts(ids)}, known)
    return copies.relink(ledger, choose)


def choose(
    pairs: Sequence[copies.Pair], standings: Mapping[str, copies.Precedence], rulings: Mapping[str, str | None]
) -> dict[str, str]:
    """Which post repeats which: the earliest by the day that it states, then by its path, is the one that counts."""

    def order(post: str) -> tuple[bool, str, bool, str]:
        standing = standings[post]
        return standing.date is None, standing.date or "", standing.path is None, standing.path or ""

    found = (
        Copy(one=pair.one, other=pair.other, share_one=pair.share_one, share_other=pair.share_other) for pair in pairs
    )
    return earliest_of(found, order, rulings=rulings)


def _look_at(ledger: Ledger, posts: Mapping[str, Post], known: dict[str, Least]) -> None:
    """Keep the sketches of *posts*, and the pairs in which they are; what is *known* of others' sketches grows."""
    runs = {name: sketch(post.text) for name, post in posts.items()}
    with ledger.writing() as connection:
        owners = copies.keep_sketches(connection, runs)
        for name in runs:
            known.pop(name, None)  # it may have another text than when it was met
        sharing = {
            name: {other: n for other, n in found.items() if n > 1 or n == len(runs[name])}
            for name, found in copies.sharing(runs, owners).items()
        }
        met = {other for found in sharing.values() for other in found} - known.keys()
        sizes = copies.kept_sizes(connection, met, one_in=ONE_IN_LONG)
    known |= {name: least_of(size) for name, size in sizes.items()}
    wanted = {name: _likeliest(least_of(size_of(runs[name])), found, known) for name, found in sharing.items()}
    others = {other for found in wanted.values() for other in found} - posts.keys()
    texts = {post.id: post.text for post in ledger.posts(others)} | {name: post.text for name, post in posts.items()}
    full: dict[str, Sketch] = {}
    pairs: dict[tuple[str, str], copies.Pair] = {}
    for name, found in wanted.items():
        for other in found:
            if other not in texts or (min(name, other), max(name, other)) in pairs:
                continue
            for one in (name, other):
                if one not in full:
                    full[one] = shingles(texts[one])
            if copy := compared(name, full[name], other, full[other]):
                pairs[copy.one, copy.other] = copies.Pair(
                    one=copy.one, other=copy.other, share_one=copy.share_one, share_other=copy.share_other
                )
    with ledger.writing() as connection:
        copies.keep_pairs(
            connection, (pairs[both] for both in sorted(pairs)), {name: post.revision for name, post in posts.items()}
        )


def _likeliest(least: Least, found: Mapping[str, int], known: Mapping[str, Least]) -> list[str]:
    """The posts that share most with one that must share *least*, if they share enough."""
    ranked = [(-shared, other) for other, shared in found.items() if likely(shared, least, known[other])]
    return [other for _, other in sorted(ranked)[:MOST_COMPARED]]
