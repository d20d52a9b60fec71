"""What a worker does with a partition: read its posts, one by one where one of them breaks the reading."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.reading.loading import load_extractor
from pipeline.records import Extraction
from pipeline.settings import Settings
from pipeline.workers.partitions import Partition

if TYPE_CHECKING:
    from pipeline.extract.extractor import Extractor
    from pipeline.records import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of one post: what was found in it, or why nothing could be."""

    post: str
    found: Extraction | None = None
    reason: str = ""


def prepare(settings: Settings) -> None:
    """Load what reading needs."""
    load_extractor(settings)


def read_partition(settings: Settings, partition: Partition) -> tuple[Outcome, ...]:
    """What was found in each post of *partition*, in order; an error costs the post that causes it and no other."""
    extractor = load_extractor(settings)
    try:
        return tuple(Outcome(post=post.id, found=found) for post, found in extractor.extract_many(partition.posts))
    except Exception:
        return tuple(_alone(extractor, post) for post in partition.posts)


def read_here(settings: Settings, work: Iterable[Partition]) -> Iterator[tuple[Partition, tuple[Outcome, ...]]]:
    """Read one partition after the other in this process."""
    for partition in work:
        yield partition, read_partition(settings, partition)


def _alone(extractor: Extractor, post: Post) -> Outcome:
    try:
        return Outcome(post=post.id, found=extractor.extract(post))
    except Exception as error:
        # Where it happened helps whoever mends it; the message may hold words of the post, so it is not told.
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{last.filename.rsplit('/', 1)[-1]}, line {last.lineno}"
        return Outcome(post=post.id, reason=f"reading it broke the program ({type(error).__name__} in {place})")
