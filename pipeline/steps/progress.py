"""How far a step is: what is called as it goes on."""

from __future__ import annotations

from collections.abc import Callable

type Progress = Callable[[str, int, int], None]  # the step, how much is done, out of how much


def silent(step: str, done: int, total: int) -> None:
    """Show no progress."""
