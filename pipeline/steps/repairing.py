"""What a run that was stopped left behind: found when the next one starts, put right, and said."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.ledger.ledger import Ledger
from pipeline.ledger.run_history import bury, dead_runs
from pipeline.settings import Settings

OLD = 600.0  # seconds: a half-written file that nobody touched for so long is nobody's


def left_behind(settings: Settings, ledger: Ledger) -> bool:
    """Whether there is anything to repair. Only for who holds the corpus: a run at work looks like one that died."""
    from pipeline.publish import swap

    return bool(dead_runs(ledger)) or (settings.outputs / swap.READY).is_dir()


def repair(settings: Settings, ledger: Ledger) -> list[str]:
    """Put right what a stopped run left; what was done, in sentences. Only for who holds the corpus."""
    from pipeline.publish import swap

    said = bury(ledger)
    if settings.outputs.is_dir():
        finished = swap.repair(settings.outputs)
        if finished:
            said.append(finished)
    parts = list(_half_files(settings))
    for path in parts:
        path.unlink(missing_ok=True)
    if parts:
        said.append(f"{len(parts)} half-written files were removed; each is written anew where it is needed")
    return said


def _half_files(settings: Settings) -> Iterator[Path]:
    """Files that were being written when their writer died; none of them was ever read."""
    before = time.time() - OLD
    folders = (settings.corpus, settings.corpus / ".cache", settings.corpus / "decisions")
    for folder, pattern in zip(folders, ("**/.*.part", "**/*.part", "*.part"), strict=True):
        if folder.is_dir():
            for path in sorted(folder.glob(pattern)):
                if path.is_file() and not path.is_symlink() and path.stat().st_mtime <= before:
                    yield path
