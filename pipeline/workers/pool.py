"""A pool of worker processes that loses no post when one of them dies."""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from pipeline.errors import PipelineError
from pipeline.processors import processors
from pipeline.settings import Settings
from pipeline.workers.nursery import ONE_THREAD
from pipeline.workers.partitions import Partition
from pipeline.workers.work import Outcome

PAYS = 400_000  # characters, some twenty seconds of work: what one more process is started for
NEEDED = 400_000_000  # bytes of free memory for one more process
PATIENCE, A_CHARACTER = 120.0, 0.005  # seconds that a partition may take, and more for each character of it
READ = ("pipeline.workers.work", "read_partition")
AHEAD = 3  # partitions under way or waiting to be fetched, for each process


class WorkerError(PipelineError):
    """Workers cannot be started, or cannot load what they need."""


class _DiedError(Exception):
    """A worker ended before it answered."""


def processes_that_pay(characters: int) -> int:
    """How many processes to read so many characters with, by this machine's processors and free memory."""
    if not hasattr(os, "fork"):
        return 1
    return max(1, min(processors(), characters // PAYS, _free_memory() // NEEDED))


def _free_memory() -> int:
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 10**12


class Workers:
    """So many processes that read partitions. Use it as a context manager.

    The model is loaded once, in a process that the workers are forked from. A worker that dies or hangs is
    replaced and its partition read again; where that fails, its posts are read one by one, and the post that no
    worker survives comes back with the reason instead of what was found.
    """

    def __init__(self, settings: Settings, processes: int, *, job: tuple[str, str] = READ) -> None:
        """*job* names a module, whose ``prepare`` loads what is needed, and its function from partition to outcomes."""
        self.processes = processes
        self._told = pickle.dumps((settings, job))
        self._near = threading.local()
        self._lock = threading.Lock()
        self._nursery: _Nursery | None = None
        self._open: list[_Worker] = []
        self._closed = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start loading the model, without waiting for it."""
        with self._lock:
            if self._nursery is None:
                self._nursery = _Nursery(self._told)

    def close(self) -> None:
        """End all processes."""
        with self._lock:
            self._closed = True
            for worker in self._open:
                worker.kill()
            if self._nursery is not None:
                self._nursery.close()
                self._nursery = None

    def read(self, work: Iterable[Partition]) -> Iterator[tuple[Partition, tuple[Outcome, ...]]]:
        """Yield each partition of *work* with what came of its posts, in order, a few at a time in memory."""
        waiting: deque[tuple[Partition, Future[tuple[Outcome, ...]]]] = deque()
        threads = ThreadPoolExecutor(self.processes, thread_name_prefix="worker")
        try:
            for partition in work:
                waiting.append((partition, threads.submit(self._read, partition)))
                if len(waiting) >= AHEAD * self.processes:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()
        except BaseException:
            self.close()  # nobody waits for what is under way
            raise
        finally:
            threads.shutdown(cancel_futures=True)

    def _read(self, partition: Partition) -> tuple[Outcome, ...]:
        for _ in range(2):
            try:
                return self._ask(partition)
            except _DiedError as died:
                reason = str(died)
        if len(partition.posts) == 1:
            return (Outcome(post=partition.posts[0].id, reason=reason),)
        return tuple(outcome for alone in partition.alone() for outcome in self._read(alone))

    def _ask(self, partition: Partition) -> tuple[Outcome, ...]:
        worker: _Worker | None = getattr(self._near, "worker", None)
        if worker is None:
            worker = self._near.worker = self._new()
        try:
            answer = worker.ask(partition, patience=PATIENCE + A_CHARACTER * partition.characters)
        except _DiedError:
            self._near.worker = None
            with self._lock:
                self._open.remove(worker)
            if self._closed:
                raise WorkerError("the workers", "were stopped") from None
            raise
        if isinstance(answer, str):
            raise WorkerError("posts cannot be read", f"{answer}; `convening doctor` tells what is wrong")
        return answer

    def _new(self) -> _Worker:
        with self._lock:
            for _ in range(2):
                if self._closed:
                    raise WorkerError("the workers", "were stopped")
                if self._nursery is None:
                    self._nursery = _Nursery(self._told)
                try:
                    worker = self._nursery.worker()
                except OSError:  # it was killed, too: a new one
                    self._nursery.close()
                    self._nursery = None
                else:
                    self._open.append(worker)
                    return worker
        raise WorkerError("worker processes", "cannot be started here; run with --processes 1")


class _Nursery:
    """The process that workers are forked from."""

    def __init__(self, told: bytes) -> None:
        ours, theirs = socket.socketpair()
        env = os.environ | dict.fromkeys(ONE_THREAD, "1") | {"TOKENIZERS_PARALLELISM": "false"}
        code = "from pipeline.workers.nursery import main; main()"
        env["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)  # where this program was found
        self._process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-P", "-c", code, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            env=env,
            stdin=subprocess.DEVNULL,
        )
        theirs.close()
        self._socket = ours
        ours.sendall(len(told).to_bytes(4) + told)

    def worker(self) -> _Worker:
        """A new worker."""
        ours, theirs = socket.socketpair()
        with theirs:
            socket.send_fds(self._socket, [b"+"], [theirs.fileno()])
        return _Worker(Connection(ours.detach()))

    def close(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()


class _Worker:
    """One worker process, from the run's side."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._pid: int | None = None
        self._killed = False
        self._cut = False  # ended before it told its number

    def ask(self, partition: Partition, *, patience: float) -> tuple[Outcome, ...] | str:
        """What came of the posts of *partition*, or why the worker cannot read at all.

        Raises ``_DiedError`` where it ends, or is ended for taking longer than *patience* seconds.
        """
        try:
            self._connection.send(partition)
            if self._pid is None:
                self._pid = self._connection.recv()  # told once the model is loaded
            if not self._connection.poll(patience):
                self.kill()
                raise _DiedError(f"reading it took more than {patience:.0f} seconds and was stopped")
            answer: tuple[Outcome, ...] | str = self._connection.recv()
            if self._cut:  # it told its number when it was to end
                raise EOFError
        except (EOFError, OSError) as error:
            if self._cut and self._pid is not None:
                with contextlib.suppress(OSError):  # it is gone already
                    os.kill(self._pid, signal.SIGKILL)
            self._killed = True  # its number may soon be another's
            self._connection.close()
            raise _DiedError("the process that read it was killed, perhaps for want of memory") from error
        return answer

    def kill(self) -> None:
        """End the process, whatever it does."""
        if self._killed:
            return
        self._killed = True
        with contextlib.suppress(OSError):  # it is gone already, or its line is closed: either way it ended
            if self._pid is not None:
                os.kill(self._pid, signal.SIGKILL)
            else:  # whoever waits for its number is woken, and a worker yet to come finds nobody to tell
                self._cut = True
                with socket.socket(fileno=os.dup(self._connection.fileno())) as line:
                    line.shutdown(socket.SHUT_RDWR)
