"""Reading partitions with the workers of a Dask cluster; a worker that dies costs no post."""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipeline.reading.versions import extractor_version
from pipeline.settings import Settings
from pipeline.workers import Outcome, Partition, WorkerError, processes_that_pay
from pipeline.workers.away import read_there

if TYPE_CHECKING:
    from distributed import Client, Future
    from prefect_dask.task_runners import DaskTaskRunner

    from pipeline.steps.extraction import Read

AHEAD = 3  # partitions under way or waiting, for each worker
EVERYTHING = 10**9  # characters: as many processes as this machine can bear
PATIENCE = 60.0  # seconds without any worker after which a run gives up


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
    return DaskTaskRunner(cluster_kwargs=local_cluster(processes))


def local_cluster(processes: int = 0) -> dict[str, Any]:
    """What a cluster of this machine is started with; its workers are forked where ``warm_up`` was called before."""
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what goes wrong is said once, by us
    return {
        "n_workers": processes or processes_that_pay(EVERYTHING),
        "threads_per_worker": 1,
        "dashboard_address": "127.0.0.1:0",  # any port of this machine only; None would open one to all
        "memory_limit": 0,
        "silence_logs": "CRITICAL",
    }


def warm_up(settings: Settings) -> None:
    """Start loading the model that workers of this machine will be forked with, without waiting for it.

    Otherwise each worker starts from nothing and loads its own. Where the system cannot fork, they still do.
    """
    import multiprocessing

    if "forkserver" not in multiprocessing.get_all_start_methods():
        return
    from multiprocessing.forkserver import ensure_running

    import dask
    from distributed.utils import get_mp_context

    from pipeline.workers.warm import settings_for

    dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"})
    context = get_mp_context()  # type: ignore[no-untyped-call]
    context.set_forkserver_preload(["distributed", "distributed.nanny", "pipeline.workers.warm"])
    more = settings_for(_away(settings))
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        ensure_running()
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _away(settings: Settings) -> Settings:
    """*settings* as workers get them: what lies elsewhere on their machine, or is not their business, is not told."""
    return replace(settings, models=settings.models.resolve(), corpus=Path(), outputs=Path())


def read_on(connect: Callable[[], Client], settings: Settings) -> Read:
    """What reads partitions with the workers of the client that *connect* gives, and gives them back in order.

    It connects when there is something to read. Raises ``WorkerError`` where the cluster cannot be reached, has no
    workers, or is lost; what was read until then is kept.
    """
    version = extractor_version(settings)
    away = _away(settings)

    def read(work: Iterable[Partition]) -> Iterator[tuple[Partition, tuple[Outcome, ...]]]:
        client = _connected(connect)
        waiting: deque[tuple[Partition, Future[Any]]] = deque()

        def submit(partition: Partition) -> Future[Any]:
            return client.submit(read_there, away, version, partition, pure=False, retries=1)

        def answer(partition: Partition, future: Future[Any]) -> tuple[Outcome, ...]:
            from distributed import KilledWorker

            try:
                return cast(tuple[Outcome, ...], _result(client, future))
            except KilledWorker as killed:  # by one of its posts, or by what lay beside it on that worker
                if len(partition.posts) > 1:
                    return tuple(found for one in partition.alone() for found in answer(one, submit(one)))
                died = getattr(killed, "allowed_failures", 0) + 1
                return (Outcome(post=partition.posts[0].id, reason=f"{died} workers that read it died"),)

        for partition in work:
            waiting.append((partition, submit(partition)))
            if len(waiting) >= AHEAD * max(_workers(client), 1):
                done, future = waiting.popleft()
                yield done, answer(done, future)
        while waiting:
            done, future = waiting.popleft()
            yield done, answer(done, future)

    return read


def _connected(connect: Callable[[], Client]) -> Client:
    """The client, once a worker is there."""
    try:
        client = connect()
    except (OSError, ValueError) as error:
        raise WorkerError("the Dask scheduler", f"cannot be reached ({error}). Check --dask") from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        raise _without_workers(client) from error
    return client


def _result(client: Client, future: Future[Any]) -> Any:
    """What *future* comes to, however long it takes while there are workers."""
    from concurrent.futures import CancelledError

    from distributed.comm.core import CommClosedError

    while True:
        try:
            return future.result(timeout=PATIENCE)
        except TimeoutError as error:
            if future.done():  # type: ignore[no-untyped-call]
                raise
            if not _workers(client):
                raise _without_workers(client) from error
        except (CancelledError, CommClosedError) as error:
            raise WorkerError(
                "the Dask scheduler", "was lost. What was read is kept; run again, and it goes on from there"
            ) from error


def _workers(client: Client) -> int:
    """How many workers the cluster has now."""
    try:
        return len(client.nthreads())  # type: ignore[no-untyped-call]
    except OSError:
        return 0  # the scheduler is gone, too


def _without_workers(client: Client) -> WorkerError:
    where = client.scheduler.address if client.scheduler else ""
    return WorkerError("the Dask cluster", f"has no workers. Start some: dask worker {where} --nthreads 1")
