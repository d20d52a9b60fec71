"""The second step: claims and entities of the posts that today's extractor has not read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import batched

from pipeline.ledger.corpus.waiting import ALL, Choice, broken, keep_broken, waiting
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.queue.items import refresh_queue
from pipeline.reading.versions import extractor_version
from pipeline.records import Extraction, Post, passages_of
from pipeline.settings import Settings
from pipeline.steps.holding import open_ledger
from pipeline.steps.progress import Progress, silent
from pipeline.workers import Outcome, Partition, Workers, partitions, processes_that_pay, read_here

FETCHED = 64  # posts whose text is asked of the ledger at once

type Read = Callable[[Iterable[Partition]], Iterator[tuple[Partition, tuple[Outcome, ...]]]]


def extract_claims(
    settings: Settings,
    progress: Progress = silent,
    *,
    only: Collection[str] | None = None,
    choice: Choice = ALL,
    read: Read | None = None,
) -> int:
    """Find claims and entities in the posts that today's extractor has not read; how many posts that were.

    Of the posts *only* or of *choice*, where they are named. *read* reads the partitions, here or on a cluster; by
    default this machine does, with as many processes as ``settings.processes`` says or pay off. Each partition is
    kept in one transaction, so a run that was stopped goes on after the last one.
    """
    version = extractor_version(settings)
    with open_ledger(settings) as ledger:
        lengths = waiting(ledger, version, choice, only)
        if not lengths:
            return 0
        progress("finding claims", 0, len(lengths))
        work = partitions(_posts(ledger, list(lengths)), total=sum(lengths.values()))
        before = broken(ledger)
        done = 0
        with _reading(settings, read, sum(lengths.values())) as reads:
            for partition, outcomes in reads(work):
                reasons = {outcome.post: outcome.reason for outcome in outcomes if outcome.found is None}
                ids = [post.id for post in partition.posts]
                if reasons or not before.keys().isdisjoint(ids):
                    keep_broken(ledger, reasons, read=ids, extractor=version)
                ledger.keep_extractions(_found(partition, outcomes), extractor=version)
                done += len(ids)
                progress("finding claims", done, len(lengths))
        refresh_queue(ledger)  # decisions are carried over to what was found now
        return len(lengths)


@contextmanager
def _reading(settings: Settings, read: Read | None, characters: int) -> Iterator[Read]:
    """What reads the partitions: what was given, else this process, else a pool of processes."""
    processes = settings.processes or processes_that_pay(characters)
    if read is not None:
        yield read
    elif processes == 1:
        yield lambda work: read_here(settings, work)
    else:
        with Workers(settings, processes) as workers:
            yield workers.read


def _posts(ledger: Ledger, ids: Sequence[str]) -> Iterator[Post]:
    for some in batched(ids, FETCHED):
        yield from list(ledger.posts(some))  # no view of the ledger stays open while it is written


def _found(partition: Partition, outcomes: Sequence[Outcome]) -> Iterator[tuple[Post, Extraction]]:
    """Each post with what was found in it; one that could not be read has passages, and nothing found in them."""
    for post, outcome in zip(partition.posts, outcomes, strict=True):
        yield post, outcome.found or Extraction(claims=(), entities=(), passages=tuple(passages_of(post.text)))
