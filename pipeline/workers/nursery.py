"""The process that workers are forked from: it loads the model once, has one thread, and imports no Prefect.

Forking from here costs milliseconds and shares the model's memory; forking from the run itself would copy its
threads' locks. It ends when the run does, however that ends: the sockets between them close.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import sys
from importlib import import_module
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from pipeline.errors import PipelineError

if TYPE_CHECKING:
    from pipeline.settings import Settings

ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TOKENIZERS_PARALLELISM")


def main() -> None:
    """Serve the socket whose number is the first word of the command line, until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run says when to stop
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for workers that ended
    with socket.socket(fileno=int(sys.argv[1])) as run:
        told = _exactly(run, int.from_bytes(_exactly(run, 4)))
        settings, job = pickle.loads(told)  # noqa: S301 - from the run that started this process
        with contextlib.suppress(Exception):  # where something does not load, the worker that needs it says why
            import_module(job[0]).prepare(settings)
        while True:
            _, handles, _, _ = socket.recv_fds(run, 1, 1)
            if not handles:
                return
            if os.fork() == 0:
                run.close()
                _work(settings, job, handles[0])
            os.close(handles[0])


def _work(settings: Settings, job: tuple[str, str], handle: int) -> None:
    """Answer each partition from the socket *handle* with what the job makes of it, until it closes; never returns."""
    try:
        with Connection(handle) as run:
            run.send(os.getpid())
            while True:
                partition = run.recv()
                answer: Any
                try:
                    answer = getattr(import_module(job[0]), job[1])(settings, partition)
                except PipelineError as error:  # a sentence for a person already
                    answer = str(error)
                except Exception as error:  # the model does not load: the run says so
                    answer = f"what it needs does not load here ({error or type(error).__name__})"
                run.send(answer)
    except (EOFError, OSError):
        os._exit(0)
    except BaseException:
        os._exit(1)


def _exactly(run: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = run.recv(size - len(data))
        if not more:
            raise SystemExit(0)
        data += more
    return data
