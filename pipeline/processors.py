"""How many processors this program may use."""

from __future__ import annotations

import os


def processors() -> int:
    """How many processors this process may run on, which may be fewer than the machine has; at least one."""
    may_run = getattr(os, "sched_getaffinity", None)
    return len(may_run(0)) if may_run else os.cpu_count() or 1
