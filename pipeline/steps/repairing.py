"""What a run that was stopped left behind: found when the next one starts, put right, and said."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from pipeline.ledger.ledger import Ledger
from pipeline.ledger.runs import bury, dead_runs
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
    removed = remove_half_files(settings)
    if removed:
        said.append(f"{removed} half-written files were removed; each is written anew where it is needed")
    return said


def remove_half_files(settings: Settings) -> int:
    """Remove what was being written when its writer died, and was never read; how many files.

    One that cannot be removed stays for the next run: it does no harm but to take room.
    """
    removed = 0
    for path in _half_files(settings):
        with suppress(OSError):  # somebody else took it away, or it can't be: the next run tries again
            path.unlink()
            removed += 1
    return removed


def _half_files(settings: Settings) -> Iterator[Path]:
    """What has the ending of a file that is being written, where we write: hidden, or in folders of ours."""
    before, root = time.time() - OLD, settings.corpus
    for place, folders, names in os.walk(root):
        folders.sort()
        inside = Path(place).relative_to(root).parts
        ours = inside[:1] == (".cache",) or inside == ("decisions",)
        for name in sorted(name for name in names if name.endswith(".part") and (ours or name.startswith("."))):
            path = Path(place, name)
            if path.is_file() and not path.is_symlink() and path.stat().st_mtime <= before:
                yield path
