"""The corpus and its ledger: opened by every step, held by one run at a time.

What a run holds is let go of however its process dies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.errors import PipelineError
from pipeline.ledger.ledger import Ledger
from pipeline.ledger.run_lock import HeldError, held
from pipeline.settings import Settings


class CorpusError(PipelineError):
    """The folder of posts cannot be worked on."""


class BusyError(PipelineError):
    """Another run is at work on the same corpus."""


def open_ledger(settings: Settings) -> Ledger:
    """The ledger of *settings*; raises ``CorpusError`` where the corpus is no folder."""
    _check_corpus(settings.corpus)
    return Ledger(settings.ledger_address)


def _check_corpus(corpus: Path) -> None:
    if not corpus.is_dir():
        what = "is a file, not a folder" if corpus.exists() else "is not there"
        raise CorpusError(corpus, f"the corpus {what}. Make the folder, or name another with --corpus")


@contextmanager
def only_run(settings: Settings, *, wait: float = 0) -> Iterator[None]:
    """Hold the corpus and its ledger for one run; the system lets go of them when the process dies, however it dies.

    Raises ``BusyError`` where another run holds them after *wait* seconds.
    """
    _check_corpus(settings.corpus)
    lock = FileLock(settings.corpus / ".run.lock")
    busy = BusyError(
        settings.corpus, "another run is at work on this corpus; run again when it is done, or wait for it with --wait"
    )
    try:
        lock.acquire(timeout=wait, poll_interval=0.2)
    except Timeout as error:
        raise busy from error
    except OSError as error:
        raise CorpusError(settings.corpus, f"cannot be written ({error.strerror})") from error
    try:
        with open_ledger(settings) as ledger, held(ledger, wait=wait):
            yield
    except HeldError as error:
        raise busy from error
    finally:
        lock.release()
