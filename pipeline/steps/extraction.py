"""The second step: claims and entities of the posts that today's extractor has not read."""

from __future__ import annotations

from collections.abc import Collection
from itertools import batched

from pipeline.ledger import review_queue
from pipeline.loading import load_extractor
from pipeline.settings import Settings
from pipeline.steps.run import Progress, open_ledger, silent
from pipeline.versions import extractor_version

BATCH = 64  # posts in one transaction: what a killed run has to do again


def extract_claims(settings: Settings, progress: Progress = silent, *, only: Collection[str] | None = None) -> int:
    """Find claims and entities in the posts that today's extractor has not read; how many posts that were.

    Of the posts *only*, where they are named.
    """
    version = extractor_version(settings)
    with open_ledger(settings) as ledger:
        waiting = [post for post in ledger.unextracted(version) if only is None or post in only]
        if not waiting:
            return 0
        progress("finding claims", 0, len(waiting))
        extractor = load_extractor(settings)
        done = 0
        for ids in batched(waiting, BATCH):
            ledger.keep_extractions(extractor.extract_many(ledger.posts(ids)), extractor=version)
            done += len(ids)
            progress("finding claims", done, len(waiting))
        review_queue.refresh(ledger)  # decisions are carried over to what was found now
        return len(waiting)
