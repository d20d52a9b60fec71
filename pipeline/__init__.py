"""The claims ledger for convening posts: posts come in, claims and themes come out, a person reviews them.

``pipeline.extract(text)`` gives what a text says, ``pipeline.open_ledger("corpus")`` what a ledger holds; everything
else is imported from its own room.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["extract", "open_ledger"]


def __getattr__(name: str) -> Any:
    """Import ``extract``, the package that can also be called, and ``open_ledger`` when they are first asked for."""
    if name == "extract":
        return import_module("pipeline.extract")
    if name == "open_ledger":
        return import_module("pipeline.library").open_ledger
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
