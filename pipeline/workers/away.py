"""What a worker of another machine does with a partition; it never imports Prefect, which takes longer than a model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipeline.reading.versions import extractor_version
from pipeline.settings import Settings
from pipeline.workers.partitions import Partition
from pipeline.workers.pool import WorkerError
from pipeline.workers.work import Outcome, read_partition


def read_there(settings: Settings, version: str, partition: Partition) -> tuple[Outcome, ...]:
    """Read *partition* in a worker, with the models that lie where the run has them, or else its own.

    Raises ``WorkerError`` where the worker's program or models are not those of the run: its answers would differ.
    """
    if not settings.models.is_dir():
        own: dict[str, Any] = {"models": Settings.load().models}
        settings = replace(settings, **own)
    if extractor_version(settings) != version:
        raise WorkerError(
            "a Dask worker", "has another version of the program or of models/ than this run. Install the same on all"
        )
    return read_partition(settings, partition)
