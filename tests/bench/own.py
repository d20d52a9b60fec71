"""What is read in our own annotated posts against what is annotated there: ``python -m tests.bench.own [PREFIX]``.

The posts of ``pipeline/learn/posts.jsonl`` have their figures in braces. A figure is found if a claim overlaps it; its
span, modality and source are right if they are exactly the annotated ones. PREFIX (a, b or c) takes one writer's posts.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pipeline.extract.extractor import Extractor
from pipeline.learn.own import POSTS, own_posts, unbraced
from pipeline.records import Claim


def counted(extractor: Extractor, prefix: str = "", *, every: int = 1) -> Counter[str]:
    """How many figures are annotated, found, found beside them, and right by field, in every *every*-th post."""
    posts = {annotated.post.id.removeprefix("own "): annotated.post for annotated in own_posts()}
    rows = [row for row in map(json.loads, POSTS.read_text("utf-8").splitlines()) if row["id"].startswith(prefix)]
    rows = rows[::every]
    counts: Counter[str] = Counter()
    read = extractor.extract_many(posts[row["id"]] for row in rows)
    for row, (_, extraction) in zip(rows, read, strict=True):
        counts.update(_judged(row, extraction.claims))
    return counts


def _judged(row: dict[str, Any], claims: Iterable[Claim]) -> Iterator[str]:
    left = list(claims)
    for (start, end), (_, _, modality, *source) in zip(unbraced(row["text"])[1], row["claims"], strict=True):
        yield "annotated"
        claim = next((one for one in left if one.start < end and start < one.end), None)
        if claim is None:
            continue
        left.remove(claim)
        yield "found"
        if (claim.start, claim.end) == (start, end):
            yield "span"
        if claim.modality == modality:
            yield "modality"
        stated = source[0] if source else None
        if claim.attributed_to == stated:
            yield "source"
        yield from ("stated",) * (stated is not None)
        yield from ("stated and right",) * (stated is not None and claim.attributed_to == stated)
        yield from ("given",) * (claim.attributed_to is not None)
    yield from ("found beside",) * len(left)


def main() -> None:
    """Print the shares for all posts, or for one writer's."""
    warnings.simplefilter("ignore")
    counts = counted(Extractor(), *sys.argv[1:2])
    found = counts["found"]
    print(f"figures: precision {found / (found + counts['found beside']):.3f}", end=", ")
    print(f"recall {found / counts['annotated']:.3f} of {counts['annotated']}")
    for field in ("span", "modality", "source"):
        print(f"{field} right, of those found: {counts[field] / found:.3f}")
    right = counts["stated and right"]
    print(f"sources stated: {right} right of {counts['given']} given and {counts['stated']} annotated")


if __name__ == "__main__":
    main()
