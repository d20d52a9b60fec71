"""Reading partitions with the workers of a Dask cluster; a worker that dies costs no post."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipeline.settings import Settings
from pipeline.versions import extractor_version
from pipeline.workers import Outcome, Partition, WorkerError, processes_that_pay, read_partition

if TYPE_CHECKING:
    from distributed import Client, Future
    from prefect_dask.task_runners import DaskTaskRunner

    from pipeline.steps.extraction import Read

AHEAD = 3  # partitions under way or waiting, for each worker
EVERYTHING = 10**9  # characters: as many processes as this machine can bear


def task_runner(address: str, processes: int = 0) -> DaskTaskRunner:
    """What connects a flow to the scheduler at *address*, or starts a cluster on this machine (``local``).

    Raises ``WorkerError`` where prefect-dask is not installed.
    """
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise WorkerError("--runner dask", 'needs an extra: pip install "convening-ledger[scale]"') from error
    if address != "local":
        return DaskTaskRunner(address=address)
    return DaskTaskRunner(
        cluster_kwargs={
            "n_workers": processes or processes_that_pay(EVERYTHING),
            "threads_per_worker": 1,
            "dashboard_address": None,
            "memory_limit": 0,
            "silence_logs": "CRITICAL",  # what goes wrong is said once, by us
        }
    )


def read_on(client: Client, settings: Settings) -> Read:
    """What reads partitions with the workers of *client*, a few at a time, and gives them back in order."""
    version = extractor_version(settings)
    away = replace(settings, models=settings.models.resolve(), corpus=Path(), outputs=Path())

    def submit(partition: Partition) -> Future[Any]:
        return client.submit(read_there, away, version, partition, pure=False, retries=1)

    def read(work: Iterable[Partition]) -> Iterator[tuple[Partition, tuple[Outcome, ...]]]:
        waiting: deque[tuple[Partition, Future[Any]]] = deque()
        for partition in work:
            waiting.append((partition, submit(partition)))
            if len(waiting) >= AHEAD * max(len(client.scheduler_info()["workers"]), 1):
                done, future = waiting.popleft()
                yield done, answer(done, future)
        while waiting:
            done, future = waiting.popleft()
            yield done, answer(done, future)

    def answer(partition: Partition, future: Future[Any]) -> tuple[Outcome, ...]:
        from distributed import KilledWorker

        try:
            found: tuple[Outcome, ...] = future.result()
        except KilledWorker:  # by one of its posts, or by what lay beside it on that worker
            return tuple(alone(one) for one in partition.alone())
        return found

    def alone(partition: Partition) -> Outcome:
        from distributed import KilledWorker

        try:
            (found,) = submit(partition).result()
        except KilledWorker:
            return Outcome(post=partition.posts[0].id, reason="every worker that read it died")
        return cast(Outcome, found)

    return read


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
