"""Jobs that tests give to workers instead of reading with a model: counting words, dying, hanging, breaking."""

from __future__ import annotations

import os
import signal
import time

from pipeline.records import Extraction, passages_of
from pipeline.settings import Settings
from pipeline.workers import Outcome, Partition


def prepare(settings: Settings) -> None:
    """Nothing is needed."""


def count(settings: Settings, partition: Partition) -> tuple[Outcome, ...]:
    """Find the passages of each post; a post that says so kills the process that reads it, or stops it."""
    for post in partition.posts:
        if "poison" in post.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "once" in post.text:
            try:
                os.close(os.open(post.title or "", os.O_CREAT | os.O_EXCL))
            except FileExistsError:
                continue
            os.kill(os.getpid(), signal.SIGKILL)
        if "endless" in post.text:
            time.sleep(600)
        if "unloadable" in post.text:
            raise RuntimeError("no model")
    return tuple(
        Outcome(post=post.id, found=Extraction(claims=(), entities=(), passages=tuple(passages_of(post.text))))
        for post in partition.posts
    )
