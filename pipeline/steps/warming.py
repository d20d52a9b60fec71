"""Loading in advance what a run will need, while it waits for something else: most of a small run is loading.

The model is loaded by the processes that read posts; meanwhile this one imports what the later steps use.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING

from pipeline.settings import Settings
from pipeline.steps.looking import outlook
from pipeline.workers import Workers, processes_that_pay

if TYPE_CHECKING:
    from pipeline.steps.extraction import Read

LATER = (
    "pipeline.themes.assign",
    "pipeline.themes.taught",
    "pipeline.compare.findings",
    "pipeline.publish",
)
MANY = ("sklearn.cluster",)  # what is needed only where new themes may be looked for
SEVERAL = 20_000  # characters: some posts, and so some passages that fit no theme


@contextmanager
def early_workers(settings: Settings, characters: int | None = None) -> Iterator[Read | None]:
    """What reads posts, its processes starting at once, where any post waits; ``None`` where this process is to read.

    That is where nothing waits, or where ``settings.processes`` is 1. *characters* is about how many wait, where the
    caller knows (``outlook``).
    """
    if settings.processes == 1 or not hasattr(os, "fork"):
        characters = 0
    elif characters is None:
        characters = outlook(settings).characters
    if not characters:
        yield None
        return
    with Workers(settings, settings.processes or processes_that_pay(characters)) as workers:
        threading.Thread(target=_import_later, args=(LATER + MANY * (characters > SEVERAL),), daemon=True).start()
        yield workers.read


def _import_later(names: Iterable[str]) -> None:
    for name in names:
        with suppress(Exception):  # the step that needs it says what is wrong
            import_module(name)
    with suppress(Exception):  # as above
        import_module("pipeline.publish.ahead").load_ahead()
